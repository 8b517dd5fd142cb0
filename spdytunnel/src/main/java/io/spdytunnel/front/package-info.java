/**
 * The front door: a streaming server for visitors who speak HTTP/1.1, HTTP/2 or SPDY/3.1.
 *
 * <p>Answers for the detection of the protocol, for HTTP/1.1 on a connection, for limits of heads, times and connections,
 * for the PROXY protocol and the access log. Each request goes to one {@code HttpHandler}. Knows {@code http}, {@code h2} and
 * {@code spdy}; knows no Camel.
 *
 * <p>Begin with {@link io.spdytunnel.front.VisitorServer}, then {@code ProtocolChoice}.
 */
@NullMarked
package io.spdytunnel.front;

import org.jspecify.annotations.NullMarked;
