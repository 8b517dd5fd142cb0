/**
 * The dialling end of a tunnel, and what both of its ends have in common.
 *
 * <p>Answers for the dial, TLS, the origin's half of the registration, credentials and redial, and for SPDY without a
 * tunnel ({@code SpdyConnector}, {@code KeptSession}). Knows {@code directory}, {@code session}, {@code spdy}; knows no HTTP
 * beyond the registration.
 *
 * <p>Begin with {@link io.spdytunnel.tunnel.TunnelClient}.
 */
@NullMarked
package io.spdytunnel.tunnel;

import org.jspecify.annotations.NullMarked;
