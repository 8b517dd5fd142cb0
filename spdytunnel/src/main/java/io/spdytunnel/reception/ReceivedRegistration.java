package io.spdytunnel.reception;

import io.netty.handler.codec.http.HttpHeaders;
import io.spdytunnel.directory.PeerHello;
import io.spdytunnel.spi.Registration;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A registration as received.
 *
 * @param hello what the origin says about itself
 * @param nonce the connection's, the same for both of its registrations
 */
record ReceivedRegistration(
        String name,
        InetSocketAddress remoteAddress,
        boolean isSecure,
        HttpHeaders head,
        PeerHello hello,
        String nonce,
        boolean isChallenged,
        List<X509Certificate> clientCertificates,
        @Nullable X509Certificate proxyCertificate)
        implements Registration {

    @Override
    public String instance() {
        return hello.instance();
    }

    @Override
    public int connection() {
        return hello.connection();
    }

    @Override
    public List<String> headers(String header) {
        return head.getAll(header);
    }

    /** Shows no headers, because some are secrets. */
    @Override
    public String toString() {
        return "registration of " + name + " from " + remoteAddress;
    }
}
