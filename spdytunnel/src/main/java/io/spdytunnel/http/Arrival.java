package io.spdytunnel.http;

import io.spdytunnel.fields.VisitorId;
import io.spdytunnel.net.AddressText;
import io.spdytunnel.spi.Api;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a visitor, for all requests on it.
 *
 * @param remote the visitor, as the transport or a trusted balancer knows it
 * @param local where it arrived
 * @param secure whether it uses TLS
 * @param certificates the visitor's verified certificates, its own first; any thread, after the handshake
 * @param visitor identifies this connection
 */
@Api
public record Arrival(
        @Nullable SocketAddress remote,
        @Nullable SocketAddress local,
        boolean secure,
        Supplier<List<X509Certificate>> certificates,
        VisitorId visitor) {

    /** The visitor's address and port, for log lines. */
    public String address() {
        return AddressText.withPort(remote);
    }

    /** For a visitor without a certificate, with a new id. */
    public Arrival(@Nullable SocketAddress remote, @Nullable SocketAddress local, boolean secure) {
        this(remote, local, secure, List::of, VisitorId.unique());
    }
}
