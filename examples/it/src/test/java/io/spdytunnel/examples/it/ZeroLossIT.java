package io.spdytunnel.examples.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** DEFENCES.md, row 29: whole programs are changed under load, and no visitor notices. */
class ZeroLossIT {

    private static final Logger LOG = LoggerFactory.getLogger(ZeroLossIT.class);

    @TempDir
    private Path directory;

    private Programs programs;
    private CountedOrigins origins;

    @BeforeEach
    void prepare() throws Exception {
        programs = new Programs(directory);
        origins = new CountedOrigins(programs);
    }

    @AfterEach
    void stop() {
        programs.close();
    }

    // ---- origins

    @Test
    void row29ARollingRestartOfTwoOriginsUnderLoadFailsNoRequest() throws Exception {
        rollingRestarts(1);
    }

    @Test
    @Tag("long")
    void row29TenRollingRestartsOfTwoOriginsUnderLoadFailNoRequest() throws Exception {
        rollingRestarts(10);
    }

    private void rollingRestarts(int rounds) throws Exception {
        programs.startProxy();
        List<Program> pair = new ArrayList<>(List.of(origins.start(), origins.start()));
        pair.forEach(CountedOrigins::isUp);
        try (Load load = new Load(programs)) {
            for (int restart = 0; restart < 2 * rounds; restart++) {
                load.goesOn();
                Program old = pair.remove(0);
                old.close(); // SIGTERM, and waits
                pair.add(CountedOrigins.isUp(origins.start()));
            }
            load.goesOn();

            int served = load.allWentWell();
            LOG.info("{} restarts under {} requests, {} of them uploads", 2 * rounds, served, load.uploads());
            Map<String, Long> runs = origins.runs();
            assertThat(IntStream.rangeClosed(1, load.uploads())
                            .filter(upload -> runs.getOrDefault("POST " + Load.UPLOADS + upload, 0L) != 1))
                    .as("uploads that did not run exactly once")
                    .isEmpty();
            origins.allHaveRun("POST");
        }
    }

    // ---- the proxy

    @Test
    void row29AProxyThatIsRestartedFinishesWhatItHasAndServesBeforeItsOriginIsBack() throws Exception {
        programs.startProxy();
        CountedOrigins.isUp(origins.start());
        CompletableFuture<HttpResponse<String>> inFlight = asks("/probe/delay/1500");
        origins.haveBegun("GET /probe/delay/1500", 1);

        programs.proxy().close();

        assertThat(inFlight.get(10, SECONDS).body()).isEqualTo("answered after 1500 ms\n");
        Program proxy = programs.startProxy();
        await().atMost(30, SECONDS).pollInterval(Duration.ofMillis(5)).until(this::frontDoorIsOpen);
        assertThat(proxy.log()).as("the origin is not back").doesNotContain("tunnel up");
        List<CompletableFuture<HttpResponse<String>>> early = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            early.add(i % 2 == 0 ? asks("/probe/status/200") : posts(Load.UPLOADS + "early" + i));
        }
        for (CompletableFuture<HttpResponse<String>> answer : early) {
            assertThat(answer.get(20, SECONDS))
                    .extracting(HttpResponse::statusCode)
                    .isEqualTo(200);
        }
        for (int i = 1; i < 16; i += 2) {
            assertThat(origins.runs("POST " + Load.UPLOADS + "early" + i)).isEqualTo(1);
        }
    }

    private boolean frontDoorIsOpen() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), programs.frontPort)) {
            return socket.isConnected();
        } catch (IOException closed) {
            return false;
        }
    }

    private CompletableFuture<HttpResponse<String>> asks(String target) {
        return programs.visitor.sendAsync(programs.request(target).build(), BodyHandlers.ofString());
    }

    private CompletableFuture<HttpResponse<String>> posts(String target) {
        return programs.visitor.sendAsync(
                programs.request(target)
                        .POST(BodyPublishers.ofByteArray(Samples.bytes(64 * 1024, 1)))
                        .build(),
                BodyHandlers.ofString());
    }
}
