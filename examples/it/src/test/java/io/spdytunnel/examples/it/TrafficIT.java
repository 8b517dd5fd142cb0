package io.spdytunnel.examples.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Much, many, slow and for long: what flows through two processes of 64 MiB each. */
class TrafficIT {

    private static final Logger LOG = LoggerFactory.getLogger(TrafficIT.class);

    @TempDir
    private static Path directory;

    private static Programs programs;
    private static String pictureSum;
    private static String filmSum;

    @BeforeAll
    static void start() throws Exception {
        programs = new Programs(directory);
        pictureSum = Samples.file(programs.site.resolve("picture.png"), 5 * Samples.MIB);
        filmSum = Samples.file(programs.site.resolve("film.mkv"), 64 * Samples.MIB);
        programs.start();
    }

    @AfterAll
    static void stop() {
        if (programs != null) {
            programs.close();
        }
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    // ---- much

    @Test
    void sixtyFourMebibytesDown() throws Exception {
        try (RawVisitor visitor = programs.connects()) {
            RawVisitor.Head head = visitor.asks("GET /film.mkv").head();

            assertThat(Samples.sha256(visitor.body(head))).isEqualTo(filmSum);
        }
    }

    @Test
    void sixtyFourMebibytesUpAndBackWhileTheyArrive() throws Exception {
        MessageDigest sent = Samples.sha256();
        byte[] piece = Samples.bytes(Samples.MIB, 3);
        try (RawVisitor visitor = programs.connects()) {
            visitor.asks("POST /probe/echo", "Content-Length: " + 64L * Samples.MIB);
            Future<?> upload = CompletableFuture.runAsync(Sending.of(() -> {
                for (int i = 0; i < 64; i++) {
                    Samples.number(piece, i);
                    sent.update(piece);
                    visitor.out().write(piece);
                }
            }));
            RawVisitor.Head head = visitor.head();
            String received = Samples.sha256(visitor.body(head));

            upload.get(1, MINUTES);
            assertThat(head.length()).isEqualTo(64L * Samples.MIB);
            assertThat(received).isEqualTo(Samples.hex(sent));
        }
    }

    @Test
    void generatedBytesAreTheSameEachTime() throws Exception {
        for (int i = 0; i < 2; i++) {
            try (RawVisitor visitor = programs.connects()) {
                RawVisitor.Head head = visitor.asks("GET /probe/bytes/1000003").head();
                assertThat(head.length()).isEqualTo(1_000_003);
                assertThat(Samples.sha256(visitor.body(head)))
                        .isEqualTo("217ab4263eba835c1b1d99fe0d2ba23fee32e0068d246151f6414dfd1efa3804");
            }
        }
    }

    // ---- many

    @Test
    void aHundredPicturesAtOnce() throws Exception {
        long before = System.nanoTime();
        List<CompletableFuture<String>> pictures = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            MessageDigest digest = Samples.sha256();
            pictures.add(programs.visitor
                    .sendAsync(
                            programs.request("/picture.png").build(),
                            HttpResponse.BodyHandlers.ofByteArrayConsumer(piece -> piece.ifPresent(digest::update)))
                    .thenApply(whole -> Samples.hex(digest)));
        }

        for (CompletableFuture<String> picture : pictures) {
            assertThat(picture.get(1, MINUTES)).isEqualTo(pictureSum);
        }
        LOG.info("100 x 5 MiB at once took {}", since(before));
    }

    @Test
    void aThousandRequestsOnOneConnection() throws Exception {
        long before = System.nanoTime();
        try (RawVisitor visitor = programs.connects()) {
            for (int i = 0; i < 1000; i++) {
                RawVisitor.Head head = visitor.asks("GET /probe/bytes/" + i).head();
                assertThat(head.status()).isEqualTo(200);
                assertThat(visitor.body(head).readAllBytes()).hasSize(i);
            }
        }
        LOG.info("1000 requests on one connection took {}", since(before));
    }

