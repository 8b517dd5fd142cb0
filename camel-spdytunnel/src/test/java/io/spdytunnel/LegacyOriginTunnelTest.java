package io.spdytunnel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.function.Predicate;
import java.util.zip.CRC32;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An origin of amahi's under a proxy of ours: docs/legacy-ends.md. */
@Tag("waits")
class LegacyOriginTunnelTest {

    /** {@code -Dlegacy.bytes=5000000} for what such ends were made for. */
    private static final int FILE_BYTES = Integer.getInteger("legacy.bytes", 500_000);

    private static final int AT_ONCE = 100;

    /** Longer than such an end remembers a quiet stream; {@code -Dlegacy.pause=25} for more. */
    private static final Duration PAUSE = Duration.ofSeconds(Long.getLong("legacy.pause", 12));

    private final TunnelRig rig = new TunnelRig();
    private final List<FragileOrigin> origins = new ArrayList<>();
    private final byte[] file = new byte[FILE_BYTES];
    private final CountDownLatch over = new CountDownLatch(1);

    LegacyOriginTunnelTest() {
        new Random(1).nextBytes(file);
    }

    @AfterEach
    void closeAll() throws IOException {
        over.countDown();
        for (FragileOrigin origin : origins) {
            origin.close();
        }
        rig.close();
    }

