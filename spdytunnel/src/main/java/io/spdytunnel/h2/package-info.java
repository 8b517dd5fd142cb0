/**
 * Sessions on HTTP/2, for visitors and for plain services.
 *
 * <p>Answers for the translation between Netty's HTTP/2 connection handler and {@code session}: credit, resets, GOAWAY,
 * header blocks. Knows {@code session}, and {@code http} for the calls to services that speak HTTP/2.
 *
 * <p>Begin with {@link io.spdytunnel.h2.Http2Session} and {@link io.spdytunnel.h2.Http2Services}.
 */
@NullMarked
package io.spdytunnel.h2;

import org.jspecify.annotations.NullMarked;