    @Test
    void twoHundredVisitorsAtOnce() throws Exception {
        long before = System.nanoTime();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            answers.add(programs.visitor.sendAsync(
                    programs.request("/probe/delay/1000").build(), HttpResponse.BodyHandlers.ofString()));
        }

        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(answer.get(30, SECONDS).body()).isEqualTo("answered after 1000 ms\n");
        }
        Duration took = since(before);
        LOG.info("200 visitors who were let wait for 1 s each took {} in all", took);
        assertThat(took).as("nobody waits for another's delay").isLessThan(Duration.ofSeconds(15));
    }

    // ---- slow

    @Test
    void aSlowVisitorHoldsNobodyUp() throws Exception {
        try (RawVisitor slow = new RawVisitor(programs.frontPort, 16 * 1024)) {
            RawVisitor.Head head = slow.asks("GET /film.mkv").head();
            InputStream body = slow.body(head);
            MessageDigest digest = Samples.sha256();
            Duration longest = Duration.ZERO;
            for (int second = 0; second < 4; second++) {
                digest.update(body.readNBytes(16_000)); // 16 kB/s
                long before = System.nanoTime();
                try (RawVisitor fast = programs.connects()) {
                    RawVisitor.Head fasts = fast.asks("GET /picture.png").head();
                    assertThat(Samples.sha256(fast.body(fasts))).isEqualTo(pictureSum);
                }
                Duration took = since(before);
                longest = took.compareTo(longest) > 0 ? took : longest;
                LockSupport.parkNanos(SECONDS.toNanos(1) - took.toNanos());
            }
            byte[] rest = new byte[64 * 1024];
            for (int count = body.read(rest); count >= 0; count = body.read(rest)) {
                digest.update(rest, 0, count);
            }

            LOG.info("beside a visitor of 16 kB/s, 5 MiB took {} at most", longest);
            assertThat(longest).isLessThan(Duration.ofSeconds(10));
            assertThat(Samples.hex(digest)).isEqualTo(filmSum);
        }
    }

    @Test
    void aSlowAnswerIsWaitedFor() throws Exception {
        long before = System.nanoTime();

        assertThat(programs.gets("/probe/delay/2000").body()).isEqualTo("answered after 2000 ms\n");
        assertThat(since(before)).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
    }

    // ---- while it arrives

    @Test
    void anEchoComesBackBeforeTheRequestHasEnded() throws Exception {
        try (RawVisitor visitor = programs.connects()) {
            visitor.asks("POST /probe/echo", "Transfer-Encoding: chunked", "Content-Type: text/x-echo");
            visitor.sendsChunk("first".getBytes(UTF_8));
            RawVisitor.Head head = visitor.head();
            InputStream body = visitor.body(head);

            assertThat(head.headers()).containsEntry("content-type", "text/x-echo");
            assertThat(body.readNBytes(5)).isEqualTo("first".getBytes(UTF_8));
            visitor.sendsChunk("second".getBytes(UTF_8));
            assertThat(body.readNBytes(6)).isEqualTo("second".getBytes(UTF_8));
            visitor.endsChunks();
            assertThat(body.read()).isEqualTo(-1);
        }
    }

    @Test
    void eventsComeAsTheyHappenUntilTheVisitorLeaves() throws Exception {
        int overBefore = count(programs.origin().log(), "event stream over");
        long left;
        try (RawVisitor visitor = programs.connects()) {
            RawVisitor.Head head = visitor.asks("GET /probe/events").head();
            long answered = System.nanoTime();
            InputStream body = visitor.body(head);
            byte[] event = new byte[100];
            int size = body.read(event);
            Duration waited = since(answered);

            assertThat(head.headers()).containsEntry("content-type", "text/event-stream");
            assertThat(new String(event, 0, size, UTF_8)).isEqualTo("id: 1\ndata: event 1\n\n");
            LOG.info("first event {} after the head", waited);
            assertThat(waited).isLessThan(Duration.ofSeconds(1));
            assertThat(new String(event, 0, body.read(event), UTF_8)).contains("event 2");
            left = System.nanoTime();
        }
        await().atMost(5, SECONDS)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> count(programs.origin().log(), "event stream over") > overBefore);
        LOG.info("the origin noticed {} after the visitor had left", since(left));
        assertThat(since(left)).isLessThan(Duration.ofSeconds(1));
    }

    private static int count(String log, String words) {
        return log.split(words, -1).length - 1;
    }

    // ---- what the origin sees

    @Test
    void headersArriveAsTheyWereSent() throws Exception {
        HttpResponse<String> answer = programs.gets(
                "/probe/headers", "X-Case", "Kept AS it is", "X-Twice", "one", "X-Twice", "two", "Camelid", "no");

        assertThat(answer.body().lines())
                .contains("x-case: Kept AS it is", "x-twice: one", "x-twice: two")
                .noneMatch(line -> line.startsWith("camel"));
    }

    @Test
    void anyStatusComesBack() throws Exception {
        for (int code : new int[] {200, 204, 304, 404, 418, 500, 503}) {
            assertThat(programs.gets("/probe/status/" + code).statusCode()).isEqualTo(code);
        }
    }

    @Test
    void wrongNumbersAreRefusedInOneLine() throws Exception {
        for (String wrong :
                new String[] {"bytes/many", "bytes/-1", "bytes/", "delay/soon", "status/1000", "status/100"}) {
            HttpResponse<String> answer = programs.gets("/probe/" + wrong);
            assertThat(answer.statusCode()).as(wrong).isEqualTo(400);
            assertThat(answer.body().lines()).as(wrong).hasSize(1);
        }
        assertThat(programs.gets("/probe/nothing").statusCode()).isEqualTo(404);
    }

    @Test
    void postedFormsComeBack() throws Exception {
        HttpRequest request = programs.request("/probe/echo", "Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("a=1&b=%20"))
                .build();

        assertThat(programs.visitor
                        .send(request, HttpResponse.BodyHandlers.ofString())
                        .body())
                .isEqualTo("a=1&b=%20");
    }
}
