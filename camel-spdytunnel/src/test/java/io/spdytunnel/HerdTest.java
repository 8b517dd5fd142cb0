package io.spdytunnel;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.nio.NioEventLoopGroup;
import io.spdytunnel.directory.DirectorySettings;
import io.spdytunnel.directory.OriginDirectory;
import io.spdytunnel.reception.TunnelServer;
import io.spdytunnel.reception.TunnelServerSettings;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Session;
import io.spdytunnel.spi.Identity;
import io.spdytunnel.spi.Verdict;
import io.spdytunnel.tunnel.Credentials;
import io.spdytunnel.tunnel.Redial;
import io.spdytunnel.tunnel.TunnelClient;
import io.spdytunnel.tunnel.TunnelClientSettings;
import io.spdytunnel.tunnel.TunnelObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** DEFENCES.md, row 30: many origins lose their proxy at once, and come back without trampling it. */
class HerdTest {

    /** More than the row's 200: of those 10 in the same 100 ms, three times their mean, are not rare by mere chance. */
    private static final int ORIGINS = 600;

    private final NioEventLoopGroup loops = new NioEventLoopGroup(2);
    private final MemoryBudget budget = new MemoryBudget(1 << 26);
    private final int port = TunnelRig.freePort();
    private final Queue<Long> dials = new ConcurrentLinkedQueue<>();
    private final Queue<String> refusals = new ConcurrentLinkedQueue<>();
    private final List<TunnelClient> origins = new ArrayList<>();

    @AfterEach
    void close() {
        origins.forEach(
                origin -> origin.close(Duration.ZERO).toCompletableFuture().join());
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }

    private OriginDirectory directory(int registrationsPerMinute) {
        return new OriginDirectory(
                new DirectorySettings(ofSeconds(60), 10, 4, Duration.ZERO, registrationsPerMinute),
                loops,
                TunnelObserver.NONE);
    }

    private TunnelServer proxy(OriginDirectory directory) throws Exception {
        TunnelServerSettings all = TunnelServerSettings.at("127.0.0.1", port);
        TunnelServer server = new TunnelServer(
                new TunnelServerSettings(
                        "127.0.0.1",
                        port,
                        ofSeconds(10),
                        8192,
                        1000,
                        1000,
                        0,
                        false,
                        all.clientCertificate(),
                        all.publicUrl(),
                        null,
                        all.session()),
                null,
                registration -> {
                    dials.add(System.nanoTime());
                    return CompletableFuture.completedFuture(Verdict.accept(Identity.of("name", registration.name())));
                },
                directory,
                budget,
                loops,
                TunnelObserver.NONE);
        server.start();
        return server;
    }

    private void dials(int number, Redial redial) {
        for (int i = 0; i < number; i++) {
            TunnelClient origin = new TunnelClient(
                    TunnelClientSettings.of("127.0.0.1", port, "shop" + i, Credentials.NONE)
                            .withRedial(redial),
                    null,
                    (stream, head, fin) -> {
                        throw new IllegalStateException("nobody asks");
                    },
                    budget,
                    loops,
                    new Ear());
            origins.add(origin);
            origin.start();
        }
    }

    private final class Ear implements TunnelObserver {
        @Override
        public void dialFailed(TunnelClientSettings settings, String reason, Duration wait) {
            refusals.add(wait.toMillis() + " ms after " + reason);
        }
    }

    private static void has(OriginDirectory directory, int tunnels) {
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> directory.tunnels().size() == tunnels);
    }

    @Test
    void row30OriginsThatLoseTheirProxyAtOnceComeBackSpread() throws Exception {
        OriginDirectory before = directory(0);
        TunnelServer first = proxy(before);
        dials(ORIGINS, Redial.DEFAULT);
        has(before, ORIGINS);
        dials.clear();

        first.stop(Duration.ZERO).toCompletableFuture().get(10, TimeUnit.SECONDS);
        long lost = System.nanoTime();
        OriginDirectory after = directory(0);
        TunnelServer second = proxy(after);
        has(after, ORIGINS);

        long[] times = dials.stream().mapToLong(at -> at - lost).sorted().toArray();
        int[] perTenth = new int[(int) (times[times.length - 1] / 100_000_000) + 1];
        Arrays.stream(times).forEach(at -> perTenth[(int) (Math.max(0, at) / 100_000_000)]++);
        double mean = (double) times.length / perTenth.length;
        assertThat(perTenth.length).as("tenths of a second that it took").isGreaterThan(30);
        assertThat(Arrays.stream(perTenth).max().orElseThrow())
                .as("most registrations in 100 ms of %s", Arrays.toString(perTenth))
                .isLessThan((int) Math.ceil(3 * mean));
        second.stop(Duration.ZERO).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void anOriginThatRegistersInALoopHears429AndComesWhenItIsTold() throws Exception {
        OriginDirectory directory = directory(20); // one more every three seconds
        TunnelServer proxy = proxy(directory);
        dials(1, new Redial(ofMillis(1), Duration.ZERO, ofSeconds(30), ofMillis(1), ofMillis(3200)));
        for (int i = 0; i < 60 && refusals.isEmpty(); i++) {
            has(directory, 1);
            Session session = directory.tunnels().get(0).session();
            session.drain(Duration.ZERO);
            session.whenEnded().toCompletableFuture().get(5, TimeUnit.SECONDS);
            Awaitility.await().atMost(5, TimeUnit.SECONDS).until(() -> directory.tunnels().stream()
                    .noneMatch(tunnel -> tunnel.session() == session));
        }
        has(directory, 1);

        assertThat(refusals)
                .as("refused once, and not asked again before its time")
                .singleElement()
                .asString()
                .matches("[123][0-9]{3} ms after .*") // a second or more, rounded up, and some spread
                .contains("refused with 429: this connection of origin shop0 registers too often");
        proxy.stop(Duration.ZERO).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
