package io.spdytunnel.examples.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an innocent origin's visitors notice of floods, and what those cost in memory (DEFENCES rows 13, 14, 16, 17);
 * {@code mvn verify -Plong -pl examples/it -am -Dit.test=FloodsIT -Dtest=none
 * -Dsurefire.failIfNoSpecifiedTests=false}. The table is in its log.
 */
@Tag("long")
class FloodsIT {

    private static final Logger LOG = LoggerFactory.getLogger(FloodsIT.class);

    private static final int SECONDS_QUIET = 3;
    private static final int SECONDS_FLOOD = 6;
    private static final int UNREGISTERED = 2000;
    private static final int SLOW_VISITORS = 1000;

    @TempDir
    private Path directory;

    private Programs programs;
    private HostileEnd hostile;
    private SSLServerSocket hostileProxy;
    private final StringBuilder table = new StringBuilder(
            "| flood | said | proxy MiB | origin MiB | p99 ms | requests/s |\n|---|---|---|---|---|---|\n");

    /** What innocent visitors saw. */
    private record Seen(double p99Millis, long requestsPerSecond, int failed) {}

    @BeforeEach
    void start() throws Exception {
        programs = new Programs(directory);
        hostile = new HostileEnd(directory);
        Files.writeString(programs.site.resolve("index.html"), "small\n");
        Path routes = directory.resolve("proxy.camel.yaml");
        Files.writeString(routes, twoOrigins());
        hostileProxy = (SSLServerSocket)
                hostile.tls().getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        programs.startProxy("-Dcamel.main.routesIncludePattern=file:" + routes);
        programs.startAnotherOrigin(
                "both.log",
                Map.of(
                        "PROXY_ADDRESS",
                        "localhost:" + programs.tunnelPort + ",localhost:" + hostileProxy.getLocalPort()));
    }

    /** The example's route, and beside it a name for the hostile origin. */
    private static String twoOrigins() throws IOException {
        String routes = Files.readString(Path.of(System.getProperty("proxy.jar"))
                .resolve("../classes/camel/proxy.camel.yaml")
                .normalize());
        return routes
                + String.join(
                        "\n",
                        "",
                        "- route:",
                        "    id: hostile",
                        "    from:",
                        "      uri: \"direct:hostile\"",
                        "      steps:",
                        "        - to:",
                        "            uri: \"spdytunnel:hostile\"",
                        "            parameters:",
                        "              listen: \"{{tunnel.host}}:{{tunnel.port}}\"",
                        "              token: \"RAW({{tunnel.token}})\"",
                        "              sslContextParameters: \"#tls\"",
                        "");
    }

    @AfterEach
    void stop() throws IOException {
        hostileProxy.close();
        programs.close();
    }

    @Test
    void floodsCostAnInnocentOriginLittle() throws Exception {
        programs.awaitRequest();
        visit(12); // warms everything up

        asOrigin("PINGs, echoes unread", (out, n) -> HostileEnd.control(out, 6, 2));
        asOrigin("SETTINGS", (out, n) -> HostileEnd.control(out, 4, 1, 7, 70_000));
        asOrigin("empty DATA", (out, n) -> HostileEnd.data(out, 1, 0));
        asOrigin("WINDOW_UPDATE(1)", (out, n) -> HostileEnd.control(out, 9, 0, 1));
        asOrigin("RST_STREAM of any stream", (out, n) -> HostileEnd.control(out, 3, 2 * n + 1, 5));
        asOrigin("1-byte DATA on no stream", (out, n) -> HostileEnd.data(out, 2 * n + 1, 1));
        asProxy("SYN_STREAM and RST_STREAM", (out, n) -> {
            HostileEnd.synStream(out, 2 * n + 1);
            HostileEnd.control(out, 3, 2 * n + 1, 5);
        });
        asProxy("SYN_STREAM, answers unread", (out, n) -> HostileEnd.synStream(out, 2 * n + 1));
        asProxy("1-byte DATA on no stream", (out, n) -> HostileEnd.data(out, 2 * n + 1, 1));
        beside(UNREGISTERED + " connections that never register", this::neverRegister);
        beside(SLOW_VISITORS + " visitors at 1 byte/s", this::visitSlowly);

        LOG.info("Before, during, after each flood:\n{}", table);
    }

    // ---- floods

    /** What is done until that time; returns how much it was. */
    @FunctionalInterface
    private interface Flood {
        long run(long until) throws IOException;
    }

    private void asOrigin(String name, HostileEnd.Frames frames) throws Exception {
        beside("origin: " + name, until -> {
            long said = 0;
            while (System.nanoTime() < until) {
                said += HostileEnd.flood(hostile.register(programs.tunnelPort, "hostile"), frames, until);
            }
            return said;
        });
    }

