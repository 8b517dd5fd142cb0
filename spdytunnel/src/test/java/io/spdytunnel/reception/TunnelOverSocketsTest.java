package io.spdytunnel.reception;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.spdytunnel.auth.BearerTokens;
import io.spdytunnel.directory.DirectorySettings;
import io.spdytunnel.directory.OriginDirectory;
import io.spdytunnel.directory.Presence;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.spi.Authenticator;
import io.spdytunnel.spi.Registration;
import io.spdytunnel.spi.Verdict;
import io.spdytunnel.testing.FreePorts;
import io.spdytunnel.tunnel.Credentials;
import io.spdytunnel.tunnel.FakeSession;
import io.spdytunnel.tunnel.NameLookup;
import io.spdytunnel.tunnel.ProxyDialer;
import io.spdytunnel.tunnel.Redial;
import io.spdytunnel.tunnel.RedialPace;
import io.spdytunnel.tunnel.TestCertificates;
import io.spdytunnel.tunnel.TlsEngines;
import io.spdytunnel.tunnel.Transport;
import io.spdytunnel.tunnel.TunnelClient;
import io.spdytunnel.tunnel.TunnelClientSettings;
import io.spdytunnel.tunnel.TunnelClients;
import io.spdytunnel.tunnel.TunnelObserver;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proxy and origin over loopback sockets, most of them with TLS. */
class TunnelOverSocketsTest {

    private static final String TOKEN = "the secret of the attic";

    @TempDir
    static Path directoryOfKeys;

    private static KeyStore localhost;
    private static KeyStore elsewhere;

    private final EventLoopGroup loops = new NioEventLoopGroup(2);
    private final OriginDirectory directory =
            new OriginDirectory(DirectorySettings.DEFAULT, loops, TunnelObserver.NONE);
    private final Queue<FakeSession> atProxy = new ConcurrentLinkedQueue<>();
    private final Queue<FakeSession> atOrigin = new ConcurrentLinkedQueue<>();
    private final Queue<Registration> asked = new ConcurrentLinkedQueue<>();
    private final List<TunnelServer> servers = new ArrayList<>();
    private final List<TunnelClient> clients = new ArrayList<>();

    @BeforeAll
    static void makeKeys() throws Exception {
        localhost = TestCertificates.of(directoryOfKeys, "dns:localhost");
        elsewhere = TestCertificates.of(directoryOfKeys, "dns:elsewhere.example");
    }

    @AfterEach
    void everythingStops() throws Exception {
        clients.forEach(client -> client.close(ZERO).toCompletableFuture().join());
        servers.forEach(server -> server.stop(ZERO).toCompletableFuture().join());
        directory.close();
        await().untilAsserted(() -> assertThat(directory.tunnels()).isEmpty());
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }

    @Test
    void tunnelComesUpOverTls() throws Exception {
        InetSocketAddress port = proxy(TestCertificates.showing(localhost));

        TunnelClient client = origin("localhost", port.getPort(), TestCertificates.trusting(localhost), TOKEN);

        await().until(() -> client.status().isUp() && directory.presence("attic") == Presence.HERE);
        Registration registration = asked.element();
        assertThat(registration.isSecure()).isTrue();
        assertThat(registration.remoteAddress().getAddress().isLoopbackAddress())
                .isTrue();
        assertThat(directory.tunnels("attic").get(0).connection()).isEqualTo(1);
        assertThat(atProxy.element().settings.peer()).isEqualTo(SessionSettings.Peer.KIN);
        assertThat(atOrigin.element().settings.peer()).isEqualTo(SessionSettings.Peer.KIN);
        await().untilAsserted(() -> assertThat(servers.get(0).unregistered()).isZero());
    }

    @Test
    void proxyWithAnotherHostsCertificateNeverSeesTheToken() throws Exception {
        InetSocketAddress port = proxy(TestCertificates.showing(elsewhere));

        TunnelClient client = origin("localhost", port.getPort(), TestCertificates.trusting(elsewhere), TOKEN);

        await().until(() -> client.status().sentence().contains("TLS failed"));
        assertThat(asked).isEmpty();
    }

