package io.spdytunnel.front;

import static io.spdytunnel.front.FrontDoorOnLoopback.head;
import static io.spdytunnel.front.FrontDoorOnLoopback.respond;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.IncomingRequest;
import io.spdytunnel.net.AddressRanges;
import java.io.ByteArrayInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same door behind TLS. */
class SecureVisitTest {

    private static final String PASSWORD = "changeit";

    @TempDir
    static Path directory;

    private static SSLContext tls;

    private final BlockingQueue<IncomingRequest> arrived = new LinkedBlockingQueue<>();
    private FrontDoorOnLoopback door;

    @BeforeAll
    static void makeCertificate() throws Exception {
        tls = contextWithACertificate(directory);
    }

    /** Shows a fresh certificate for localhost, and trusts it. */
    static SSLContext contextWithACertificate(Path directory) throws Exception {
        Path store = directory.resolve("front.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "front",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        keytool.getInputStream().transferTo(OutputStream.nullOutputStream());
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD.toCharArray());
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    @BeforeEach
    void open() throws IOException {
        door = new FrontDoorOnLoopback(VisitorServerSettings.DEFAULT, allocator -> tls.createSSLEngine());
        door.handler = arrived::add;
    }

    @AfterEach
    void close() {
        door.close();
    }

    private SocketVisitor visitor() throws IOException {
        InetSocketAddress address = door.server().localAddress();
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(address.getAddress(), address.getPort());
        return new SocketVisitor(socket);
    }

    /** Says this ahead of the first byte, in one piece with it. */
    private static final class Announced extends Socket {
        private byte[] ahead;

        Announced(InetSocketAddress door, String ahead) throws IOException {
            super(door.getAddress(), door.getPort());
            this.ahead = ahead.getBytes(StandardCharsets.ISO_8859_1);
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    byte[] all = Arrays.copyOf(ahead, ahead.length + length);
                    System.arraycopy(bytes, from, all, ahead.length, length);
                    ahead = new byte[0];
                    out.write(all);
                }
            };
        }
    }

    @Test
    void aProxyHeaderInOnePieceWithTheClientHelloLosesNoneOfIt() throws Exception {
        AddressRanges loopback = AddressRanges.parse("127.0.0.0/8,::1");
        try (FrontDoorOnLoopback behind = new FrontDoorOnLoopback(
                VisitorServerSettings.DEFAULT.withEdge(
                        new VisitorEdge(AddressRanges.NONE, AddressRanges.NONE, loopback, AddressRanges.NONE, false)),
                allocator -> tls.createSSLEngine())) {
            behind.handler = request -> respond(request, 200, request.remoteAddress() + " " + request.isSecure());
            Socket balancer =
                    new Announced(behind.server().localAddress(), "PROXY TCP4 203.0.113.7 198.51.100.1 40112 443\r\n");
            try (SocketVisitor visitor =
                    new SocketVisitor(tls.getSocketFactory().createSocket(balancer, "localhost", 443, true))) {
                visitor.gets("/");

                assertThat(visitor.reads().text()).isEqualTo("/203.0.113.7:40112 true");
            }
        }
    }

    @Test
    void aProxyHeaderStandsAheadOfTlsAndSpdyToo() throws Exception {
        AddressRanges loopback = AddressRanges.parse("127.0.0.0/8,::1");
        try (FrontDoorOnLoopback behind = new FrontDoorOnLoopback(
                VisitorServerSettings.DEFAULT.withEdge(
                        new VisitorEdge(AddressRanges.NONE, AddressRanges.NONE, loopback, AddressRanges.NONE, false)),
                allocator -> tls.createSSLEngine())) {
            behind.handler = request -> respond(request, 200, request.remoteAddress() + " " + request.isSecure());
            Socket balancer =
                    new Announced(behind.server().localAddress(), "PROXY TCP4 203.0.113.7 198.51.100.1 40112 443\r\n");
            SSLSocket secure = (SSLSocket) tls.getSocketFactory().createSocket(balancer, "localhost", 443, true);
            SSLParameters parameters = secure.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"spdy/3.1"});
            secure.setSSLParameters(parameters);
            try (SpdyFrameVisitor visitor = new SpdyFrameVisitor(secure)) {
                assertThat(visitor.answer(visitor.gets("/")).text()).isEqualTo("/203.0.113.7:40112 true");
                assertThat(secure.getApplicationProtocol()).isEqualTo("spdy/3.1");
            }
        }
    }

    @Test
    void keepsTheConnectionAndEchoes() throws Exception {
        door.handler = request -> request.respond(head(request.isSecure() ? 200 : 500), request.body());
        try (SocketVisitor visitor = visitor()) {
            for (int i = 0; i < 3; i++) {
                visitor.says("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(100_000));
                SocketVisitor.Reply reply = visitor.reads();
                assertThat(reply.status()).isEqualTo(200);
                assertThat(reply.text()).hasSize(100_000);
            }
        }
    }

    @Test
    void aBodyUntilTheConnectionsEndEndsInCloseNotify() throws Exception {
        try (SocketVisitor visitor = visitor()) {
            visitor.says("GET / HTTP/1.0\r\n\r\n");
            arrived.take()
                    .respond(
                            head(200),
                            HttpBody.from(
                                    new ByteArrayInputStream(new byte[1_000_000]),
                                    HttpBody.UNKNOWN_LENGTH,
                                    door.loops()));

            assertThat(visitor.reads().text()).hasSize(1_000_000); // without close_notify the JDK would throw
        }
    }

    @Test
    void anEarlyRefusalIsSeenAndTheConnectionEndsInOrder() throws Exception {
        try (SocketVisitor visitor = visitor()) {
            visitor.says("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(50_000));
            respond(arrived.take(), 413, "too large");
            assertThat(visitor.reads().status()).isEqualTo(413);
            assertThat(visitor.isHungUpOn()).isTrue();
        }
    }

    @Test
    void aVisitorWhoLeavesIsMissed() throws Exception {
        try (SocketVisitor visitor = visitor()) {
            visitor.gets("/");
            IncomingRequest request = arrived.take();

            visitor.leaves();

            assertThat(request.ended()).failsWithin(Duration.ofSeconds(1));
        }
    }

    /** RFC 8446 6.1: close_notify ends one direction. */
    @Test
    void whoEndsItsHalfByCloseNotifyIsAnswered() throws Exception {
        try (SocketVisitor visitor = visitor()) {
            assertThat(((SSLSocket) visitor.socket()).getSession().getProtocol())
                    .isEqualTo("TLSv1.3");
            visitor.gets("/");
            visitor.socket().shutdownOutput();
            IncomingRequest request = arrived.take();
            assertThat(request.ended())
                    .failsWithin(Duration.ofMillis(300))
                    .withThrowableOfType(java.util.concurrent.TimeoutException.class);

            respond(request, 200, "all of it");

            assertThat(visitor.reads().text()).isEqualTo("all of it");
            assertThat(visitor.isHungUpOn()).isTrue();
        }
    }

    @Test
    void plainTextOnTheSecurePortIsHungUpOn() throws Exception {
        InetSocketAddress address = door.server().localAddress();
        try (SocketVisitor visitor = new SocketVisitor(new Socket(address.getAddress(), address.getPort()))) {
            visitor.gets("/");
            visitor.in().readAllBytes();
        }
        assertThat(arrived).isEmpty();
    }

    @Test
    void http2IsChosenBeforeTheOthersAndAForeignClientSpeaksIt() throws Exception {
        door.handler = request -> request.respond(head(request.isSecure() ? 200 : 500), request.body());
        byte[] sent = new byte[1_000_000];
        Arrays.fill(sent, (byte) 7);
        HttpClient visitor = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(tls)
                .executor(door.loops())
                .build();

        HttpResponse<byte[]> answer = visitor.send(
                HttpRequest.newBuilder(URI.create("https://localhost:"
                                + door.server().localAddress().getPort() + "/a?b"))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(sent))
                        .timeout(Duration.ofSeconds(10))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());

        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(sent);
    }

    @Test
    void alpnKeepsToWhatTheVisitorOffers() throws Exception {
        assertThat(agreedOn("h2", "spdy/3.1", "http/1.1")).isEqualTo("h2");
        assertThat(agreedOn("http/1.1", "spdy/3.1")).isEqualTo("spdy/3.1");
        assertThat(agreedOn("http/1.1")).isEqualTo("http/1.1");
        assertThat(agreedOn()).isEmpty();
    }

    private String agreedOn(String... offered) throws IOException {
        InetSocketAddress address = door.server().localAddress();
        try (SSLSocket socket =
                (SSLSocket) tls.getSocketFactory().createSocket(address.getAddress(), address.getPort())) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(offered);
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket.getApplicationProtocol();
        }
    }

    @Test
    void curlSpeaksHttp2() throws Exception {
        assumeTrue(curlSays("-V").contains("HTTP2"), "no curl with HTTP2 here");
        door.handler = request ->
                request.respond(head(200, h -> h.set("x-seen", request.head().uri())), request.body());

        String seen = curlSays(
                "-sS",
                "-k",
                "-i",
                "--http2",
                "--max-time",
                "10",
                "-d",
                "hello",
                "https://localhost:" + door.server().localAddress().getPort() + "/curl");

        assertThat(seen).startsWith("HTTP/2 200").contains("x-seen: /curl").endsWith("hello");
    }

    private static String curlSays(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("curl"));
        command.addAll(List.of(arguments));
        try {
            Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(curl.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(curl.waitFor(20, TimeUnit.SECONDS)).isTrue();
            return said;
        } catch (IOException notInstalled) {
            return "";
        }
    }
}
