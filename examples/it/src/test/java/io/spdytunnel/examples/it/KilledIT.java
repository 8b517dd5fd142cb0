package io.spdytunnel.examples.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DEFENCES.md, row 28: {@code kill -9} of each of the three parties, while one visitor waits for the head of its answer,
 * one is in the midst of an upload, one in the midst of a download, and one connection idles.
 */
class KilledIT {

    private static final Logger LOG = LoggerFactory.getLogger(KilledIT.class);
    private static final String WAITED_FOR = "/probe/delay/4000";
    private static final String UPLOADED = "/collect/upload";
    private static final long DOWNLOAD = 1L << 40;
    private static final Duration SOON = Duration.ofSeconds(5);

    @TempDir
    private Path directory;

    private Programs programs;
    private CountedOrigins origins;
    private RawVisitor waiting;
    private RawVisitor uploading;
    private RawVisitor downloading;
    private RawVisitor idling;
    private InputStream download;
    private int rounds;

    @BeforeEach
    void start() throws Exception {
        programs = new Programs(directory);
        origins = new CountedOrigins(programs);
        programs.startProxy();
        CountedOrigins.isUp(origins.start());
        visit();
    }

    /** All four, each in its own state. */
    private void visit() throws IOException {
        rounds++;
        waiting = programs.connects().asks("POST " + WAITED_FOR, "Content-Length: 4");
        waiting.out().write(new byte[4]);
        uploading = programs.connects().asks("POST " + UPLOADED, "Content-Length: " + 64 * Samples.MIB);
        uploading.out().write(new byte[64 * 1024]);
        downloading = programs.connects().asks("GET /probe/bytes/" + DOWNLOAD);
        download = downloading.body(downloading.head());
        assertThat(download.readNBytes(Samples.MIB)).hasSize(Samples.MIB);
        idling = programs.connects();
        worksOn(idling);
        origins.haveBegun("POST " + WAITED_FOR, rounds);
        origins.haveBegun("POST " + UPLOADED, rounds);
    }

    @AfterEach
    void stop() throws IOException {
        killVisitors();
        programs.close();
    }

    /** What the system does with the connections of a process that is killed. */
    private void killVisitors() throws IOException {
        for (RawVisitor visitor : new RawVisitor[] {waiting, uploading, downloading, idling}) {
            if (visitor != null) {
                visitor.close();
            }
        }
    }

    private static void worksOn(RawVisitor connection) throws IOException {
        RawVisitor.Head head = connection.asks("GET /probe/status/200").head();
        assertThat(head.status()).isEqualTo(200);
        assertThat(connection.body(head).readAllBytes()).isNotEmpty();
    }

    private static void isSoon(long since) {
        Duration took = Duration.ofNanos(System.nanoTime() - since);
        LOG.info("its visitors knew {} after the kill", took);
        assertThat(took).isLessThan(SOON);
    }

    /** An exchange or a stream that is still open holds up an orderly end for as long as that is allowed. */
    private static void endsAtOnce(Program survivor) {
        long before = System.nanoTime();
        survivor.close();
        Duration took = Duration.ofNanos(System.nanoTime() - before);

        LOG.info("the survivor ended in {}", took);
        assertThat(survivor.log()).doesNotContain("inflight");
        assertThat(took).isLessThan(SOON);
    }

    /** Its own route is not interrupted, whoever has gone. */
    private static void isDoneWaiting(Program origin) {
        await().atMost(10, SECONDS).until(() -> origin.log().contains("done POST " + WAITED_FOR));
    }

    private void noUploadRanTwice() {
        assertThat(origins.runs("POST " + WAITED_FOR)).isEqualTo(rounds);
        assertThat(origins.runs("POST " + UPLOADED)).isEqualTo(rounds);
    }

    @Test
    void row28AKilledOriginIsA502OrACutBodyAndTheProxyServesTheNextOne() throws Exception {
        Program proxy = programs.proxy();
        originDies();
        int threads = proxy.threadsOutsidePools();
        long memory = proxy.residentBytes();
        killVisitors();
        visit();
        originDies();

        LOG.info(
                "proxy: {}, then {} threads; {}, then {} bytes",
                threads,
                proxy.threadsOutsidePools(),
                memory,
                proxy.residentBytes());
        assertThat(proxy.threadsOutsidePools()).isLessThanOrEqualTo(threads + 2);
        assertThat(proxy.residentBytes()).isLessThan(memory + 32L * Samples.MIB);
        killVisitors(); // else it would wait a little for them
        endsAtOnce(proxy);
    }

    private void originDies() throws Exception {
        programs.lastStarted().kill();
        long killed = System.nanoTime();

        assertThat(waiting.head().status()).isEqualTo(502);
        assertThat(uploading.head().status()).isEqualTo(502);
        assertThatIOException().isThrownBy(() -> download.transferTo(OutputStream.nullOutputStream()));
        isSoon(killed);
        CountedOrigins.isUp(origins.start());
        worksOn(idling);
        noUploadRanTwice();
    }

    @Test
    void row28AKilledProxyCutsItsVisitorsOffAndTheOriginServesTheNextOne() throws Exception {
        programs.proxy().kill();
        long killed = System.nanoTime();

        assertThatIOException().isThrownBy(waiting::head);
        assertThatIOException().isThrownBy(uploading::head);
        assertThatIOException().isThrownBy(() -> download.transferTo(OutputStream.nullOutputStream()));
        assertThatIOException().isThrownBy(idling::head);
        isSoon(killed);
        Program origin = programs.lastStarted();
        programs.startProxy();
        await().atMost(30, SECONDS).until(() -> origin.log().split("tunnel up", -1).length == 3);
        try (RawVisitor next = programs.connects()) {
            worksOn(next);
        }
        noUploadRanTwice();
        isDoneWaiting(origin);
        endsAtOnce(origin);
    }

    @Test
    void row28KilledVisitorsLeaveNothingBehind() throws Exception {
        Program origin = programs.lastStarted();
        killVisitors();

        try (RawVisitor next = programs.connects()) {
            worksOn(next);
        }
        noUploadRanTwice();
        // A killed visitor ends its half like one that still reads (RFC 9112 9.6), so it is answered.
        isDoneWaiting(origin);
        endsAtOnce(programs.proxy());
        endsAtOnce(origin);
    }
}