    @Test
    void proxyWithAnUntrustedCertificateNeverSeesTheToken() throws Exception {
        InetSocketAddress port = proxy(TestCertificates.showing(localhost));

        TunnelClient client = origin("localhost", port.getPort(), TestCertificates.trusting(elsewhere), TOKEN);

        await().until(() -> client.status().sentence().contains("TLS failed"));
        assertThat(asked).isEmpty();
    }

    @Test
    void proxyWithTheWrongPinNeverSeesTheToken() throws Exception {
        InetSocketAddress port = proxy(TestCertificates.showing(localhost));
        TunnelClientSettings settings = settings("localhost", port.getPort(), TOKEN);

        TunnelClient mistaken = origin(
                settings.withTrustedPins(Set.of(TestCertificates.pinOf(elsewhere))),
                TestCertificates.trusting(localhost));
        await().until(() -> mistaken.status().sentence().contains("not the pinned one"));
        assertThat(asked).isEmpty();

        TunnelClient right = origin(
                settings.withTrustedPins(Set.of(TestCertificates.pinOf(localhost))),
                TestCertificates.trusting(localhost));
        await().until(() -> right.status().isUp());
    }

    @Test
    void originWithTheWrongTokenHearsWhyAndGoesOnTrying() throws Exception {
        InetSocketAddress port = proxy(TestCertificates.showing(localhost));

        TunnelClient client = origin("localhost", port.getPort(), TestCertificates.trusting(localhost), "wrong");

        await().until(() -> asked.size() >= 3);
        await().until(() -> client.status().sentence().contains("refused with 401: this token is not known here"));
        assertThat(directory.tunnels()).isEmpty();
    }

    @Test
    void originStartsBeforeItsProxyAndItsName() throws Exception {
        int port = FreePorts.take();
        TunnelClient nameless = origin("nowhere.invalid", port, null, TOKEN);
        TunnelClient client = origin("localhost", port, null, TOKEN);
        await().until(() -> client.status().sentence().contains("Connection refused"));
        await().until(() -> nameless.status().sentence().contains("host nowhere.invalid is not known"));

        proxy(port, null);

        await().until(() -> client.status().isUp());
    }

    @Test
    void originFindsItsProxyAgain() throws Exception {
        InetSocketAddress port = proxy(null);
        TunnelClient client = origin("localhost", port.getPort(), null, TOKEN);
        await().until(() -> client.status().isUp());

        servers.get(0).stop(ZERO).toCompletableFuture().get(10, TimeUnit.SECONDS);
        await().until(() -> !client.status().isUp());
        assertThat(servers.get(0).isListening()).isFalse();
        proxy(port.getPort(), null);

        await().until(() -> client.status().isUp() && directory.presence("attic") == Presence.HERE);
    }

    @Test
    void proxyThatSaysNothingIsGivenUp() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            TunnelClientSettings settings = settings("127.0.0.1", silent.getLocalPort(), TOKEN);

            TunnelClient client = origin(settings.withDialTimeout(ofMillis(200)), null);

