package io.spdytunnel.http;

import io.spdytunnel.session.AddressText;
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
 */
public record Arrival(
        @Nullable SocketAddress remote,
        @Nullable SocketAddress local,
        boolean secure,
        Supplier<List<X509Certificate>> certificates) {

    /** Whom log lines name. */
    public String visitor() {
        return AddressText.withPort(remote);
    }

    /** Of a visitor who shows no certificate. */
    public Arrival(@Nullable SocketAddress remote, @Nullable SocketAddress local, boolean secure) {
        this(remote, local, secure, List::of);
    }
}
