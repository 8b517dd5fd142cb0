package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The origin's route hands the request on to a plain service, natively or by a Camel HTTP producer. */
class ForwardToTest {

    private final TunnelRig rig = new TunnelRig();
    private HttpServer service;

    @BeforeEach
    void startService() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.setExecutor(Executors.newCachedThreadPool());
        service.start();
    }

    @AfterEach
    void close() {
        rig.close();
        service.stop(0);
        ((java.util.concurrent.ExecutorService) service.getExecutor()).shutdownNow();
    }

    private String serviceUrl() {
        return "http://127.0.0.1:" + service.getAddress().getPort();
    }

    private void answers(String path, int status, String body, String... headers) {
        service.createContext(path, exchange -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private static void echo(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            exchange.getRequestBody().transferTo(out);
        }
    }

    private void originForwards(String options) throws Exception {
        rig.startsWith(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from(rig.dial("origin1", options)).log("${header.CamelHttpPath}");
                    }
                })
                .isUp();
    }

    @Test
    void theServicesAnswerPassesUnchanged() throws Exception {
        answers(
                "/page",
                404,
                "not here",
                "Cache-Control",
                "no-store",
                "Content-Encoding",
                "x-odd",
                "Set-Cookie",
                "a=1",
                "Set-Cookie",
                "b=2");
        originForwards("forwardTo=" + serviceUrl());

        HttpResponse<String> answer = rig.gets("/page");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).isEqualTo("not here");
        assertThat(answer.headers().map())
                .containsEntry("cache-control", List.of("no-store"))
                .containsEntry("content-encoding", List.of("x-odd"))
                .containsEntry("set-cookie", List.of("a=1", "b=2"));
    }

    @Test
    void uploadsReachTheServiceWhateverTheirFraming() throws Exception {
        service.createContext("/", exchange -> {
            byte[] sum = sha256(exchange.getRequestBody().readAllBytes());
            exchange.sendResponseHeaders(200, sum.length);
            exchange.getResponseBody().write(sum);
            exchange.close();
        });
        originForwards("forwardTo=" + serviceUrl());
        byte[] bytes = new byte[20_000_000];
        new Random(3).nextBytes(bytes);

        HttpResponse<byte[]> chunked = rig.visitor.send(
                rig.request("/")
                        .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)))
                        .build(),
                BodyHandlers.ofByteArray());
        HttpResponse<byte[]> known = rig.visitor.send(
                rig.request("/").PUT(BodyPublishers.ofByteArray(bytes)).build(), BodyHandlers.ofByteArray());

        assertThat(chunked.body()).isEqualTo(sha256(bytes));
        assertThat(known.body()).isEqualTo(sha256(bytes));
    }

    /** With the smallest windows, so that it can only pass if both directions move at the same time. */
    @Test
    void anEchoComesBackWhileTheUploadGoesOn() throws Exception {
        service.createContext("/", ForwardToTest::echo);
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front()).to(rig.tunnel("origin1", "maxStreamWindow=65536"));
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "maxStreamWindow=65536&forwardTo=" + serviceUrl()))
                        .log("${header.CamelHttpPath}");
            }
        });
        rig.starts().isUp();
        byte[] bytes = new byte[8_000_000];
        new Random(4).nextBytes(bytes);

        try (RawVisitor visitor = new RawVisitor(rig.frontPort)) {
            visitor.says(
                    "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " + bytes.length + "\r\n\r\n");
            CompletableFuture<Void> upload = CompletableFuture.runAsync(() -> visitor.sends(bytes));
            assertThat(visitor.readsUntil("\r\n\r\n")).contains("200 OK", "chunked");
            assertThat(visitor.readsChunked()).isEqualTo(bytes);
            upload.get(10, TimeUnit.SECONDS);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Test
    void pathsAreJoinedAndTheHostIsTheServices() throws Exception {
        service.createContext("/", exchange -> {
            byte[] seen = (exchange.getRequestURI() + " "
                            + exchange.getRequestHeaders().getFirst("Host") + " "
                            + exchange.getRequestHeaders().getFirst("X-Forwarded-Host"))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, seen.length);
            exchange.getResponseBody().write(seen);
            exchange.close();
        });
        originForwards("forwardTo=" + serviceUrl() + "/base/");

        assertThat(rig.gets("/a%20b?c=d").body())
                .isEqualTo(
                        "/base/a%20b?c=d 127.0.0.1:" + service.getAddress().getPort() + " 127.0.0.1:" + rig.frontPort);
    }

    @Test
    void preserveHostPassesTheVisitorsHostOn() throws Exception {
        service.createContext("/", exchange -> {
            byte[] seen = exchange.getRequestHeaders().getFirst("Host").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, seen.length);
            exchange.getResponseBody().write(seen);
            exchange.close();
        });
        originForwards("preserveHost=true&forwardTo=" + serviceUrl());

        assertThat(rig.gets("/").body()).isEqualTo("127.0.0.1:" + rig.frontPort);
    }

    @Test
    void theRouteDecidesFirst() throws Exception {
        answers("/", 200, "service");
        rig.startsWith(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from(rig.dial("origin1", "forwardTo=" + serviceUrl()))
                                .choice()
                                .when(header(Exchange.HTTP_PATH).isEqualTo("/secret"))
                                .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(403))
                                .setBody(constant("no"))
                                .when(header(Exchange.HTTP_PATH).isEqualTo("/broken"))
                                .throwException(new IllegalStateException("route failed"))
                                .endChoice();
                    }
                })
                .isUp();

        assertThat(rig.gets("/").body()).isEqualTo("service");
        assertThat(rig.gets("/secret").statusCode()).isEqualTo(403);
        assertThat(rig.gets("/broken").statusCode()).isEqualTo(500);
    }

    @Test
    void theHeaderNamesAServiceAndCannotComeFromAVisitor() throws Exception {
        answers("/", 200, "service");
        rig.startsWith(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from(rig.dial("origin1", ""))
                                .choice()
                                .when(header(Exchange.HTTP_PATH).isEqualTo("/on"))
                                .setHeader(SpdyTunnelConstants.FORWARD_TO, constant(serviceUrl()))
                                .otherwise()
                                .setBody(constant("route"));
                    }
                })
                .isUp();

        assertThat(rig.gets("/on").body()).isEqualTo("service");
        HttpResponse<String> forged = rig.visitor.send(
                rig.request("/")
                        .header("cAmElSpdyTunnelForwardTo", serviceUrl())
                        .build(),
                BodyHandlers.ofString());
        assertThat(forged.body()).isEqualTo("route");
    }

    @Test
    void aServiceThatIsNotThereIs502() throws Exception {
        originForwards("forwardTo=http://127.0.0.1:" + TunnelRig.freePort());

        HttpResponse<String> answer = rig.gets("/");

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("cannot be reached").doesNotContain("127.0.0.1", "Exception");
    }

    @Test
    void aServiceThatIsSilentIs504() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        service.createContext("/", exchange -> {
            try {
                release.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        originForwards("responseTimeout=300&forwardTo=" + serviceUrl());

        assertThat(rig.gets("/").statusCode()).isEqualTo(504);
        release.countDown();
    }

    @Test
    void aVisitorWhoLeavesEndsTheServicesWork() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        AtomicLong written = new AtomicLong();
        service.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                byte[] piece = new byte[16 * 1024];
                while (written.get() < 4L << 30) {
                    out.write(piece);
                    written.addAndGet(piece.length);
                }
            } catch (IOException gone) {
                left.countDown();
            }
        });
        originForwards("forwardTo=" + serviceUrl());

        try (RawVisitor visitor = new RawVisitor(rig.frontPort)) {
            visitor.says("GET / HTTP/1.1\r\nHost: x\r\n\r\n").readsUntil("\r\n\r\n");
        }

        assertThat(left.await(2, TimeUnit.SECONDS)).isTrue();
        assertThat(written.get()).isLessThan(200L << 20);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http:127.0.0.1:%d?bridgeEndpoint=true&throwExceptionOnFailure=false&disableStreamCache=true",
                "netty-http:http://127.0.0.1:%d?throwExceptionOnFailure=false"
            })
    void camelsOwnHttpProducersJustWork(String producer) throws Exception {
        answers("/page", 404, "not here", "Cache-Control", "no-store");
        service.createContext("/echo", ForwardToTest::echo);
        rig.startsWith(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from(rig.dial("origin1", ""))
                                .to(String.format(
                                        java.util.Locale.ROOT,
                                        producer,
                                        service.getAddress().getPort()));
                    }
                })
                .isUp();

        HttpResponse<String> missing = rig.gets("/page");
        HttpResponse<String> echoed = rig.posts("/echo?a=b", "hello");

        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.body()).isEqualTo("not here");
        assertThat(missing.headers().firstValue("cache-control")).contains("no-store");
        assertThat(echoed.statusCode()).isEqualTo(200);
        assertThat(echoed.body()).isEqualTo("hello");
    }

    /** With netty-http alone this hangs or is cut: the exchange's end closes the stream that is still being sent. */
    @Test
    void aLargeAnswerOfCamelsHttpProducerArrivesInFull() throws Exception {
        byte[] bytes = new byte[30_000_000];
        new Random(5).nextBytes(bytes);
        service.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        });
        rig.startsWith(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from(rig.dial("origin1", ""))
                                .to("http:127.0.0.1:" + service.getAddress().getPort()
                                        + "?bridgeEndpoint=true&throwExceptionOnFailure=false&disableStreamCache=true");
                    }
                })
                .isUp();

        assertThat(rig.visitor
                        .send(rig.request("/").build(), BodyHandlers.ofByteArray())
                        .body())
                .isEqualTo(bytes);
    }

    @Test
    void connectionsToTheServiceAreUsedAgainAndDeadOnesReplaced() throws Exception {
        answers("/", 200, "service");
        originForwards("forwardTo=" + serviceUrl());
        assertThat(rig.gets("/").body()).isEqualTo("service");
        int port = service.getAddress().getPort();

        service.stop(0);
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        service.setExecutor(Executors.newCachedThreadPool());
        answers("/", 200, "again");
        service.start();

        await().atMost(5, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(rig.gets("/").body()).isEqualTo("again"));
    }

    @Test
    void aSlowReaderSlowsTheServiceDown() throws Exception {
        AtomicLong written = new AtomicLong();
        service.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                byte[] piece = new byte[16 * 1024];
                for (int i = 0; i < 6400; i++) {
                    out.write(piece);
                    written.addAndGet(piece.length);
                }
            } catch (IOException gone) {
                // the visitor left
            }
        });
        originForwards("forwardTo=" + serviceUrl());

        try (RawVisitor visitor = new RawVisitor(rig.frontPort)) {
            InputStream in = visitor.says("GET / HTTP/1.1\r\nHost: x\r\n\r\n").in();
            assertThat(in.readNBytes(1000)).hasSize(1000);
            // What kernels and windows hold is some MiB; the rest of the 100 MiB must wait for the visitor.
            await().pollDelay(1, TimeUnit.SECONDS)
                    .atMost(10, TimeUnit.SECONDS)
                    .during(1, TimeUnit.SECONDS)
                    .until(() -> written.get() < 40L << 20);
        }
    }
}
