/** SPDY/3.1 frames: bytes to typed calls and back. Remembers compression state, but no stream. */
@NullMarked
package io.spdytunnel.wire;

import org.jspecify.annotations.NullMarked;
