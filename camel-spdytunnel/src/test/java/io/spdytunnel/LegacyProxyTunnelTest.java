package io.spdytunnel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An origin of ours under a proxy of amahi's: docs/legacy-ends.md. */
@Tag("waits")
class LegacyProxyTunnelTest {

    private static final byte[] NOTHING = {};

    /** {@code -Dlegacy.bytes=5000000} for what such ends were made for. */
    private static final int FILE_BYTES = Integer.getInteger("legacy.bytes", 500_000);

    private static final int AT_ONCE = 100;
    private static final Duration PAUSE = Duration.ofSeconds(Long.getLong("legacy.pause", 12));

    private final TunnelRig rig = new TunnelRig();
    private final ServerSocket port = FragileProxy.port();
    private final byte[] file = new byte[FILE_BYTES];
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    private final StringBuilder registration = new StringBuilder();
    private final ExecutorService visitors = Executors.newCachedThreadPool();
    private FragileProxy proxy;

    LegacyProxyTunnelTest() throws IOException {
        new Random(1).nextBytes(file);
    }

    @AfterEach
    void closeAll() throws IOException {
        over.countDown();
        if (proxy != null) {
            proxy.close();
        }
        port.close();
        rig.close();
        visitors.shutdownNow();
    }

    private void origin(String options) throws Exception {
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("spdytunnel:attic?proxy=127.0.0.1:" + port.getLocalPort() + "&tls=false" + options)
                        .process(LegacyProxyTunnelTest.this::answer);
            }
        });
        rig.origin.start();
        proxy = FragileProxy.accept(port, registration);
    }

    private void answer(Exchange exchange) throws Exception {
        String path = exchange.getMessage().getHeader(Exchange.HTTP_PATH, String.class);
        asked.incrementAndGet();
        if (path.contains("slow")) {
            over.await(PAUSE.toMillis(), MILLISECONDS);
        }
        if (path.contains("all")) {
            await().atMost(30, SECONDS).until(() -> asked.get() >= 128);
        }
        if (path.contains("film")) {
            exchange.getMessage().setBody(file);
        } else if (path.contains("store")) {
            byte[] body = exchange.getMessage().getBody(byte[].class);
            exchange.getMessage().setBody(String.valueOf(Arrays.hashCode(body)));
        } else if (path.contains("unread")) {
            exchange.getMessage().setBody("not wanted");
            over.await(10, SECONDS);
        } else {
            exchange.getMessage().setBody(exchange.getMessage().getHeader(Exchange.HTTP_RAW_QUERY) + " " + path);
        }
    }

    private <T> List<T> all(List<CompletableFuture<T>> some) throws Exception {
        List<T> done = new ArrayList<>();
        for (CompletableFuture<T> one : some) {
            done.add(one.get(90, SECONDS));
        }
        return done;
    }

    private CompletableFuture<byte[]> asks(String method, String path, byte[] body) {
        int id = proxy.takeId();
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        FragileStream stream = proxy.asks(id, method, path, body);
                        proxy.head(stream);
                        return proxy.reads(stream, 0);
                    } catch (Exception failed) {
                        return ("failed: " + failed).getBytes(UTF_8);
                    }
                },
                visitors);
    }

    @Test
    void itRegistersAsAlwaysAndTheAnswersStatusMeansNothing() throws Exception {
        FragileProxy.answersWith("HTTP/1.1 418 Whatever");
        try {
            origin("&legacyProxy=true");
        } finally {
            FragileProxy.answersWith(FragileProxy.USUAL_ANSWER);
        }
        assertThat(registration.toString())
                .startsWith("PUT /attic HTTP/1.1\r\n")
                .contains("Spdytunnel: version=1");
        assertThat(new String(asks("GET", "/hello", NOTHING).get(20, SECONDS), UTF_8))
                .endsWith("/hello");
        assertThat(proxy.broken()).isNull();
    }

    @Test
    void aHundredFilesAtOnceAreWhole() throws Exception {
        origin("&legacyProxy=true");
        List<CompletableFuture<byte[]>> files = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            files.add(asks("GET", "/film", NOTHING));
        }
        assertThat(all(files)).hasSize(AT_ONCE).allSatisfy(bytes -> assertThat(bytes)
                .isEqualTo(file));
        assertThat(proxy.broken()).isNull();
    }

    @Test
    void aHundredUploadsAtOnceAreWhole() throws Exception {
        origin("&legacyProxy=true");
        List<CompletableFuture<byte[]>> answers = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            answers.add(asks("POST", "/store", file));
        }
        String hash = String.valueOf(Arrays.hashCode(file));
        assertThat(all(answers)).hasSize(AT_ONCE).allSatisfy(bytes -> assertThat(new String(bytes, UTF_8))
                .isEqualTo(hash));
        assertThat(proxy.broken()).isNull();
    }

    @Test
    void manyRequestsMayBeOutstandingAndOutOfOrder() throws Exception {
        origin("&legacyProxy=true&maxConcurrentStreams=1000");
        List<CompletableFuture<byte[]>> answers = new ArrayList<>();
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < 128; i++) {
            ids.add(proxy.takeId());
        }
        for (int i = 0; i < 128; i += 2) { // each two change places
            int first = ids.get(i);
            ids.set(i, ids.get(i + 1));
            ids.set(i + 1, first);
        }
        for (int id : ids) {
            FragileStream stream = proxy.asks(id, "GET", "/all", NOTHING);
            answers.add(CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            proxy.head(stream);
                            return proxy.reads(stream, 0);
                        } catch (Exception failed) {
                            return ("failed: " + failed).getBytes(UTF_8);
                        }
                    },
                    visitors));
        }
        assertThat(all(answers)).hasSize(128).allSatisfy(bytes -> assertThat(new String(bytes, UTF_8))
                .endsWith("/all"));
        assertThat(proxy.broken()).isNull();
    }

    @Test
    void longPausesAreSurvived() throws Exception {
        origin("&legacyProxy=true");
        assertThat(new String(asks("GET", "/slow", NOTHING).get(60, SECONDS), UTF_8))
                .endsWith("/slow");
        assertThat(proxy.broken()).isNull();
    }

    @Test
    void aVisitorWhoReadsSlowlyLosesNothing() throws Exception {
        origin("&legacyProxy=true");
        FragileStream stream = proxy.asks(proxy.takeId(), "GET", "/film", NOTHING);
        proxy.head(stream);
        assertThat(proxy.reads(stream, 20)).isEqualTo(file);
    }

    @Test
    void aDecodedPathIsEscapedAgain() throws Exception {
        origin("&legacyProxy=true");
        assertThat(new String(asks("GET", "/a b?c=%d", NOTHING).get(20, SECONDS), UTF_8))
                .isEqualTo("c=%25d /a%20b");
    }

    @Test
    void withoutTheOptionSuchAProxyIsAStrangerAndBreaks() throws Exception {
        origin("");
        await().atMost(10, SECONDS).until(() -> proxy.broken() != null);
        assertThat(proxy.broken()).contains("SETTINGS before the first request");
    }

    @Test
    void whatComesWithoutRoomIsTakenUpToTheBuffer() throws Exception {
        origin("&legacyProxy=true&legacyBuffer=65536");
        FragileStream stream = proxy.asks(proxy.takeId(), "POST", "/unread", file);
        await().atMost(10, SECONDS).until(() -> stream.reset);
        assertThat(proxy.broken()).isNull();
    }

    @Test
    void aProxyOfOursIsSpokenToAsAlways() throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front()).to(rig.tunnel("attic", ""));
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("attic", "legacyProxy=true")).setBody(constant("ours"));
            }
        });
        rig.starts().isUp();
        assertThat(rig.gets("/").body()).isEqualTo("ours");
        assertThat(rig.proxy
                        .getComponent("spdytunnel", SpdyTunnelComponent.class)
                        .running()
                        .directory()
                        .tunnels("attic")
                        .get(0)
                        .instance())
                .as("it said who it is")
                .isNotEmpty();
    }
}
