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
 * How a visitor's own connection came, for all requests on it.
 *
 * @param remote the visitor, as the transport or a trusted balancer knows it
 * @param local where it arrived
 * @param secure whether over TLS
 * @param certificates what the visitor has shown, verified, its own certificate first; any thread, behind the handshake
 * @param visitor tells this connection from all others
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

    /** Of a visitor who shows no certificate, and whose end nobody hears of. */
    public Arrival(@Nullable SocketAddress remote, @Nullable SocketAddress local, boolean secure) {
        this(remote, local, secure, List::of, VisitorId.unique());
    }
}
