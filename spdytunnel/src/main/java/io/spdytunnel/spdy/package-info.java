/**
 * Sessions on SPDY/3.1 frames.
 *
 * <p>Answers for the rules of streams, both windows of flow control, the scheduler, PING, GOAWAY and drain, limits against
 * abuse, pushes, and the old ends of amahi/spdy-proxy ({@code LegacyPeer}). All state of a session is confined to its event
 * loop. Knows {@code session} and {@code wire}.
 *
 * <p>Begin with {@link io.spdytunnel.spdy.SpdySession}, which starts one, then {@code LiveSession}, whose parts are the
 * other types of this package.
 */
@NullMarked
package io.spdytunnel.spdy;

import org.jspecify.annotations.NullMarked;
