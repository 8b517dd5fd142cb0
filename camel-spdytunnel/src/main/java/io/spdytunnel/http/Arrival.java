package io.spdytunnel.http;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * How a visitor's own connection came, for all requests on it.
 *
 * @param remote the visitor, as the transport knows it
 * @param local where it arrived
 * @param secure whether over TLS
 */
public record Arrival(
        @Nullable SocketAddress remote, @Nullable SocketAddress local, boolean secure) {}
