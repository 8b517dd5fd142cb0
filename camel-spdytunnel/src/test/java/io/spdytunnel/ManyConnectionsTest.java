package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.spdytunnel.directory.OriginTunnel;
import io.spdytunnel.session.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.builder.RouteBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One origin with many connections, to one proxy and to several: each lives on its own. */
class ManyConnectionsTest {

    /** Enough for all four connections, even if three of them are on the loop of all visitors: nine each, and one. */
    private static final int VISITORS = 30;

    private final TunnelRig rig = new TunnelRig();
    private final TunnelRig second = new TunnelRig(); // only its proxy is used
    private final ExecutorService visitors = Executors.newFixedThreadPool(VISITORS);
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void close() {
        release.countDown();
        visitors.shutdownNow();
        rig.close();
        second.close();
    }

    private void proxies(TunnelRig which) throws Exception {
        which.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(which.front()).to(which.tunnel("origin1", "awaitOrigin=500"));
            }
        });
        which.proxy.start();
    }

    private void dials(String proxies, int connections) throws Exception {
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "connections=" + connections + "&redialStep=20&redialSpread=0")
                                .replace("localhost:" + rig.tunnelPort, proxies))
                        .routeId("origin")
                        .process(exchange -> {
                            if ("/slow".equals(exchange.getMessage().getHeader("CamelHttpPath"))) {
                                release.await(20, TimeUnit.SECONDS);
                            }
                            exchange.getMessage().setBody("hello");
                        });
            }
        });
        rig.origin.start();
    }

    private static List<OriginTunnel> tunnels(TunnelRig which) {
        return which.proxy
                .getComponent("spdytunnel", SpdyTunnelComponent.class)
                .running()
                .directory()
                .tunnels();
    }

    private static List<Integer> connections(TunnelRig which) {
        return tunnels(which).stream().map(OriginTunnel::connection).sorted().toList();
    }

    private static void has(TunnelRig which, Integer... connections) {
        Awaitility.await().atMost(10, TimeUnit.SECONDS).untilAsserted(() -> assertThat(connections(which))
                .containsExactly(connections));
    }

    @Test
    void eachConnectionIsLostAndRedialledAloneAndNoneTakesOverAnother() throws Exception {
        proxies(rig);
        dials("localhost:" + rig.tunnelPort, 3);
        has(rig, 1, 2, 3);
        List<Session> before = tunnels(rig).stream().map(OriginTunnel::session).toList();
        Session lost = tunnels(rig).stream()
                .filter(tunnel -> tunnel.connection() == 2)
                .map(OriginTunnel::session)
                .findFirst()
                .orElseThrow();

        lost.drain(Duration.ZERO);

        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> tunnels(rig).stream()
                .anyMatch(tunnel -> tunnel.connection() == 2 && tunnel.session() != lost));
        has(rig, 1, 2, 3);
        assertThat(tunnels(rig).stream().map(OriginTunnel::session).filter(before::contains))
                .hasSize(2);
    }

    /** Those on a visitor's own event loop are filled first, and have at most eight streams beyond twice another's. */
    @Test
    void requestsAreSpreadOverConnections() throws Exception {
        proxies(rig);
        dials("localhost:" + rig.tunnelPort, 4);
        has(rig, 1, 2, 3, 4);
        List<Future<Integer>> slow = new ArrayList<>();
        for (int i = 0; i < VISITORS; i++) {
            slow.add(visitors.submit(() -> rig.gets("/slow").statusCode()));
            int begun = i + 1;
            Awaitility.await().atMost(5, TimeUnit.SECONDS).until(() -> streams().sum() == begun);
        }

        int fewest = streams().min().orElseThrow();
        assertThat(fewest).isPositive();
        assertThat(streams().max().orElseThrow()).isLessThanOrEqualTo(2 * fewest + 9);
        release.countDown();
        for (Future<Integer> one : slow) {
            assertThat(one.get(10, TimeUnit.SECONDS)).isEqualTo(200);
        }
    }

    private IntStream streams() {
        return tunnels(rig).stream().mapToInt(tunnel -> tunnel.session().openStreams());
    }

    @Test
    void anOriginServesSeveralProxiesAndOneThatIsDownDisturbsNobody() throws Exception {
        dials("localhost:" + rig.tunnelPort + ",localhost:" + second.tunnelPort + ",no-such-host.invalid:1444", 1);
        proxies(second);
        has(second, 1);
        assertThat(second.gets("/").body()).isEqualTo("hello");

        proxies(rig);

        has(rig, 1);
        assertThat(rig.gets("/").body()).isEqualTo("hello");
        List<String> health = ((SpdyTunnelConsumer)
                        rig.origin.getRoute("origin").getConsumer())
                .clients().stream().map(client -> client.status().sentence()).toList();
        assertThat(health.get(0)).startsWith("connected to localhost:" + rig.tunnelPort);
        assertThat(health.get(2)).contains("not connected to no-such-host.invalid:1444", "next dial at");

        rig.proxy.stop();
        assertThat(second.gets("/").body()).isEqualTo("hello");
    }
}
