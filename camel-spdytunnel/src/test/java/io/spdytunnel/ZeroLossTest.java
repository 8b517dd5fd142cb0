package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** DEFENCES.md, row 29: ends are changed under load, and no visitor notices. Whole programs do so in ZeroLossIT. */
class ZeroLossTest {

    private static final String UPLOAD = "u".repeat(64 * 1024);
    private static final String DOWNLOAD = "d".repeat(300_000);

    private final TunnelRig rig = new TunnelRig();
    private final TunnelRig second = new TunnelRig(); // only its origin is used
    private final ExecutorService visitors = Executors.newFixedThreadPool(8);
    private final CountDownLatch enough = new CountDownLatch(1);
    private final Map<String, AtomicInteger> uploads = new ConcurrentHashMap<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger served = new AtomicInteger();

    @AfterEach
    void close() {
        enough.countDown();
        visitors.shutdownNow();
        rig.close();
        second.close();
    }

    private void starts(String producerOptions) throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front()).routeId("front").to(rig.tunnel("origin1", producerOptions));
            }
        });
        serves(rig.origin);
        rig.starts().isUp();
    }

    private void serves(CamelContext context) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "redialStep=50&redialSpread=0"))
                        .routeId("origin")
                        .process(ZeroLossTest.this::serve);
            }
        });
    }

    private void serve(Exchange exchange) {
        String path = exchange.getMessage().getHeader(Exchange.HTTP_PATH, String.class);
        String body = exchange.getMessage().getBody(String.class);
        if (body != null) {
            uploads.computeIfAbsent(path, any -> new AtomicInteger()).incrementAndGet();
        }
        exchange.getMessage().setBody(path.startsWith("/download") ? DOWNLOAD : "got " + body);
    }

    private void hasTunnels(int number) {
        Awaitility.await()
                .atMost(10, TimeUnit.SECONDS)
                .until(
                        () -> rig
                                        .proxy
                                        .getComponent("spdytunnel", SpdyTunnelComponent.class)
                                        .running()
                                        .directory()
                                        .tunnels()
                                        .stream()
                                        .filter(tunnel -> tunnel.session().isAcceptingStreams())
                                        .count()
                                == number);
    }

    private Future<?> visits(String kind, Callable<HttpResponse<String>> request, String answer) {
        return visitors.submit(() -> {
            while (enough.getCount() > 0) {
                HttpResponse<String> got = request.call();
                if (got.statusCode() == 200 && got.body().equals(answer)) {
                    served.incrementAndGet();
                } else {
                    failures.add(kind + ": " + got.statusCode() + " "
                            + got.body().substring(0, Math.min(100, got.body().length())));
                }
            }
            return null;
        });
    }

    private List<Future<?>> load() {
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> load = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            load.add(visits("GET", () -> rig.gets("/"), "got null"));
            load.add(visits("download", () -> rig.gets("/download"), DOWNLOAD));
        }
        for (int i = 0; i < 4; i++) {
            load.add(visits("POST", () -> rig.posts("/" + next.incrementAndGet(), UPLOAD), "got " + UPLOAD));
        }
        return load;
    }

    @Test
    void row29ARollingRestartOfTwoOriginsUnderLoadFailsNoRequestAndRunsNonePostTwice() throws Exception {
        starts("");
        serves(second.origin);
        second.origin.start();
        hasTunnels(2);
        List<Future<?>> load = load();

        for (int restart = 0; restart < 6; restart++) {
            CamelContext restarted = restart % 2 == 0 ? rig.origin : second.origin;
            int before = served.get();
            restarted.getRouteController().stopRoute("origin");
            hasTunnels(1);
            restarted.getRouteController().startRoute("origin");
            hasTunnels(2);
            Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> served.get() > before + 20);
        }
        enough.countDown();
        for (Future<?> one : load) {
            one.get(30, TimeUnit.SECONDS);
        }

        assertThat(failures).as("of %d requests", served.get()).isEmpty();
        assertThat(uploads).isNotEmpty();
        assertThat(uploads.values()).extracting(AtomicInteger::get).containsOnly(1);
    }

    @Test
    void row29RequestsThatComeUpToAwaitOriginBeforeTheOriginIsBackSucceed() throws Exception {
        starts("awaitOrigin=8s");
        for (int restart = 0; restart < 3; restart++) {
            rig.proxy.getRouteController().stopRoute("front");
            rig.origin.getRouteController().suspendRoute("origin");
            rig.proxy.getRouteController().startRoute("front");
            List<Future<HttpResponse<String>>> early = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                early.add(visitors.submit(() -> rig.posts("/early", UPLOAD)));
            }
            Awaitility.await()
                    .atMost(5, TimeUnit.SECONDS)
                    .until(() -> rig.proxy
                                    .getComponent("spdytunnel", SpdyTunnelComponent.class)
                                    .running()
                                    .directory()
                                    .waiting()
                            > 0);
            rig.origin.getRouteController().resumeRoute("origin");

            for (Future<HttpResponse<String>> answer : early) {
                assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void anOriginThatComesTooLateCostsItsVisitorsA503() throws Exception {
        starts("awaitOrigin=200");
        rig.origin.getRouteController().suspendRoute("origin");

        long began = System.nanoTime();
        HttpResponse<String> answer = rig.gets("/");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
    }
}
