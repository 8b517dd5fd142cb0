package io.spdytunnel.reception;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.spdytunnel.auth.BearerTokens;
import io.spdytunnel.directory.DirectorySettings;
import io.spdytunnel.directory.OriginDirectory;
import io.spdytunnel.directory.Presence;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamEnd;
import io.spdytunnel.session.StreamListener;
import io.spdytunnel.session.StreamNotOpenedException;
import io.spdytunnel.spdy.SpdySession;
import io.spdytunnel.tunnel.Credentials;
import io.spdytunnel.tunnel.NameLookup;
import io.spdytunnel.tunnel.ProxyDialer;
import io.spdytunnel.tunnel.Redial;
import io.spdytunnel.tunnel.TestCertificates;
import io.spdytunnel.tunnel.TlsEngines;
import io.spdytunnel.tunnel.TunnelClient;
import io.spdytunnel.tunnel.TunnelClientSettings;
import io.spdytunnel.tunnel.TunnelObserver;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tunnels that come up over TLS and then really speak SPDY. */
class TunnelWithSessionsTest {

    private static final String TOKEN = "the secret of the attic";

    @TempDir
    static Path directoryOfKeys;

    private static KeyStore key;

    private final EventLoopGroup loops = new NioEventLoopGroup(2);
    private final MemoryBudget proxyBudget = new MemoryBudget(16 * 1024 * 1024);
    private final MemoryBudget originBudget = new MemoryBudget(16 * 1024 * 1024);
    private final OriginDirectory directory =
            new OriginDirectory(DirectorySettings.DEFAULT, loops, TunnelObserver.NONE);
    private final List<TunnelClient> clients = new ArrayList<>();

    private final AtomicInteger slowRequests = new AtomicInteger();
    private TlsEngines originTls;
    private TunnelServer server;
    private InetSocketAddress port;

    @BeforeAll
    static void makeKey() throws Exception {
        key = TestCertificates.of(directoryOfKeys, "dns:localhost");
    }

    @BeforeEach
    void openThePort() throws Exception {
        originTls = TestCertificates.trusting(key);
        server = new TunnelServer(
                TunnelServerSettings.at("127.0.0.1", 0),
                TestCertificates.showing(key),
                BearerTokens.of(Map.of("attic", TOKEN)),
                directory,
                proxyBudget,
                loops,
                TunnelObserver.NONE);
        port = server.start();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        clients.forEach(client -> client.close(ZERO).toCompletableFuture().join());
        server.stop(ZERO).toCompletableFuture().get(10, TimeUnit.SECONDS);
        directory.close();
        await().until(() -> directory.tunnels().isEmpty());
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        assertThat(proxyBudget.used()).isZero();
        assertThat(originBudget.used()).isZero();
    }

    @Test
    void requestGoesDownTheTunnelAndItsAnswerComesBack() throws Exception {
        origin(settings(1));
        Session session = directory.await("attic", ofSeconds(20)).get(20, TimeUnit.SECONDS);

        assertThat(asks(session, "/hello").get(10, TimeUnit.SECONDS)).isEqualTo("200 /hello");
        assertThat(session.ping().toCompletableFuture().get(10, TimeUnit.SECONDS))
                .isPositive();
    }

    @Test
    void hundredTakeOversLeaveOneSessionAndNothingElse() throws Exception {
        ProxyDialer dialer = new ProxyDialer(
                settings(1),
                originTls,
                NioSocketChannel.class,
                NameLookup.platform(),
                (channel, settings) ->
                        SpdySession.start(channel, Role.RESPONDER, settings, originBudget, this::answers));
        EventLoop loop = loops.next();
        List<Session> sessions = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            CompletableFuture<Session> up = new CompletableFuture<>();
            loop.execute(() -> {
                var unused = dialer.dial(loop).whenComplete((session, failure) -> {
                    if (session == null) {
                        up.completeExceptionally(failure);
                    } else {
                        up.complete(session);
                    }
                });
            });
            sessions.add(up.get(10, TimeUnit.SECONDS));
        }

        for (Session replaced : sessions.subList(0, 99)) {
            replaced.whenEnded().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
        Session last = sessions.get(99);
        assertThat(last.whenEnded().toCompletableFuture()).isNotDone();
        await().until(() -> directory.tunnels().size() == 1);
        Session atProxy = directory.tunnels().get(0).session();
        assertThat(asks(atProxy, "/still/here").get(10, TimeUnit.SECONDS)).isEqualTo("200 /still/here");
        assertThat(server.unregistered()).isZero();
    }

