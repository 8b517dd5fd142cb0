package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.HttpCallSettings;
import io.spdytunnel.http.OutgoingRequest;
import io.spdytunnel.service.ServiceCalls;
import io.spdytunnel.service.ServiceSharing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Raw bytes in bulk, held back by whoever reads slowly; over TLS; and from visitors who speak SPDY. */
class RawFlowTest {

    private static final int MANY_BYTES = 64 * 1024 * 1024;
    private static final int PIECE_BYTES = 64 * 1024;

    /** What windows of 64 KiB, two of 64 KiB read ahead and the kernel's socket buffers may hold, and not much more. */
    private static final int MOST_HELD_BYTES = 16 * 1024 * 1024;

    private final TunnelRig rig = new TunnelRig();
    private SocketService service;

    @BeforeEach
    void startService() throws Exception {
        service = new SocketService();
    }

    @AfterEach
    void close() throws Exception {
        service.close();
        rig.close();
    }

    private void tunnelIsUp(String front, String atOrigin) throws Exception {
        rig.tunnelIsUp(front, "maxStreamWindow=65536", "maxStreamWindow=65536&" + atOrigin);
    }

    /** Sends until it is all gone, and counts. */
    private static CompletableFuture<byte[]> floods(SocketEnd end, AtomicLong sent) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                byte[] piece = new byte[PIECE_BYTES];
                Random random = new Random(1);
                while (sent.get() < MANY_BYTES) {
                    random.nextBytes(piece);
                    end.sends(piece);
                    digest.update(piece);
                    sent.addAndGet(piece.length);
                }
                end.saysItsLast();
                return digest.digest();
            } catch (IOException | java.security.NoSuchAlgorithmException broken) {
                throw new IllegalStateException(broken);
            }
        });
    }

    /** While nobody reads, the sender stands still; then everything arrives. */
    private static void standsStillUntilRead(SocketEnd from, SocketEnd to) throws Exception {
        AtomicLong sent = new AtomicLong();
        CompletableFuture<byte[]> all = floods(from, sent);
        AtomicLong before = new AtomicLong(-1);
        await().pollInterval(500, TimeUnit.MILLISECONDS)
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> sent.get() > 0 && before.getAndSet(sent.get()) == sent.get());
        assertThat(sent.get()).isLessThan(MOST_HELD_BYTES);

        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (int read = 0; read < MANY_BYTES; read += PIECE_BYTES) {
            digest.update(to.reads(PIECE_BYTES));
        }
        assertThat(to.isToldTheEnd()).isTrue();
        assertThat(digest.digest()).isEqualTo(all.get(10, TimeUnit.SECONDS));
    }

    @Test
    void aServiceThatDoesNotReadHoldsTheVisitorBack() throws Exception {
        tunnelIsUp(rig.front(), "forwardTo=" + service.url());
        try (SocketEnd visitor = SocketEnd.to(rig.frontPort).asksFor("websocket");
                SocketEnd behind = service.accepts()) {
            behind.grants("websocket");
            visitor.head();

            standsStillUntilRead(visitor, behind);
        }
    }

    @Test
    void aVisitorWhoDoesNotReadHoldsTheServiceBack() throws Exception {
        tunnelIsUp(rig.front(), "connectTo=127.0.0.1:*");
        try (SocketEnd visitor = SocketEnd.to(rig.frontPort)
                        .says("CONNECT 127.0.0.1:" + service.port() + " HTTP/1.1\r\nHost: a\r\n\r\n");
                SocketEnd behind = service.accepts()) {
            visitor.head();

            standsStillUntilRead(behind, visitor);
        }
    }

    @Test
    void aVisitorOverTlsMaySayItsLastAndStillListen() throws Exception {
        assumeFalse(TunnelRig.TLS_PROVIDER.equals("openssl"), "OpenSSL has no half-close");
        tunnelIsUp(
                "netty-http:https://localhost:" + rig.frontPort
                        + "?matchOnUriPrefix=true&ssl=true&sslContextParameters=#tls&" + TunnelRig.FRONT_DOOR,
                "forwardTo=" + service.url());
        SSLContext tls = TunnelRig.tls().createSSLContext(rig.origin);
        Socket socket = tls.getSocketFactory().createSocket("localhost", rig.frontPort);
        try (SocketEnd visitor = new SocketEnd(socket).asksFor("websocket");
                SocketEnd behind = service.accepts()) {
            behind.grants("websocket");
            visitor.head();

            visitor.says("secret").saysItsLast();

            assertThat(behind.readsText(6)).isEqualTo("secret");
            assertThat(behind.isToldTheEnd()).isTrue();
            behind.says("answer").saysItsLast();
            assertThat(visitor.readsText(6)).isEqualTo("answer");
            assertThat(visitor.isToldTheEnd()).isTrue();
        }
    }

    @Test
    void aServiceOverTlsIsUpgradedToo() throws Exception {
        SSLContext tls = TunnelRig.tls().createSSLContext(rig.origin);
        SpokenBody fed = new SpokenBody();
        EventLoopGroup loops = new NioEventLoopGroup(1);
        ExecutorService workers = Executors.newSingleThreadExecutor();
        SpdyVisit.Answer answer = new SpdyVisit.Answer();
        try (ServerSocket listening =
                        tls.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServiceCalls services = new ServiceCalls(
                        HttpCallSettings.DEFAULT, ServiceSharing.SHARED, Duration.ofSeconds(5), tls, workers)) {
            HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/chat");
            head.headers().set("upgrade", "websocket");
            services.send(
                    loops.next(),
                    URI.create("https://localhost:" + listening.getLocalPort()),
                    new OutgoingRequest(head, fed.body(), "https", 3),
                    null,
                    answer);
            try (SocketEnd behind = new SocketEnd(listening.accept())) {
                assertThat(behind.grants("websocket")).contains("connection: upgrade\r\n");

                flowsBothWays(101, answer, fed, behind);
            }
        } finally {
            workers.shutdownNow();
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    @Test
    void aSpdyVisitorUpgradesToo() throws Exception {
        tunnelIsUp(rig.front(), "forwardTo=" + service.url());
        SpokenBody fed = new SpokenBody();
        try (SpdyVisit visit = new SpdyVisit(rig.frontPort, 0)) {
            SpdyVisit.Answer answer = visit.asksForRaw("GET", "/chat", fed.body(), "upgrade", "websocket");
            try (SocketEnd behind = service.accepts()) {
                assertThat(behind.grants("websocket")).startsWith("GET /chat ");

                flowsBothWays(101, answer, fed, behind);
            }
        }
    }

    @Test
    void aSpdyVisitorConnectsToo() throws Exception {
        tunnelIsUp(rig.front(), "connectTo=127.0.0.1:*");
        SpokenBody fed = new SpokenBody();
        try (SpdyVisit visit = new SpdyVisit(rig.frontPort, 0)) {
            SpdyVisit.Answer answer = visit.asksForRaw("CONNECT", "127.0.0.1:" + service.port(), fed.body());
            try (SocketEnd behind = service.accepts()) {
                flowsBothWays(200, answer, fed, behind);
            }
        }
    }

    private static void flowsBothWays(int status, SpdyVisit.Answer answer, SpokenBody fed, SocketEnd behind)
            throws Exception {
        HttpResponse head = answer.head();
        assertThat(head.status().code()).isEqualTo(status);
        fed.says("down");
        assertThat(behind.readsText(4)).isEqualTo("down");
        behind.says("up");
        HttpBody body = answer.body();
        assertThat(new String(body.readNBytes(2), java.nio.charset.StandardCharsets.US_ASCII))
                .isEqualTo("up");
        fed.ends();
        assertThat(behind.isToldTheEnd()).isTrue();
        behind.saysItsLast();
        assertThat(body.read()).isNegative();
    }

    @Test
    void aSpdyVisitorThatTakesUsForItsProxyNamesTheHostInThePath() throws Exception {
        tunnelIsUp(rig.front(), "preserveHost=true&forwardTo=" + service.url());
        try (SpdyVisit visit = new SpdyVisit(rig.frontPort, 0)) {
            SpdyVisit.Answer answer = visit.gets("http://shop.example:81/a%20b?c");
            try (SocketEnd behind = service.accepts()) {
                assertThat(behind.head())
                        .startsWith("GET /a%20b?c HTTP/1.1\r\n")
                        .containsIgnoringCase("host: shop.example:81\r\n");
                behind.says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                assertThat(answer.text()).isEqualTo("ok");
            }
        }
    }
}
