package io.spdytunnel.examples.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What takes minutes and gigabytes; {@code mvn verify -Plong -pl examples/it -am}. The figures are in its log. */
@Tag("long")
class LongIT {

    private static final Logger LOG = LoggerFactory.getLogger(LongIT.class);

    private static final long THREE_GIB = 3L << 30;
    private static final int STALLED = 64;
    private static final int ROUNDS = 3;

    @TempDir
    private Path directory;

    private Programs programs;

    @BeforeEach
    void start() throws Exception {
        programs = new Programs(directory);
        Files.writeString(programs.site.resolve("index.html"), "small\n");
        programs.start();
    }

    @AfterEach
    void stop() {
        programs.close();
    }

    // ---- 3 GiB through 64 MiB

    @Test
    void threeGibibytesDown() throws Exception {
        String sum = Samples.file(programs.site.resolve("film.mkv"), THREE_GIB);
        long before = System.nanoTime();
        try (RawVisitor visitor = programs.connects()) {
            RawVisitor.Head head = visitor.asks("GET /film.mkv").head();
            assertThat(head.length()).isEqualTo(THREE_GIB);
            assertThat(Samples.sha256(visitor.body(head))).isEqualTo(sum);
        }
        tell("3 GiB down", before);
    }

    @Test
    void threeGibibytesUpAndBack() throws Exception {
        MessageDigest sent = Samples.sha256();
        byte[] piece = Samples.bytes(Samples.MIB, 3);
        long before = System.nanoTime();
        try (RawVisitor visitor = programs.connects()) {
            visitor.asks("POST /probe/echo", "Content-Length: " + THREE_GIB);
            Future<?> upload = CompletableFuture.runAsync(Sending.of(() -> {
                for (long done = 0; done < THREE_GIB; done += piece.length) {
                    Samples.number(piece, done);
                    sent.update(piece);
                    visitor.out().write(piece);
                }
            }));
            String received = Samples.sha256(visitor.body(visitor.head()));

            upload.get(1, MINUTES);
            assertThat(received).isEqualTo(Samples.hex(sent));
        }
        tell("3 GiB up and back", before);
    }

    private void tell(String what, long before) throws IOException {
        double seconds = (System.nanoTime() - before) / 1e9;
        LOG.info(
                "{}: {} s, {} MiB/s; resident at the end: proxy {} MiB, origin {} MiB",
                what,
                Math.round(seconds),
                Math.round(3072 / seconds),
                programs.proxy().residentBytes() / Samples.MIB,
                programs.origin().residentBytes() / Samples.MIB);
    }

    // ---- visitors who stop reading

    /**
     * @param target what they download: generated here, or a file that comes from behind the origin
     * @param protocol what the stalled ones speak; those beside them speak HTTP/1.1
     * @param seconds how long each has read before
     */
    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1, /probe/bytes/314572800, 0",
        "HTTP/1.1, /probe/bytes/314572800, 2",
        "HTTP/1.1, /film.mkv, 0",
        "HTTP/1.1, /film.mkv, 2",
        "HTTP/2, /probe/bytes/314572800, 0",
        "HTTP/2, /film.mkv, 2"
    })
    void stalledDownloadsCostOthersNothing(String protocol, String target, int seconds) throws Exception {
        Samples.file(programs.site.resolve("film.mkv"), 300L * Samples.MIB);
        measure(20); // warms both up
        double alone = 0;
        double beside = 0;
        long proxyGrew = 0;
        long originGrew = 0;
        for (int round = 1; round <= ROUNDS; round++) { // in turns, since both get faster all the time
            alone += measure(3) / (2 * ROUNDS);
            long proxyBefore = programs.proxy().residentBytes();
            long originBefore = programs.origin().residentBytes();
            List<RawVisitor> stalled = stall(protocol, target, seconds);
            try {
                beside += measure(6) / ROUNDS;
                proxyGrew += programs.proxy().residentBytes() - proxyBefore;
                originGrew += programs.origin().residentBytes() - originBefore;
            } finally {
                for (RawVisitor visitor : stalled) {
                    visitor.close();
                }
            }
            alone += measure(3) / (2 * ROUNDS);
        }

        LOG.info(
                "{} {} downloads of {} stalled after {} s of reading: {} small requests/s alone, {} beside them ({} %);"
                        + " memory grew: proxy {} MiB, origin {} MiB",
                STALLED,
                protocol,
                target,
                seconds,
                Math.round(alone),
                Math.round(beside),
                Math.round(100 * beside / alone),
                proxyGrew / Samples.MIB,
                originGrew / Samples.MIB);
        assertThat(beside).isGreaterThanOrEqualTo(0.8 * alone);
        assertThat(proxyGrew).isLessThan(64L * Samples.MIB);
        assertThat(originGrew).isLessThan(64L * Samples.MIB);
    }

    private List<RawVisitor> stall(String protocol, String target, int seconds) throws Exception {
        List<RawVisitor> stalled = new ArrayList<>();
        for (int i = 0; i < STALLED; i++) {
            RawVisitor visitor = programs.connects();
            stalled.add(protocol.equals("HTTP/2") ? visitor.asksByHttp2(target) : visitor.asks("GET " + target));
        }
        if (seconds > 0) {
            readAll(stalled, seconds);
        }
        LockSupport.parkNanos(SECONDS.toNanos(2)); // until every buffer on the way is full
        return stalled;
    }

    private static void readAll(List<RawVisitor> visitors, int seconds) throws Exception {
        long until = System.nanoTime() + SECONDS.toNanos(seconds);
        List<Future<?>> readers = new ArrayList<>();
        for (RawVisitor visitor : visitors) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            Thread reader = new Thread(Sending.of(() -> {
                byte[] piece = new byte[64 * 1024];
                while (System.nanoTime() < until && visitor.readsRaw(piece) >= 0) {
                    assertThat(piece).isNotEmpty();
                }
                done.complete(null);
            }));
            reader.setDaemon(true);
            reader.start();
            readers.add(done);
        }
        for (Future<?> reader : readers) {
            reader.get(seconds + 30, SECONDS);
        }
    }

    /** Small requests a second, of four visitors who ask again and again on their connections. */
    private double measure(int seconds) throws Exception {
        long before = System.nanoTime();
        long until = before + SECONDS.toNanos(seconds);
        List<CompletableFuture<Integer>> visitors = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            visitors.add(CompletableFuture.supplyAsync(() -> asksUntil(until), step -> new Thread(step).start()));
        }
        int all = 0;
        for (CompletableFuture<Integer> visitor : visitors) {
            all += visitor.get(seconds + 30, SECONDS);
        }
        return all / (Duration.ofNanos(System.nanoTime() - before).toMillis() / 1000.0);
    }

    private int asksUntil(long until) {
        int count = 0;
        try (RawVisitor visitor = programs.connects()) {
            while (System.nanoTime() < until) {
                RawVisitor.Head head = visitor.asks("GET /").head();
                byte[] body = visitor.body(head).readAllBytes();
                if (!Arrays.equals(body, "small\n".getBytes(UTF_8))) {
                    throw new AssertionError("got " + head);
                }
                count++;
            }
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
        return count;
    }
}