    @Test
    void suspendedOriginFinishesWhatItHasBegunAndResumes() throws Exception {
        TunnelClient client = origin(settings(1));
        Session session = directory.await("attic", ofSeconds(20)).get(20, TimeUnit.SECONDS);
        CompletableFuture<String> slow = asks(session, "/slow");

        await().until(() -> slowRequests.get() == 1); // what had not arrived would be refused, and could be sent again
        CompletableFuture<Void> suspended = client.suspend(ofSeconds(20)).toCompletableFuture();

        assertThat(slow.get(10, TimeUnit.SECONDS)).isEqualTo("200 /slow");
        suspended.get(10, TimeUnit.SECONDS);
        await().until(() -> directory.presence("attic") == Presence.AWAY);

        client.resume();
        Session again = directory.await("attic", ofSeconds(20)).get(20, TimeUnit.SECONDS);
        assertThat(asks(again, "/again").get(10, TimeUnit.SECONDS)).isEqualTo("200 /again");
    }

    @Test
    void fourConnectionsShareTheName() throws Exception {
        for (int k = 1; k <= 4; k++) {
            origin(settings(k));
        }

        await().atMost(Duration.ofSeconds(20))
                .until(() -> directory.tunnels("attic").size() == 4);
        clients.get(0).close(ZERO);
        await().until(() -> directory.tunnels("attic").size() == 3);
        assertThat(directory.presence("attic")).isEqualTo(Presence.HERE);
    }

    @Test
    void stoppingProxyLetsItsOriginsFinish() throws Exception {
        TunnelClient client = origin(settings(1));
        Session session = directory.await("attic", ofSeconds(20)).get(20, TimeUnit.SECONDS);
        CompletableFuture<String> slow = asks(session, "/slow");

        CompletableFuture<Void> stopped = server.stop(ofSeconds(20)).toCompletableFuture();

        assertThat(slow.get(10, TimeUnit.SECONDS)).isEqualTo("200 /slow");
        stopped.get(10, TimeUnit.SECONDS);
        await().until(() -> client.status().sentence().contains("Connection refused"));
    }

    private TunnelClientSettings settings(int connection) {
        return TunnelClientSettings.of("localhost", port.getPort(), "attic", Credentials.bearer(TOKEN))
                .withConnection(connection)
                .withRedial(Redial.DEFAULT.atMost(ofMillis(50)));
    }

    private TunnelClient origin(TunnelClientSettings settings) {
        TunnelClient client =
                new TunnelClient(settings, originTls, this::answers, originBudget, loops, TunnelObserver.NONE);
        clients.add(client);
        client.start();
        return client;
    }

    private StreamListener answers(Stream stream, HeaderBlock head, Fin fin) {
        String path = String.valueOf(head.first(":path"));
        HeaderBlock answer = new HeaderBlock().add(":status", "200 " + path).add(":version", "HTTP/1.1");
        if (path.equals("/slow")) {
            slowRequests.incrementAndGet();
            var unused = stream.session()
                    .eventLoop()
                    .schedule(() -> stream.reply(answer, Fin.FIN), 300, TimeUnit.MILLISECONDS);
        } else {
            stream.reply(answer, Fin.FIN);
        }
        return new Hears(new CompletableFuture<>());
    }

    private static CompletableFuture<String> asks(Session session, String path) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        HeaderBlock head = new HeaderBlock()
                .add(":method", "GET")
                .add(":path", path)
                .add(":version", "HTTP/1.1")
                .add(":host", "attic")
                .add(":scheme", "http");
        session.eventLoop().execute(() -> {
            try {
                session.open(head, Fin.FIN, 3, new Hears(answer));
            } catch (StreamNotOpenedException notOpened) {
                answer.completeExceptionally(notOpened);
            }
        });
        return answer;
    }

    private record Hears(CompletableFuture<String> answer) implements StreamListener {
        @Override
        public void replied(HeaderBlock head, Fin fin) {
            answer.complete(String.valueOf(head.first(":status")));
        }

        @Override
        public void data(ByteBuf bytes, Fin fin) {}

        @Override
        public void headers(HeaderBlock headers, Fin fin) {}

        @Override
        public void sent(int bytes) {}

        @Override
        public void ended(StreamEnd end) {
            answer.completeExceptionally(new IllegalStateException(end.reason()));
        }
    }
}