            await().until(() -> client.status()
                    .sentence()
                    .contains("no tunnel within 200 ms, still waiting for the answer of 127.0.0.1"));
        }
    }

    @Test
    void suspendedOriginIsAwayUntilItResumes() throws Exception {
        InetSocketAddress port = proxy(null);
        TunnelClient client = origin("localhost", port.getPort(), null, TOKEN);
        await().until(() -> directory.presence("attic") == Presence.HERE);

        client.suspend(ofSeconds(1)).toCompletableFuture().get(10, TimeUnit.SECONDS);
        await().until(() -> directory.presence("attic") == Presence.AWAY);

        client.resume();
        await().until(() -> directory.presence("attic") == Presence.HERE);
    }

    @Test
    void plainTextOnATlsPortIsNotUnderstood() throws Exception {
        InetSocketAddress port = proxy(TestCertificates.showing(localhost));

        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.getPort())) {
            socket.getOutputStream().write("PUT /attic HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(10_000);
            InputStream in = socket.getInputStream();
            byte[] answer = in.readAllBytes();
            assertThat(new String(answer, StandardCharsets.ISO_8859_1)).doesNotContain("HTTP/1.1");
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void portInUseIsNamed() throws Exception {
        InetSocketAddress port = proxy(null);

        assertThatThrownBy(() -> proxy(port.getPort(), null))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot open the tunnel port 127.0.0.1:" + port.getPort());
    }

    @Test
    void tunnelPortWithoutAnAuthenticatorIsNotBuilt() {
        assertThatThrownBy(() -> server(0, null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no authenticator");
    }

    @Test
    void silentConnectionBeyondTheLimitPushesTheFirstOut() throws Exception {
        InetSocketAddress port = proxy(null);
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 65; i++) {
                silent.add(new Socket(InetAddress.getLoopbackAddress(), port.getPort()));
                await().until(() -> servers.get(0).unregistered() >= 1); // the first is the oldest
            }
            silent.get(0).setSoTimeout(10_000);
            assertThat(silent.get(0).getInputStream().read()).isEqualTo(-1);
            await().until(() -> servers.get(0).unregistered() == 64);

            TunnelClient client = origin("localhost", port.getPort(), null, TOKEN);
            await().until(() -> client.status().isUp());
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
        await().until(() -> servers.get(0).unregistered() == 0);
    }

    private InetSocketAddress proxy(@Nullable TlsEngines tls) throws IOException {
        return proxy(0, tls);
    }

    private InetSocketAddress proxy(int port, @Nullable TlsEngines tls) throws IOException {
        BearerTokens tokens = BearerTokens.of(Map.of("attic", TOKEN));
        TunnelServer server = server(port, tls, new Authenticator() {
            @Override
            public CompletionStage<Verdict> authenticate(Registration registration) {
                asked.add(registration);
                return CompletableFuture.supplyAsync(() -> registration).thenCompose(tokens::authenticate);
            }

            @Override
            public boolean lists(String name) {
                return tokens.lists(name);
            }
        });
        InetSocketAddress bound = server.start();
        servers.add(server);
        return bound;
    }

    private TunnelServer server(int port, @Nullable TlsEngines tls, @Nullable Authenticator authenticator) {
        return new TunnelServer(
                TunnelServerSettings.at("127.0.0.1", port),
                tls,
                authenticator,
                directory,
                Transport.nio(loops),
                TunnelObserver.NONE,
                (channel, settings) -> keep(atProxy, channel, settings));
    }

    private TunnelClient origin(String host, int port, @Nullable TlsEngines tls, String token) {
        return origin(settings(host, port, token), tls);
    }

    private static TunnelClientSettings settings(String host, int port, String token) {
        return TunnelClientSettings.of(host, port, "attic", Credentials.bearer(token))
                .withRedial(Redial.DEFAULT.atMost(ofMillis(50)));
    }

    private TunnelClient origin(TunnelClientSettings settings, @Nullable TlsEngines tls) {
        TunnelClient client = TunnelClients.of(
                settings,
                loops.next(),
                new ProxyDialer(
                        settings,
                        tls,
                        NioSocketChannel.class,
                        NameLookup.platform(),
                        (channel, session) -> keep(atOrigin, channel, session)),
                new RedialPace(settings.redial(), () -> 0.9));
        clients.add(client);
        client.start();
        return client;
    }

    private static FakeSession keep(Queue<FakeSession> sessions, Channel channel, SessionSettings settings) {
        FakeSession session = FakeSession.start(channel, settings);
        sessions.add(session);
        return session;
    }

    static {
        org.awaitility.Awaitility.setDefaultTimeout(Duration.ofSeconds(20));
        org.awaitility.Awaitility.setDefaultPollInterval(Duration.ofMillis(10));
    }
}
