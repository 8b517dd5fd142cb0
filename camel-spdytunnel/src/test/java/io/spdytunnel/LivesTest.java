package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.DefaultEventLoopGroup;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckRepository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Endpoints come and go while others live on: suspend, resume, stop, restart, and what health says of it. */
class LivesTest {

    private final TunnelRig rig = new TunnelRig();
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void close() {
        release.countDown();
        rig.close();
    }

    private RouteBuilder origin() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "")).routeId("origin").process(exchange -> {
                    if ("/slow".equals(exchange.getMessage().getHeader("CamelHttpPath"))) {
                        arrived.countDown();
                        release.await(20, TimeUnit.SECONDS);
                    }
                    exchange.getMessage().setBody("hello");
                });
            }
        };
    }

    @Test
    void aSuspendedOriginFinishesWhatItHasAndComesBack() throws Exception {
        rig.startsWith(origin()).isUp();
        CompletableFuture<HttpResponse<String>> slow =
                rig.visitor.sendAsync(rig.request("/slow").build(), BodyHandlers.ofString());
        assertThat(arrived.await(5, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Void> suspending = CompletableFuture.runAsync(() -> suspend("origin"));
        await().atMost(5, TimeUnit.SECONDS)
                .until(() -> rig.proxy
                                .getComponent("spdytunnel", SpdyTunnelComponent.class)
                                .running()
                                .directory()
                                .pick("origin1")
                        == null);
        release.countDown();

        assertThat(slow.get(10, TimeUnit.SECONDS).body()).isEqualTo("hello");
        suspending.get(10, TimeUnit.SECONDS);
        rig.origin.getRouteController().resumeRoute("origin");
        assertThat(rig.gets("/").body()).isEqualTo("hello");
    }

    private void suspend(String route) {
        try {
            rig.origin.getRouteController().suspendRoute(route);
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void aProxyThatRestartsHasItsOriginBack() throws Exception {
        rig.startsWith(origin()).isUp();
        assertThat(rig.gets("/").body()).isEqualTo("hello");

        String front = rig.proxy.getRoutes().get(0).getRouteId();
        rig.proxy.getRouteController().stopRoute(front);
        rig.proxy.getRouteController().startRoute(front);

        await().atMost(10, TimeUnit.SECONDS)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(rig.gets("/").body()).isEqualTo("hello"));
    }

    @Test
    void anOriginThatStartsBeforeItsProxyFindsIt() throws Exception {
        rig.origin.addRoutes(origin());
        rig.origin.start();
        await().atMost(5, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(health(rig.origin, "origin")).contains("DOWN"));

        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front()).to(rig.tunnel("origin1", ""));
            }
        });
        rig.proxy.start();

        rig.isUp();
        assertThat(rig.gets("/").body()).isEqualTo("hello");
        assertThat(health(rig.origin, "origin")).contains("UP");
    }

    /** State and message of the consumer's check. */
    private static String health(org.apache.camel.CamelContext context, String route) {
        HealthCheckRepository repository =
                HealthCheckHelper.getHealthCheckRepository(context, "consumers", HealthCheckRepository.class);
        return repository.stream()
                .filter(check -> check.getId().contains(route))
                .map(HealthCheck::call)
                .map(result -> result.getState() + " " + result.getMessage().orElse(""))
                .findFirst()
                .orElse("none");
    }

    @Test
    void theProducersHealthFollowsItsOrigin() throws Exception {
        HealthCheckRepository producers =
                HealthCheckHelper.getHealthCheckRepository(rig.proxy, "producers", HealthCheckRepository.class);
        producers.setEnabled(true);
        rig.startsWith(origin()).isUp();
        await().atMost(5, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(states()).containsOnly(HealthCheck.State.UP));

        rig.origin.stop();

        await().atMost(5, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(states()).containsOnly(HealthCheck.State.DOWN));
    }

    private Collection<HealthCheck.State> states() {
        return HealthCheckHelper.getHealthCheckRepository(rig.proxy, "producers", HealthCheckRepository.class).stream()
                .map(check -> check.call().getState())
                .toList();
    }

    @Test
    void anAbsentProxyIsNoReasonToRestartAnOrigin() throws Exception {
        rig.origin.addRoutes(origin());
        rig.origin.start();

        assertThat(health(rig.origin, "origin")).startsWith("DOWN");
        assertThat(liveness(rig.origin)).containsExactly("UP all event loops answer");
        rig.origin.getComponent("spdytunnel").stop();
        assertThat(liveness(rig.origin)).isEmpty();
    }

    private static List<String> liveness(CamelContext context) {
        return HealthCheckHelper.invokeLiveness(context).stream()
                .filter(result -> result.getCheck().getId().contains("spdytunnel"))
                .map(result -> result.getState() + " " + result.getMessage().orElse(""))
                .toList();
    }

    @Test
    void anEventLoopThatIsBlockedIsOne() throws Exception {
        DefaultEventLoopGroup loops = new DefaultEventLoopGroup(2);
        try {
            var unused = loops.next().submit(() -> release.await(20, TimeUnit.SECONDS));
            HealthCheck check = new SpdyTunnelLiveness(loops, Duration.ofMillis(200));
            assertThat(check.call().getState()).isEqualTo(HealthCheck.State.DOWN);
            assertThat(check.call().getMessage().orElse("")).contains("1 event loops", "200 ms");
            release.countDown();
            assertThat(check.call().getState()).isEqualTo(HealthCheck.State.UP);
        } finally {
            release.countDown();
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    @Test
    void whileAnOriginIsSuspendedItsVisitorsHear503() throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front()).to(rig.tunnel("origin1", "awaitOrigin=100"));
            }
        });
        rig.origin.addRoutes(origin());
        rig.starts().isUp();

        suspend("origin");

        HttpResponse<String> answer = rig.gets("/");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("the origin cannot take the request now");
        assertThat(health(rig.origin, "origin")).startsWith("DOWN");
        assertThat(
                        HealthCheckHelper.getHealthCheckRepository(rig.origin, "consumers", HealthCheckRepository.class)
                                .stream()
                                .map(check -> check.call().getDetails().get("route.status")))
                .as("why; Camel asks no consumer while its route does not run")
                .containsExactly("Suspended");
        rig.origin.getRouteController().resumeRoute("origin");
        rig.isUp();
        assertThat(rig.gets("/").statusCode()).isEqualTo(200);
    }

    @Test
    void stopWaitsForTheExchangeInFlight() throws Exception {
        rig.startsWith(origin()).isUp();
        CompletableFuture<HttpResponse<String>> slow =
                rig.visitor.sendAsync(rig.request("/slow").build(), BodyHandlers.ofString());
        assertThat(arrived.await(5, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Void> stopping = CompletableFuture.runAsync(rig.origin::stop);
        await().atMost(5, TimeUnit.SECONDS)
                .until(() -> health(rig.origin, "origin").contains("suspended"));
        assertThat(stopping).isNotDone();
        release.countDown();

        assertThat(slow.get(10, TimeUnit.SECONDS).body()).isEqualTo("hello");
        stopping.get(10, TimeUnit.SECONDS);
    }

    @Test
    void routesThatAreAddedAndRemovedAtRunTimeRegisterAndDeregister() throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front())
                        .setHeader("CamelSpdyTunnelOrigin", header("X-Name"))
                        .to(rig.tunnel("*", "anyName=true"));
            }
        });
        rig.starts();
        for (int i = 0; i < 3; i++) {
            rig.origin.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from(rig.dial("late", "")).routeId("late").setBody(constant("here"));
                }
            });
            rig.isUp();
            assertThat(asks("late").body()).isEqualTo("here");

            rig.origin.getRouteController().stopRoute("late");
            assertThat(rig.origin.removeRoute("late")).isTrue();

            await().atMost(5, TimeUnit.SECONDS).until(() -> rig.proxy
                    .getComponent("spdytunnel", SpdyTunnelComponent.class)
                    .running()
                    .directory()
                    .tunnels()
                    .isEmpty());
        }
    }

    private HttpResponse<String> asks(String name) throws Exception {
        return rig.visitor.send(rig.request("/").header("X-Name", name).build(), BodyHandlers.ofString());
    }

    @Test
    void twoContextsInOneJvmDoNotMeet() throws Exception {
        try (TunnelRig other = new TunnelRig()) {
            rig.startsWith(origin()).isUp();
            other.startsWith(new RouteBuilder() {
                        @Override
                        public void configure() {
                            from(other.dial("origin1", "")).setBody(constant("the other one's"));
                        }
                    })
                    .isUp();

            assertThat(rig.gets("/").body()).isEqualTo("hello");
            assertThat(other.gets("/").body()).isEqualTo("the other one's");
            rig.close();
            assertThat(other.gets("/").body()).isEqualTo("the other one's");
        }
    }

    @Test
    void aRouteThatIsRemovedDeregistersAndItsPortCloses() throws Exception {
        rig.startsWith(origin()).isUp();
        String front = rig.proxy.getRoutes().get(0).getRouteId();

        rig.proxy.getRouteController().stopRoute(front);
        assertThat(rig.proxy.removeRoute(front)).isTrue();

        assertThat(java.net.http.HttpClient.newHttpClient()
                        .sendAsync(rig.request("/").build(), BodyHandlers.ofString()))
                .failsWithin(5, TimeUnit.SECONDS);
        assertThat(TunnelRig.isFree(rig.tunnelPort)).isTrue();
    }

    @Test
    void aStoppedContextLeavesNoThreadBehind() throws Exception {
        rig.startsWith(origin()).isUp();
        assertThat(rig.gets("/").body()).isEqualTo("hello");

        rig.close();

        await().atMost(10, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .noneMatch(name -> name.startsWith("spdytunnel-") || name.contains("SpdyTunnelWorker")));
    }
}
