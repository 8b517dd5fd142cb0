package io.spdytunnel.auth;

import io.spdytunnel.spi.Registration;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A registration that nobody sent: over TLS, from loopback, challenged unless it says otherwise. */
record FakeRegistration(
        String name,
        String nonce,
        boolean isChallenged,
        boolean isSecure,
        List<String> authorizations,
        String host,
        List<X509Certificate> clientCertificates,
        @Nullable X509Certificate proxyCertificate)
        implements Registration {

    static FakeRegistration of(String name) {
        return new FakeRegistration(
                name, "a-nonce-of-thirty-two-characters", true, true, List.of(), "proxy:1444", List.of(), null);
    }

    FakeRegistration withAuthorization(String... values) {
        return new FakeRegistration(
                name, nonce, isChallenged, isSecure, List.of(values), host, clientCertificates, proxyCertificate);
    }

    FakeRegistration unchallenged() {
        return new FakeRegistration(
                name, nonce, false, isSecure, authorizations, host, clientCertificates, proxyCertificate);
    }

    FakeRegistration withNonce(String other) {
        return new FakeRegistration(
                name, other, isChallenged, isSecure, authorizations, host, clientCertificates, proxyCertificate);
    }

    FakeRegistration inPlainText(String hostHeader) {
        return new FakeRegistration(
                name, nonce, isChallenged, false, authorizations, hostHeader, clientCertificates, proxyCertificate);
    }

    FakeRegistration withProxyCertificate(X509Certificate certificate) {
        return new FakeRegistration(
                name, nonce, isChallenged, isSecure, authorizations, host, clientCertificates, certificate);
    }

    FakeRegistration withClientCertificate(X509Certificate certificate) {
        return new FakeRegistration(
                name, nonce, isChallenged, isSecure, authorizations, host, List.of(certificate), proxyCertificate);
    }

    @Override
    public String instance() {
        return "";
    }

    @Override
    public int connection() {
        return 0;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711);
    }

    @Override
    public List<String> headers(String header) {
        return switch (header) {
            case "authorization" -> authorizations;
            case "host" -> List.of(host);
            default -> List.of();
        };
    }
}
