package io.spdytunnel.tunnel;

import io.netty.handler.codec.http.HttpHeaders;
import io.spdytunnel.spi.Registration;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;

/** A registration as it came over the wire. */
record ReceivedRegistration(
        String name,
        InetSocketAddress remoteAddress,
        boolean isSecure,
        HttpHeaders head,
        List<X509Certificate> clientCertificates)
        implements Registration {

    @Override
    public List<String> headers(String header) {
        return head.getAll(header);
    }

    /** Shows no header: some are secrets. */
    @Override
    public String toString() {
        return "registration of " + name + " from " + remoteAddress;
    }
}
