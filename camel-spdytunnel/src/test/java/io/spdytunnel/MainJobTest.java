package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The main job: a visitor's request goes down the tunnel into the origin's route, and its answer comes back. */
class MainJobTest {

    private final TunnelRig rig = new TunnelRig();

    @AfterEach
    void close() {
        rig.close();
    }

    /** An origin whose route is this one step. */
    private void originDoes(Processor step) throws Exception {
        rig.startsWith(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from(rig.dial("origin1", "")).process(step);
                    }
                })
                .isUp();
    }

    // ---- requests

    @Test
    void pathAndQueryArriveByteForByte() throws Exception {
        originDoes(exchange -> exchange.getMessage()
                .setBody(exchange.getMessage().getHeader(Exchange.HTTP_PATH) + " "
                        + exchange.getMessage().getHeader(Exchange.HTTP_RAW_QUERY)));

        for (String target : List.of("/some/%7Epath%2Fhere?a=1&b=%20", "/%e4%b8?x=%zz", "//double/", "/a|b?x={1}")) {
            String answer = new RawVisitor(rig.frontPort)
                    .says("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    .readsAll();
            String seen = target.contains("?") ? target.replace('?', ' ') : target + " null";
            assertThat(answer).endsWith("\r\n\r\n" + seen);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"})
    void everyMethodArrives(String method) throws Exception {
        originDoes(exchange ->
                exchange.getMessage().setBody("was " + exchange.getMessage().getHeader(Exchange.HTTP_METHOD)));

        HttpResponse<String> answer = rig.visitor.send(
                rig.request("/").method(method, BodyPublishers.noBody()).build(), BodyHandlers.ofString());

        assertThat(answer.body()).isEqualTo("was " + method);
    }

    @Test
    void headHasTheHeadersOfGetAndNoBody() throws Exception {
        originDoes(exchange -> exchange.getMessage().setBody("x".repeat(1234)));

        HttpResponse<String> answer = rig.visitor.send(
                rig.request("/").method("HEAD", BodyPublishers.noBody()).build(), BodyHandlers.ofString());

        assertThat(answer.headers().firstValue("content-length")).contains("1234");
        assertThat(answer.body()).isEmpty();
        assertThat(rig.gets("/").body()).hasSize(1234);
    }

    @Test
    void bodiesOfKnownAndUnknownLengthComeBackUnchanged() throws Exception {
        originDoes(
                exchange -> exchange.getMessage().setBody(exchange.getMessage().getBody()));
        byte[] bytes = new byte[3_000_000];
        new Random(7).nextBytes(bytes);

        HttpResponse<byte[]> known = rig.visitor.send(
                rig.request("/").POST(BodyPublishers.ofByteArray(bytes)).build(), BodyHandlers.ofByteArray());
        HttpResponse<byte[]> chunked = rig.visitor.send(
                rig.request("/")
                        .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)))
                        .build(),
                BodyHandlers.ofByteArray());

        assertThat(known.headers().firstValue("content-length")).contains("3000000");
        assertThat(known.body()).isEqualTo(bytes);
        assertThat(chunked.body()).isEqualTo(bytes);
    }

    @Test
    void emptyPostArrivesWithContentLengthZeroAndNoBody() throws Exception {
        originDoes(exchange -> exchange.getMessage()
                .setBody(exchange.getMessage().getHeader("Content-Length") + " "
                        + exchange.getMessage().getBody()));

        assertThat(rig.posts("/", "").body()).isEqualTo("0 null");
    }

    @Test
    void headersArriveAsSentButForThoseOfOneHop() throws Exception {
        originDoes(exchange -> {
            StringBuilder seen = new StringBuilder();
            exchange.getMessage().getHeaders().forEach((name, value) -> {
                if (!name.startsWith("Camel")) {
                    seen.append(name.toLowerCase(Locale.ROOT))
                            .append('=')
                            .append(value)
                            .append('\n');
                }
            });
            exchange.getMessage().setBody(seen.toString());
        });

        String answer = new RawVisitor(rig.frontPort)
                .says("GET / HTTP/1.1\r\nHost: shop.example\r\nX-Two: 1\r\nX-Two: 2\r\nCache-Control: no-cache\r\n"
                        + "Cookie: a=b; c=d\r\nConnection: close, X-Secret-Hop\r\nX-Secret-Hop: 1\r\nTE: trailers\r\n"
                        + "Keep-Alive: 5\r\nProxy-Authorization: Basic x\r\nUpgrade: h2c\r\n"
                        + "X-Forwarded-For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\nX-Forwarded-Host: evil\r\n"
                        + "cAmElSpdyTunnelForwardTo: http://evil\r\nCamelHttpUri: http://evil\r\n\r\n")
                .readsAll();

        assertThat(answer)
                .contains("host=shop.example\n", "x-two=[1, 2]\n", "cache-control=no-cache\n", "cookie=a=b; c=d\n")
                .contains("te=trailers\n")
                .contains("x-forwarded-for=127.0.0.1\n", "x-forwarded-proto=http\n", "x-forwarded-host=shop.example\n")
                .contains("forwarded=for=127.0.0.1;host=\"shop.example\";proto=http\n", "via=1.1 spdytunnel\n")
                .doesNotContain("x-secret-hop", "keep-alive", "proxy-authorization", "upgrade=", "6.6.6.6", "evil");
    }

    /** Plain netty-http makes headers of them: {@code ?X-Forwarded-For=evil} is one way in. */
    @Test
    void parametersOfQueryAndFormAreNoHeaders() throws Exception {
        originDoes(exchange -> exchange.getMessage()
                .setBody(exchange.getMessage().getHeader("X-Forwarded-For") + " "
                        + exchange.getMessage().getHeader("Authorization") + " "
                        + exchange.getMessage().getHeader("q") + " "
                        + exchange.getMessage().getBody(String.class)));

        HttpResponse<String> answer = rig.visitor.send(
                rig.request("/?X-Forwarded-For=6.6.6.6&q=1")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("Authorization=x&q=2"))
                        .build(),
                BodyHandlers.ofString());

        assertThat(answer.body()).isEqualTo("127.0.0.1 null null Authorization=x&q=2");
    }

    @Test
    void latin1BytesOfAHeaderPassUnchanged() throws Exception {
        originDoes(exchange ->
                exchange.getMessage().setHeader("X-Back", exchange.getMessage().getHeader("X-Name") + "!"));

        byte[] answer = new RawVisitor(rig.frontPort)
                .says("GET / HTTP/1.1\r\nHost: x\r\nX-Name: caf\u00e9 \u00fc\r\nConnection: close\r\n\r\n")
                .readsAll()
                .getBytes(StandardCharsets.ISO_8859_1);

        assertThat(new String(answer, StandardCharsets.ISO_8859_1)).containsIgnoringCase("x-back: caf\u00e9 \u00fc!");
    }

    // ---- answers

    @Test
    void repeatedHeadersArriveRepeated() throws Exception {
        originDoes(exchange -> exchange.getMessage().setHeader("Set-Cookie", List.of("a=1; Path=/", "b=2", "c=3")));

        assertThat(rig.gets("/").headers().allValues("set-cookie")).containsExactly("a=1; Path=/", "b=2", "c=3");
    }

    @Test
    void headersThatCamelsOwnFilterDropsArrive() throws Exception {
        originDoes(exchange -> {
            exchange.getMessage().setHeader("Cache-Control", "max-age=60");
            exchange.getMessage().setHeader("Date", "Thu, 01 Jan 2026 00:00:00 GMT");
            exchange.getMessage().setHeader("Warning", "199 - x");
        });

        assertThat(rig.gets("/").headers().map())
                .containsEntry("cache-control", List.of("max-age=60"))
                .containsEntry("date", List.of("Thu, 01 Jan 2026 00:00:00 GMT"))
                .containsEntry("warning", List.of("199 - x"));
    }

    @Test
    void requestHeadersAreNotEchoedInTheReply() throws Exception {
        originDoes(exchange -> exchange.getMessage().setBody("hello"));

        HttpResponse<String> answer = rig.visitor.send(
                rig.request("/")
                        .header("X-Mine", "secret")
                        .header("Authorization", "Basic x")
                        .build(),
                BodyHandlers.ofString());

        assertThat(answer.headers().map()).doesNotContainKeys("x-mine", "authorization", "host", "x-forwarded-for");
        assertThat(answer.headers().map().keySet()).noneMatch(name -> name.startsWith("camel"));
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void answersWithoutABodyHaveNone(int status) throws Exception {
        originDoes(exchange -> {
            exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
            exchange.getMessage().setBody("must not be sent");
        });

        HttpResponse<String> answer = rig.gets("/");

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).isEmpty();
        assertThat(rig.gets("/").statusCode()).isEqualTo(status);
    }

    @Test
    void nothingToSayIs204() throws Exception {
        originDoes(exchange -> exchange.getMessage().setBody(null));

        assertThat(rig.gets("/").statusCode()).isEqualTo(204);
    }

    @Test
    void anOriginsOwnErrorIsAReply() throws Exception {
        originDoes(exchange -> {
            exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 418);
            exchange.getMessage().setBody("short and stout");
        });

        HttpResponse<String> answer = rig.gets("/");

        assertThat(answer.statusCode()).isEqualTo(418);
        assertThat(answer.body()).isEqualTo("short and stout");
    }

    @Test
    void anExceptionIs500WithoutAStackTrace() throws Exception {
        originDoes(exchange -> {
            throw new IllegalStateException("secret detail");
        });

        HttpResponse<String> answer = rig.gets("/");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).doesNotContain("secret", "Exception", "\tat ");
    }

    @Test
    void anExceptionHasTheStatusThatTheRouteSet() throws Exception {
        originDoes(exchange -> {
            exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 409);
            throw new IllegalStateException("conflict");
        });

        assertThat(rig.gets("/").statusCode()).isEqualTo(409);
    }

    @Test
    void bodiesOfEveryTypeStream(@TempDir Path directory) throws Exception {
        byte[] bytes = new byte[200_000];
        new Random(1).nextBytes(bytes);
        Path file = Files.write(directory.resolve("file"), bytes);
        Map<String, Object> bodies =
                Map.of("/bytes", bytes, "/file", file.toFile(), "/path", file, "/buffer", ByteBuffer.wrap(bytes));
        originDoes(exchange -> {
            String path = exchange.getMessage().getHeader(Exchange.HTTP_PATH, String.class);
            exchange.getMessage().setBody(path.equals("/stream") ? new ByteArrayInputStream(bytes) : bodies.get(path));
        });

        for (String path : List.of("/bytes", "/file", "/path", "/buffer", "/stream")) {
            HttpResponse<byte[]> answer = rig.visitor.send(rig.request(path).build(), BodyHandlers.ofByteArray());
            assertThat(answer.body()).as(path).isEqualTo(bytes);
        }
    }

    @Test
    void aStreamOfTheRouteIsClosedOnceItWasSent() throws Exception {
        var closed = new java.util.concurrent.CountDownLatch(1);
        originDoes(exchange -> exchange.getMessage().setBody(new ByteArrayInputStream(new byte[100_000]) {
            @Override
            public void close() {
                closed.countDown();
            }
        }));

        assertThat(rig.visitor
                        .send(rig.request("/").build(), BodyHandlers.ofByteArray())
                        .body())
                .hasSize(100_000);
        assertThat(closed.await(5, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    }

    // ---- trailers

    @Test
    void trailersOfTheVisitorReachTheRouteBehindTheBody() throws Exception {
        originDoes(exchange -> {
            var body = exchange.getMessage().getBody(io.spdytunnel.http.HttpBody.class);
            String text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
            exchange.getMessage().setBody(text + " " + body.trailers().get("x-checksum"));
        });

        String answer = new RawVisitor(rig.frontPort)
                .says("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "5\r\nhello\r\n0\r\nX-Checksum: 42\r\n\r\n")
                .readsAll();

        assertThat(answer).contains("hello 42");
    }

    @Test
    void trailersThatABeanSetsReachTheVisitor() throws Exception {
        originDoes(exchange -> {
            Map<String, String> trailers = new java.util.concurrent.ConcurrentHashMap<>();
            exchange.getMessage().setHeader(SpdyTunnelConstants.TRAILERS, trailers);
            InputStream body = new ByteArrayInputStream("body".getBytes(StandardCharsets.UTF_8)) {
                @Override
                public void close() {
                    // too late for trailers
                }

                @Override
                public synchronized int read(byte[] into, int offset, int size) {
                    int count = super.read(into, offset, size);
                    if (count < 0) {
                        trailers.put("X-Checksum", "known at the end");
                    }
                    return count;
                }
            };
            exchange.getMessage().setBody(body);
        });

        String answer = new RawVisitor(rig.frontPort)
                .says("GET / HTTP/1.1\r\nHost: x\r\nTE: trailers\r\nConnection: close, TE\r\n\r\n")
                .readsAll();

        assertThat(answer).contains("4\r\nbody\r\n0\r\n").containsIgnoringCase("x-checksum: known at the end\r\n");
    }
}
