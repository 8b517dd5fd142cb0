package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.spdytunnel.testing.TestStore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.RouteBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Figures for ARCHITECTURE.md, on demand: {@code -Dtest=MeasuredTest -Dmeasure=true}. */
@EnabledIfSystemProperty(named = "measure", matches = "true", disabledReason = "a measurement, on demand")
class MeasuredTest {

    private static final Logger LOG = LoggerFactory.getLogger(MeasuredTest.class);
    private static final int ORIGINS = 1000;
    private static final Duration WATCHED = Duration.ofSeconds(60);

    private final TunnelRig rig = new TunnelRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private void say(String format, Object... figures) {
        LOG.info("MEASURED {}", String.format(Locale.ROOT, format, figures));
    }

    private Process manyOrigins() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Dtest.store=" + TestStore.path(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        ManyOrigins.class.getName(),
                        String.valueOf(rig.tunnelPort),
                        String.valueOf(ORIGINS))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @Test
    void thousandIdleOriginsOnOneProxy() throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front())
                        .setHeader(SpdyTunnelConstants.ORIGIN, header("X-Name"))
                        .to(rig.tunnel("*", "anyName=true&maxUnregisteredPerAddress=1000"));
            }
        });
        rig.proxy.start();
        Memory before = Memory.now();
        Process origins = manyOrigins();
        try {
            Awaitility.await()
                    .atMost(90, TimeUnit.SECONDS)
                    .until(() -> rig.proxy
                                    .getComponent("spdytunnel", SpdyTunnelComponent.class)
                                    .running()
                                    .directory()
                                    .tunnels()
                                    .size()
                            == ORIGINS);
            before.tellGrowth("idle", Memory.now());
            for (int i = 0; i < ORIGINS; i++) {
                HttpResponse<String> answer = rig.visitor.send(
                        rig.request("/").header("X-Name", "shop" + i).build(), BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(200);
            }
            before.tellGrowth("used once", Memory.now());

            long cpu = origins.info().totalCpuDuration().orElse(Duration.ZERO).toMillis();
            long until = System.nanoTime() + WATCHED.toNanos();
            Awaitility.await()
                    .atMost(WATCHED.plusSeconds(10))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> System.nanoTime() > until);
            long spent = origins.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() - cpu;
            say(
                    "CPU of an idle origin: %.1f ms an hour (%d ms for %d of them in %d s)",
                    spent * 3600.0 / WATCHED.toSeconds() / ORIGINS, spent, ORIGINS, WATCHED.toSeconds());
        } finally {
            origins.destroy();
            assertThat(origins.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private record Memory(long heap, long direct, long resident) {

        static Memory now() throws Exception {
            for (int i = 0; i < 3; i++) {
                ManagementFactory.getMemoryMXBean().gc();
            }
            long resident = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                    .findFirst()
                    .orElse(0);
            return new Memory(
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                    PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory(),
                    resident);
        }

        void tellGrowth(String what, Memory after) {
            LOG.info(
                    "MEASURED bytes for each of {} origins, {}: heap after GC {}, pooled direct {}, resident {}",
                    ORIGINS,
                    what,
                    (after.heap - heap) / ORIGINS,
                    (after.direct - direct) / ORIGINS,
                    (after.resident - resident) / ORIGINS);
        }
    }

    @Test
    void fromTheProxyBackToTheFirstServedRequest() throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front()).routeId("front").to(rig.tunnel("origin1", "awaitOrigin=20s"));
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "").replace("&redialMax=200&redialRefusedMax=200", "&redialHealthyAfter=0"))
                        .setBody(constant("hello"));
            }
        });
        rig.starts().isUp();
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            rig.proxy.getRouteController().stopRoute("front");
            rig.proxy.getRouteController().startRoute("front");
            long back = System.nanoTime();
            assertThat(rig.gets("/").statusCode()).isEqualTo(200);
            times.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - back));
        }
        times.sort(null);
        say(
                "proxy back to the first served request, 20 times: median %d ms, least %d, most %d",
                (times.get(9) + times.get(10)) / 2, times.get(0), times.get(19));
    }
}
