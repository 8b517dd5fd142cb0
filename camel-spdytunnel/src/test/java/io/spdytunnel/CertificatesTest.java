package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import io.spdytunnel.testing.RecordingLog;
import io.spdytunnel.tls.ListenerTls;
import io.spdytunnel.tls.RenewedStores;
import io.spdytunnel.tls.StoreFiles;
import io.spdytunnel.tls.TlsLibrary;
import io.spdytunnel.tunnel.TlsEngines;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.SSLContextServerParameters;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

/** Certificates at the front door and the tunnel port: renewed, several, and those of visitors. With both TLS libraries. */
@ParameterizedClass
@ValueSource(strings = {"jdk", "openssl"})
class CertificatesTest {

    @Parameter
    String tlsProvider;

    private static final String NAMES = "dns:localhost,ip:127.0.0.1";

    @TempDir
    Path directory;

    private RenewedStore store(String name) {
        return new RenewedStore(directory.resolve(name + ".p12"));
    }

    /** Trusts everybody, so that a test can look at whom it is shown. */
    private static final class Gullible extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static SSLContext gullible(@Nullable KeyStore own) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, own == null ? null : RenewedStore.PASSWORD.toCharArray());
        context.init(keys.getKeyManagers(), new TrustManager[] {new Gullible()}, null);
        return context;
    }

    private static SSLSocket connects(int port, @Nullable String sni) throws Exception {
        SSLSocket socket =
                (SSLSocket) gullible(null).getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        if (sni != null) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(sni)));
            socket.setSSLParameters(parameters);
        }
        socket.startHandshake();
        return socket;
    }

    private static String subject(SSLSocket socket) throws IOException {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                .getSubjectX500Principal()
                .getName();
    }

    private static String shownTo(int port, @Nullable String sni) throws Exception {
        try (SSLSocket socket = connects(port, sni)) {
            return subject(socket);
        }
    }

    private static String asks(SSLSocket socket) throws IOException {
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("hello") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended behind " + head);
            }
            head.append((char) next);
        }
        return head.substring(0, 12);
    }

    private TunnelRig doorWith(SSLContextParameters parameters) throws Exception {
        TunnelRig rig = new TunnelRig(tlsProvider);
        FrontDoor door = new FrontDoor();
        door.setReloadInterval(50);
        rig.proxy.getRegistry().bind("frontDoor", door);
        rig.proxy.getRegistry().bind("doorTls", parameters);
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("netty-http:https://127.0.0.1:" + rig.frontPort + "?matchOnUriPrefix=true&ssl=true"
                                + "&sslContextParameters=#doorTls&nettySharedHttpServer=#frontDoor")
                        .process(exchange -> exchange.getMessage()
                                .setHeader(
                                        "X-Who",
                                        exchange.getMessage().getHeader(SpdyTunnelConstants.VISITOR_SUBJECT) + " "
                                                + exchange.getMessage().getHeader(SpdyTunnelConstants.VISITOR_NAMES)))
                        .setBody(constant("hello"));
            }
        });
        rig.proxy.start();
        return rig;
    }

    @Test
    void aRenewedCertificateIsShownToNewVisitorsAndOldOnesStay() throws Exception {
        RenewedStore store = store("door").has("a", "CN=old", NAMES, "EC");
        try (TunnelRig rig = doorWith(store.parameters());
                SSLSocket before = connects(rig.frontPort, null)) {
            assertThat(subject(before)).isEqualTo("CN=old");
            assertThat(asks(before)).endsWith("200");

            store("next").has("a", "CN=new", NAMES, "EC").replaces(store);

            await().atMost(5, TimeUnit.SECONDS)
                    .until(() -> shownTo(rig.frontPort, null).equals("CN=new"));
            assertThat(asks(before)).endsWith("200");
        }
    }

    @Test
    void theTunnelPortShowsARenewedCertificateToo() throws Exception {
        RenewedStore store = store("tunnel").has("a", "CN=old", NAMES, "EC");
        try (TunnelRig rig = new TunnelRig(tlsProvider)) {
            rig.proxy.getRegistry().bind("renewed", store.parameters());
            rig.proxy.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in")
                            .to("spdytunnel:origin1?listen=127.0.0.1:" + rig.tunnelPort
                                    + "&sslContextParameters=#renewed&reloadInterval=50&token=" + TunnelRig.TOKEN);
                }
            });
            rig.proxy.start();
            assertThat(shownTo(rig.tunnelPort, null)).isEqualTo("CN=old");

            store("next").has("a", "CN=new", NAMES, "EC").replaces(store);

            await().atMost(5, TimeUnit.SECONDS)
                    .until(() -> shownTo(rig.tunnelPort, null).equals("CN=new"));
        }
    }

    @Test
    void aFileThatCannotBeUsedChangesNothingUntilItCan() throws Exception {
        RenewedStore store = store("door").has("a", "CN=old", NAMES, "EC");
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.start();
            ListenerTls tls = new ListenerTls(
                    camel, TlsLibrary.of(tlsProvider), "front door", store.parameters(), List.of("http/1.1"));
            store.breaks();
            makesAnEngine(tls);
            tls.readers().forEach(Runnable::run);
            makesAnEngine(tls);

            store("next").has("a", "CN=new", NAMES, "EC").replaces(store);
            tls.readers().forEach(Runnable::run);
            makesAnEngine(tls);
        }
    }

    private static void makesAnEngine(ListenerTls tls) {
        SSLEngine engine = tls.newEngine(UnpooledByteBufAllocator.DEFAULT);
        assertThat(engine.getUseClientMode()).isFalse();
        ReferenceCountUtil.release(engine);
    }

    @Test
    void eachHostIsShownItsOwnCertificate() throws Exception {
        RenewedStore store = store("several")
                .has("first", "CN=first", "dns:first.example", "EC")
                .has("shop", "CN=shop", "dns:shop.example,dns:www.shop.example", "RSA")
                .has("wild", "CN=wild", "dns:*.shop.example", "EC");
        try (TunnelRig rig = doorWith(store.parameters())) {
            assertThat(shownTo(rig.frontPort, "first.example")).isEqualTo("CN=first");
            assertThat(shownTo(rig.frontPort, "shop.example")).isEqualTo("CN=shop");
            assertThat(shownTo(rig.frontPort, "WWW.shop.example")).isEqualTo("CN=shop");
            assertThat(shownTo(rig.frontPort, "a.shop.example")).isEqualTo("CN=wild");
            assertThat(shownTo(rig.frontPort, "a.b.shop.example")).isEqualTo("CN=first");
            assertThat(shownTo(rig.frontPort, "other.example")).isEqualTo("CN=first");
            assertThat(shownTo(rig.frontPort, null)).isEqualTo("CN=first");
        }
    }

    private static HttpResponse<String> visits(
            TunnelRig rig, @Nullable KeyStore own, HttpClient.Version version, String... headers) throws Exception {
        HttpClient visitor = HttpClient.newBuilder()
                .version(version)
                .sslContext(gullible(own))
                .build();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://localhost:" + rig.frontPort + "/"))
                .timeout(Duration.ofSeconds(10));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return visitor.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static SSLContextParameters asking(SSLContextParameters parameters, String clientAuthentication) {
        SSLContextServerParameters server = new SSLContextServerParameters();
        server.setClientAuthentication(clientAuthentication);
        parameters.setServerParameters(server);
        return parameters;
    }

    @ParameterizedTest
    @CsvSource({"one, HTTP_1_1", "one, HTTP_2", "two, HTTP_1_1", "two, HTTP_2"})
    void aVisitorsCertificateIsTheRoutesToSeeAndNobodyElsesToSay(String how, HttpClient.Version version)
            throws Exception {
        RenewedStore store = store("door").has("a", "CN=alice,O=Example", NAMES, "EC");
        if (how.equals("two")) {
            store.has("b", "CN=other", "dns:other.example", "EC"); // then a context of our own is made
        }
        try (TunnelRig rig = doorWith(asking(store.parameters(), "WANT"))) {
            HttpResponse<String> known = visits(rig, store.load(), version);
            assertThat(known.version()).isEqualTo(version);
            assertThat(known.headers().firstValue("X-Who"))
                    .hasValue(
                            how.equals("two")
                                            && known.headers()
                                                    .firstValue("X-Who")
                                                    .orElse("")
                                                    .startsWith("CN=other")
                                    ? "CN=other [other.example]"
                                    : "CN=alice,O=Example [localhost, 127.0.0.1]");

            HttpResponse<String> unknown = visits(rig, null, version, "camelspdytunnelvisitorsubject", "CN=mallory");
            assertThat(unknown.headers().firstValue("X-Who")).hasValue("null null");
        }
    }

    @Test
    void aSpdyVisitorsCertificateIsTheRoutesToSeeToo() throws Exception {
        RenewedStore store = store("door").has("a", "CN=alice,O=Example", NAMES, "EC");
        try (TunnelRig rig = doorWith(asking(store.parameters(), "WANT"));
                SpdyVisit known = new SpdyVisit(rig.frontPort, 0, TlsEngines.of(gullible(store.load())));
                SpdyVisit unknown = new SpdyVisit(rig.frontPort, 0, TlsEngines.of(gullible(null)))) {
            assertThat(known.gets("/").head().headers().get("X-Who"))
                    .isEqualTo("CN=alice,O=Example [localhost, 127.0.0.1]");
            assertThat(unknown.gets("/", "camelspdytunnelvisitorsubject", "CN=mallory")
                            .head()
                            .headers()
                            .get("X-Who"))
                    .isEqualTo("null null");
        }
    }

    @Test
    void aBrokenKeyStoreIsOneWarningUntilItIsGoodAgain() throws Exception {
        RenewedStore store = store("door").has("a", "CN=old", NAMES, "EC");
        RecordingLog log = new RecordingLog();
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.start();
            SSLContextParameters parameters = store.parameters();
            RenewedStores<SSLContext> stores = new RenewedStores<>(
                    "front door",
                    StoreFiles.of(camel, parameters),
                    () -> {
                        try {
                            return parameters.createSSLContext(camel);
                        } catch (Exception unusable) {
                            throw new IllegalArgumentException("front door: the key store cannot be read", unusable);
                        }
                    },
                    log);
            SSLContext before = stores.current();
            store.breaks();
            for (int i = 0; i < 10; i++) {
                stores.run();
            }
            assertThat(log.lines(Level.WARN))
                    .containsExactly(
                            "WARN front door: the key store cannot be read; the earlier content stays in force");
            assertThat(log.lines(Level.DEBUG)).hasSize(9);
            assertThat(stores.current()).isSameAs(before);

            store("next").has("a", "CN=new", NAMES, "EC").replaces(store);
            stores.run();
            assertThat(log.lines(Level.INFO)).hasSize(1);
            store.breaks();
            stores.run();
            assertThat(log.lines(Level.WARN)).as("of a new cause").hasSize(2);
        }
    }

    @Test
    void whoMustShowOneAndDoesNotIsNotLetIn() throws Exception {
        RenewedStore store = store("door").has("a", "CN=alice", NAMES, "EC");
        try (TunnelRig rig = doorWith(asking(store.parameters(), "REQUIRE"))) {
            assertThat(visits(rig, store.load(), HttpClient.Version.HTTP_1_1).statusCode())
                    .isEqualTo(200);

            assertThatThrownBy(() -> visits(rig, null, HttpClient.Version.HTTP_1_1))
                    .isInstanceOf(IOException.class);
            KeyStore strangers =
                    store("stranger").has("s", "CN=mallory", NAMES, "EC").load();
            assertThatThrownBy(() -> visits(rig, strangers, HttpClient.Version.HTTP_1_1))
                    .isInstanceOf(IOException.class);
        }
    }
}
