package io.spdytunnel;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.jsse.CipherSuitesParameters;
import org.apache.camel.support.jsse.FilterParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.SecureSocketProtocolsParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom the ends of a tunnel believe, and what they agree on: the same whichever library encrypts, and with one each. */
@ParameterizedClass
@CsvSource({"jdk, jdk", "openssl, openssl", "jdk, openssl", "openssl, jdk"})
class TlsEndsTest {

    private static final String DOOR = "?matchOnUriPrefix=true&ssl=true&sslContextParameters=#door&";

    @Parameter(0)
    String atProxy;

    @Parameter(1)
    String atOrigin;

    @TempDir
    Path directory;

    private TunnelRig rig;
    private SSLContextParameters door = TunnelRig.tls();

    @BeforeEach
    void lay() {
        rig = new TunnelRig(atProxy);
        rig.origin.getComponent("spdytunnel", SpdyTunnelComponent.class).setTlsProvider(atOrigin);
    }

    @AfterEach
    void clear() {
        rig.close();
    }

    private void atProxy(String from, String to) throws Exception {
        rig.proxy.getRegistry().bind("door", door);
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(from).to(to);
            }
        });
    }

    private void atOrigin(String from) throws Exception {
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(from).setBody(constant("here"));
            }
        });
    }

    /** The origin's tunnel does not come up, and this is in the sentence about it. */
    private void fails(String because) {
        await().atMost(10, SECONDS).untilAsserted(() -> assertThat(
                        ((SpdyTunnelConsumer) rig.origin.getRoutes().get(0).getConsumer())
                                .clients()
                                .get(0)
                                .status()
                                .sentence())
                .contains(because));
    }

    @Test
    void aTunnelComesUpAndCarriesARequest() throws Exception {
        atProxy(rig.front(), rig.tunnel("origin1", ""));
        atOrigin(rig.dial("origin1", ""));
        rig.starts().isUp();

        assertThat(rig.gets("/").body()).isEqualTo("here");
    }

    @Test
    void aSpdySessionWithoutATunnelIsTheSame() throws Exception {
        atProxy(rig.front(), rig.connect(""));
        atOrigin(rig.serve(""));
        rig.origin.start();
        rig.proxy.start();

        assertThat(rig.gets("/").body()).isEqualTo("here");
    }

    @Test
    void aCertificateForAnotherHostIsRefused() throws Exception {
        RenewedStore other =
                new RenewedStore(directory.resolve("other.p12")).has("a", "CN=other", "dns:other.example", "EC");
        rig.proxy.getRegistry().bind("other", other.parameters());
        rig.origin.getRegistry().bind("other", other.parameters());
        atProxy(rig.front(), rig.tunnel("origin1", "").replace("#tls", "#other"));
        atOrigin(rig.dial("origin1", "").replace("#tls", "#other"));
        rig.starts();

        fails("matching localhost found");
    }

    @Test
    void aCertificateThatNobodyVouchesForIsRefused() throws Exception {
        atProxy(rig.front(), rig.tunnel("origin1", ""));
        atOrigin(rig.dial("origin1", "").replace("#tls", "#trustOnly"));
        rig.starts();

        fails("unable to find valid certification path");
    }

    @Test
    void aKeyThatIsNotThePinnedOneIsRefused() throws Exception {
        atProxy(rig.front(), rig.tunnel("origin1", ""));
        atOrigin(rig.dial("origin1", "trustedPin=47DEQpj8HBSa4/TImW45JCeuQeRkm5NMpJWZG3hSuFU="));
        rig.starts();

        fails("the proxy's key is not the pinned one");
    }

    @Test
    void anOriginIsKnownByItsCertificate() throws Exception {
        atProxy(
                rig.front(),
                rig.tunnel("*", "certificateName=cn:*").replace("&token=" + TunnelRig.TOKEN, "") + "&anyName=true");
        atOrigin(rig.dial("localhost", "").replace("&token=" + TunnelRig.TOKEN, ""));
        rig.starts().isUp();
    }

    @Test
    void anOriginWithoutTheCertificateThatIsNeededIsRefused() throws Exception {
        atProxy(
                rig.front(),
                rig.tunnel("*", "certificateName=cn:*").replace("&token=" + TunnelRig.TOKEN, "") + "&anyName=true");
        SSLContextParameters nothingToShow = TunnelRig.tls();
        nothingToShow.setKeyManagers(null);
        rig.origin.getRegistry().bind("bare", nothingToShow);
        atOrigin(rig.dial("localhost", "")
                .replace("&token=" + TunnelRig.TOKEN, "")
                .replace("#tls", "#bare"));
        rig.starts();
    }

    // ---- what is agreed on

    private SSLSocket visits(int port, String... protocols) throws Exception {
        SSLSocket socket = (SSLSocket) TunnelRig.tls()
                .createSSLContext(rig.origin)
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        return socket;
    }

    private String agreedOn(int port, String... protocols) throws Exception {
        try (SSLSocket socket = visits(port, protocols)) {
            socket.startHandshake();
            return socket.getApplicationProtocol();
        }
    }

    private void doorIsOpen() throws Exception {
        atProxy(
                "netty-http:https://127.0.0.1:" + rig.frontPort + DOOR + TunnelRig.FRONT_DOOR,
                rig.tunnel("origin1", ""));
        rig.proxy.start();
    }

    @Test
    void aVisitorGetsTheFirstOfTheProtocolsItOffers() throws Exception {
        doorIsOpen();

        assertThat(agreedOn(rig.frontPort, "http/1.1", "spdy/3.1", "h2")).isEqualTo("h2");
        assertThat(agreedOn(rig.frontPort, "http/1.1", "spdy/3.1")).isEqualTo("spdy/3.1");
        assertThat(agreedOn(rig.frontPort, "http/1.1")).isEqualTo("http/1.1");
        assertThat(agreedOn(rig.frontPort)).isEmpty();
        assertThat(agreedOn(rig.tunnelPort, "spdy/3.1", "http/1.1")).isEqualTo("http/1.1");
        assertThat(agreedOn(rig.tunnelPort, "spdy/3.1")).isEqualTo("spdy/3.1");
    }

    /** OpenSSL cannot send the alert, and does as if nothing had been offered. */
    @Test
    void whoOffersNothingOfOursAgreesOnNothing() throws Exception {
        doorIsOpen();

        for (int port : List.of(rig.frontPort, rig.tunnelPort)) {
            if (atProxy.equals("jdk")) {
                assertThatThrownBy(() -> agreedOn(port, "ftp", "foo"))
                        .isInstanceOf(SSLException.class)
                        .hasMessageContaining("no_application_protocol");
            } else {
                assertThat(agreedOn(port, "ftp", "foo")).isEmpty();
            }
        }
    }

    @Test
    void onlyTheProtocolsThatAreEnabledAreSpoken() throws Exception {
        SecureSocketProtocolsParameters old = new SecureSocketProtocolsParameters();
        old.setSecureSocketProtocol(List.of("TLSv1.2"));
        door.setSecureSocketProtocols(old);
        doorIsOpen();

        try (SSLSocket socket = visits(rig.frontPort)) {
            socket.startHandshake();
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.2");
        }
        try (SSLSocket socket = visits(rig.frontPort)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.3"});
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
        }
        try (SSLSocket socket = visits(rig.tunnelPort)) {
            socket.startHandshake();
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
        }
    }

    @Test
    void onlyTheCipherSuitesThatAreEnabledAreUsed() throws Exception {
        CipherSuitesParameters one = new CipherSuitesParameters();
        one.setCipherSuite(List.of("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"));
        door.setCipherSuites(one);
        doorIsOpen();

        try (SSLSocket socket = visits(rig.frontPort)) {
            socket.startHandshake();
            assertThat(socket.getSession().getCipherSuite()).isEqualTo("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
        }
        try (SSLSocket socket = visits(rig.frontPort)) {
            socket.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"});
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void aFilterOfCipherSuitesHolds() throws Exception {
        FilterParameters no256 = new FilterParameters();
        no256.getInclude().addAll(List.of(".*"));
        no256.getExclude().addAll(List.of(".*_256_.*", "TLS_(AES|CHACHA).*"));
        door.setCipherSuitesFilter(no256);
        doorIsOpen();

        try (SSLSocket socket = visits(rig.frontPort)) {
            socket.startHandshake();
            assertThat(socket.getSession().getCipherSuite()).contains("_WITH_").doesNotContain("_256_");
        }
    }
}