    private void starts(String options) throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front())
                        .to("spdytunnel:attic?listen=127.0.0.1:" + rig.tunnelPort + "&tls=false&legacyOrigin=attic"
                                + options);
            }
        });
        rig.proxy.start();
    }

    private String dials(FragileOrigin.App app) throws IOException {
        StringBuilder answer = new StringBuilder();
        origins.add(FragileOrigin.dial(rig.tunnelPort, app, answer));
        return answer.toString();
    }

    private void isServedBy(FragileOrigin.App app) throws Exception {
        assertThat(dials(app)).startsWith("HTTP/1.1 200 Connection Established");
    }

    private static String checksum(InputStream body) throws IOException {
        CRC32 sum = new CRC32();
        long length = 0;
        byte[] piece = new byte[65536];
        for (int n = body.read(piece); n >= 0; n = body.read(piece)) {
            sum.update(piece, 0, n);
            length += n;
        }
        return length + " " + sum.getValue();
    }

    private String fileChecksum() {
        CRC32 sum = new CRC32();
        sum.update(file);
        return FILE_BYTES + " " + sum.getValue();
    }

    private void isWhole() {
        assertThat(origins).allSatisfy(origin -> assertThat(origin.broken()).isNull());
    }

    private List<String> atOnce(int count, Callable<String> request) throws Exception {
        List<CompletableFuture<String>> answers = new ArrayList<>();
        ExecutorService visitors = Executors.newFixedThreadPool(count);
        try {
            for (int i = 0; i < count; i++) {
                answers.add(CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return request.call();
                            } catch (Exception failed) {
                                return "failed: " + failed;
                            }
                        },
                        visitors));
            }
            List<String> all = new ArrayList<>();
            for (CompletableFuture<String> answer : answers) {
                all.add(answer.get(90, SECONDS));
            }
            return all;
        } finally {
            visitors.shutdownNow();
        }
    }

    @Test
    void aHundredFilesAtOnceAreWhole() throws Exception {
        starts("");
        isServedBy((head, body) -> file);
        assertThat(atOnce(AT_ONCE, () -> {
                    HttpResponse<InputStream> answer = rig.visitor.send(
                            rig.request("/film").timeout(Duration.ofSeconds(90)).build(), BodyHandlers.ofInputStream());
                    try (InputStream in = answer.body()) {
                        return checksum(in);
                    }
                }))
                .hasSize(AT_ONCE)
                .containsOnly(fileChecksum());
        isWhole();
    }

    @Test
    void aHundredUploadsAtOnceAreWhole() throws Exception {
        starts("");
        isServedBy((head, body) -> FragileOrigin.checksumOf(body).getBytes(UTF_8));
        assertThat(atOnce(AT_ONCE, () -> rig.visitor
                        .send(
                                rig.request("/store")
                                        .timeout(Duration.ofSeconds(90))
                                        .POST(BodyPublishers.ofByteArray(file))
                                        .build(),
                                BodyHandlers.ofString())
                        .body()))
                .hasSize(AT_ONCE)
                .containsOnly(fileChecksum());
        isWhole();
    }

    @Test
    void manyRequestsMayBeOutstanding() throws Exception {
        starts("");
        int many = 128;
        Phaser allAreThere = new Phaser(many);
        isServedBy((head, body) -> {
            allAreThere.awaitAdvanceInterruptibly(allAreThere.arrive(), 30, SECONDS);
            return "here".getBytes(UTF_8);
        });
        assertThat(atOnce(many, () -> rig.gets("/").body())).hasSize(many).containsOnly("here");
        isWhole();
    }

    @Test
    void longPausesAreSurvived() throws Exception {
        starts("&responseTimeout=40s");
        isServedBy((head, body) -> {
            if (String.valueOf(head.first(":path")).equals("/slow")) {
                over.await(PAUSE.toMillis(), MILLISECONDS);
            }
            return FragileOrigin.checksumOf(body).getBytes(UTF_8);
        });
        CompletableFuture<HttpResponse<String>> slowAnswer = rig.visitor.sendAsync(
                rig.request("/slow").timeout(Duration.ofSeconds(60)).build(), BodyHandlers.ofString());

        CompletableFuture<String> slowUpload = CompletableFuture.supplyAsync(() -> {
            try (SocketEnd visitor = SocketEnd.to(rig.frontPort)) {
                visitor.socket().setSoTimeout(60_000);
                visitor.says("POST /up HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\nConnection: close\r\n\r\nabc");
                over.await(PAUSE.toMillis(), MILLISECONDS);
                visitor.says("def");
                return new String(visitor.in().readAllBytes(), UTF_8);
            } catch (Exception failed) {
                return "failed: " + failed;
            }
        });
        CRC32 sum = new CRC32();
        sum.update("abcdef".getBytes(UTF_8));
        assertThat(slowAnswer.get(60, SECONDS).body()).isEqualTo("0 0");
        assertThat(slowUpload.get(60, SECONDS)).startsWith("HTTP/1.1 200").endsWith("6 " + sum.getValue());
        isWhole();
    }

    @Test
    void whatItCannotDoIsRefusedBeforeItIsAsked() throws Exception {
        starts("&upgradeProtocols=websocket");
        isServedBy((head, body) -> "never".getBytes(UTF_8));
        try (SocketEnd visitor = SocketEnd.to(rig.frontPort)) {
            visitor.says("GET / HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
            assertThat(visitor.head()).startsWith("HTTP/1.1 501");
        }
        isWhole();
    }

    @Test
    void headRequestsAndOnesWithTrailersGoThrough() throws Exception {
        starts("");
        isServedBy((head, body) ->
                String.valueOf(head.first(":method")).equals("HEAD") ? new byte[0] : FragileOrigin.bodyOf(body));
        HttpResponse<String> head = rig.visitor.send(
                rig.request("/").method("HEAD", BodyPublishers.noBody()).build(), BodyHandlers.ofString());
        assertThat(head.statusCode()).isEqualTo(200);
        try (SocketEnd visitor = SocketEnd.to(rig.frontPort)) {
            visitor.says("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                    + "3\r\nabc\r\n0\r\nX-Last: 1\r\n\r\n");
            assertThat(new String(visitor.in().readAllBytes(), UTF_8)).endsWith("abc");
        }
        isWhole();
    }

    @Test
    void onlyListedAddressesAreTaken() throws Exception {
        starts("&legacyOriginAddresses=192.0.2.0/24");
        assertThat(dials((head, body) -> new byte[0])).startsWith("HTTP/1.1 400");
    }

    @Test
    void withoutTheOptionNobodyWithoutANameIsTaken() throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front())
                        .to("spdytunnel:attic?listen=127.0.0.1:" + rig.tunnelPort + "&tls=false&token="
                                + TunnelRig.TOKEN);
            }
        });
        rig.proxy.start();
        assertThat(dials((head, body) -> new byte[0])).startsWith("HTTP/1.1 400");
    }

    @Test
    void aHolderThatIsWellKeepsTheNameAndOneThatHangsLosesIt() throws Exception {
        starts("");
        isServedBy((head, body) -> "first".getBytes(UTF_8));
        assertThat(rig.gets("/").body()).isEqualTo("first");
        assertThat(dials((head, body) -> "second".getBytes(UTF_8))).startsWith("HTTP/1.1 409");
        assertThat(rig.gets("/").body()).isEqualTo("first");

        origins.get(0).breaks("on purpose");
        isServedBy((head, body) -> "third".getBytes(UTF_8));
        await().atMost(5, SECONDS).until(() -> rig.gets("/").body().equals("third"));
    }

    @Test
    void anOriginThatComesBackAtOnceIsPaced() throws Exception {
        starts("");
        long began = System.nanoTime();
        for (int i = 0; i < 3; i++) {
            isServedBy((head, body) -> new byte[0]);
            origins.get(i).close();
            Predicate<FragileOrigin> gone = origin -> "the connection is closed".equals(origin.broken());
            await().atMost(5, SECONDS).until(() -> gone.test(origins.get(origins.size() - 1)));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(1900));
    }

    @Test
    void aTruncatedAnswerDoesNotEndWell() throws Exception {
        starts("");
        isServedBy((head, body) -> {
            if (String.valueOf(head.first(":path")).equals("/forgotten")) {
                body.end(); // as if it had been quiet for too long
            }
            return file;
        });
        HttpResponse<InputStream> answer =
                rig.visitor.send(rig.request("/forgotten").build(), BodyHandlers.ofInputStream());
        if (answer.statusCode() == 200) { // its head may be on its way before the end comes
            try (InputStream in = answer.body()) {
                assertThatThrownBy(() -> checksum(in)).isInstanceOf(IOException.class);
            }
        } else {
            assertThat(answer.statusCode()).isEqualTo(502);
        }
    }
}