    private void asProxy(String name, HostileEnd.Frames frames) throws Exception {
        hostileProxy.setSoTimeout(500);
        beside("proxy: " + name, until -> {
            long said = 0;
            while (System.nanoTime() < until) {
                try {
                    Socket origin = hostileProxy.accept();
                    HostileEnd.acceptRegistration(origin);
                    said += HostileEnd.flood(origin, frames, until);
                } catch (IOException none) { // it has not redialled yet, or had given up on us
                    LOG.trace("no origin to flood: {}", none.getMessage());
                }
            }
            return said;
        });
    }

    private long neverRegister(long until) throws IOException {
        List<Socket> open = new ArrayList<>();
        try {
            while (open.size() < UNREGISTERED && System.nanoTime() < until) {
                open.add(hostile.connect(programs.tunnelPort));
            }
            LockSupport.parkNanos(Math.max(0, until - System.nanoTime()));
            return open.size();
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    private long visitSlowly(long until) throws IOException {
        byte[] head =
                "GET / HTTP/1.1\r\nHost: visited.example\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < SLOW_VISITORS; i++) {
                open.add(new Socket(InetAddress.getLoopbackAddress(), programs.frontPort));
            }
            long said = 0;
            for (int i = 0; System.nanoTime() < until; i++) {
                for (Socket visitor : open) {
                    said += saysOneByte(visitor, head[i % head.length]);
                }
                LockSupport.parkNanos(SECONDS.toNanos(1));
            }
            return said;
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    private static int saysOneByte(Socket visitor, byte next) throws IOException {
        try {
            visitor.getOutputStream().write(next);
            return 1;
        } catch (SocketException closed) {
            return 0; // 408, as it should be
        }
    }

    // ---- measuring

    private void beside(String name, Flood flood) throws Exception {
        Seen before = visit(SECONDS_QUIET);
        long[] memoryBefore = memory();
        long until = System.nanoTime() + SECONDS.toNanos(SECONDS_FLOOD);
        AtomicLong said = new AtomicLong();
        CompletableFuture<Void> hostility = CompletableFuture.runAsync(
                Sending.of(() -> said.set(flood.run(until))), step -> new Thread(step).start());
        Seen during = visit(SECONDS_FLOOD - 1);
        long[] memoryDuring = memory();
        hostility.get(60, SECONDS);
        Seen after = visit(SECONDS_QUIET);
        long[] memoryAfter = memory();
        table.append(String.format(
                Locale.ROOT,
                "| %s | %,d | %d, %d, %d | %d, %d, %d | %.1f, %.1f, %.1f | %d, %d, %d |%n",
                name,
                said.get(),
                memoryBefore[0],
                memoryDuring[0],
                memoryAfter[0],
                memoryBefore[1],
                memoryDuring[1],
                memoryAfter[1],
                before.p99Millis(),
                during.p99Millis(),
                after.p99Millis(),
                before.requestsPerSecond(),
                during.requestsPerSecond(),
                after.requestsPerSecond()));
        assertThat(before.failed() + during.failed() + after.failed())
                .as("%s: requests that failed", name)
                .isZero();
        assertThat(said.get()).as(name).isPositive();
        assertThat(memoryAfter[0] - memoryBefore[0])
                .as("%s: MiB the proxy grew", name)
                .isLessThan(64);
        assertThat(memoryAfter[1] - memoryBefore[1])
                .as("%s: MiB the origin grew", name)
                .isLessThan(64);
    }

    /** Resident, in MiB, of proxy and origin. */
    private long[] memory() throws IOException {
        return new long[] {
            programs.proxy().residentBytes() / Samples.MIB,
            programs.lastStarted().residentBytes() / Samples.MIB
        };
    }

    /** Two visitors ask for something small again and again. */
    private Seen visit(int seconds) throws Exception {
        long until = System.nanoTime() + SECONDS.toNanos(seconds);
        List<CompletableFuture<List<Long>>> visitors = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            visitors.add(CompletableFuture.supplyAsync(() -> asksUntil(until), step -> new Thread(step).start()));
        }
        List<Long> nanos = new ArrayList<>();
        for (CompletableFuture<List<Long>> visitor : visitors) {
            nanos.addAll(visitor.get(seconds + 30L, SECONDS));
        }
        int failed = Collections.frequency(nanos, -1L);
        Collections.sort(nanos);
        return new Seen(nanos.get(nanos.size() * 99 / 100) / 1e6, nanos.size() / seconds, failed);
    }

    /** How long each answer took in ns; -1 for what was no answer. */
    private List<Long> asksUntil(long until) {
        List<Long> nanos = new ArrayList<>();
        try (RawVisitor visitor = programs.connects()) {
            while (System.nanoTime() < until) {
                long before = System.nanoTime();
                RawVisitor.Head head = visitor.asks("GET /").head();
                visitor.body(head).readAllBytes();
                nanos.add(head.status() == 200 ? System.nanoTime() - before : -1L);
            }
        } catch (IOException broken) {
            nanos.add(-1L);
        }
        return nanos;
    }
}
