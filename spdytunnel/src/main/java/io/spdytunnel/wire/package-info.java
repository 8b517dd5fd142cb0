/**
 * SPDY/3.1 frames: bytes become typed calls, and calls become bytes.
 *
 * <p>Answers for the format of frames and header blocks, their limits, and the frame log. Remembers the state of header
 * compression, but no stream. Knows Netty's buffers and nothing else of this project.
 *
 * <p>Begin with {@link io.spdytunnel.wire.FrameListener}, which has one method for each frame, and
 * {@link io.spdytunnel.wire.FrameDecoder}, which calls it.
 */
@NullMarked
package io.spdytunnel.wire;

import org.jspecify.annotations.NullMarked;
