package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.spdytunnel.session.SessionLimits;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.spi.Authenticator;
import io.spdytunnel.spi.Identity;
import io.spdytunnel.spi.Verdict;
import io.spdytunnel.tunnel.TunnelClient;
import io.spdytunnel.tunnel.TunnelClientSettings;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultHeaderFilterStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each option does what it says; the ones that have a story of their own elsewhere are not repeated here. */
class OptionsTest {

    private final TunnelRig rig = new TunnelRig();
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void close() {
        release.countDown();
        rig.close();
    }

    private void routes(String producerOptions, String consumerOptions, Processor atOrigin) throws Exception {
        routes(rig.tunnel("origin1", producerOptions), rig.dial("origin1", consumerOptions), atOrigin, true);
    }

    private void routes(String producer, String consumer, Processor atOrigin, boolean waits) throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front()).to(producer);
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(consumer).process(atOrigin);
            }
        });
        rig.starts();
        if (waits) {
            rig.isUp();
        }
    }

    private static void hello(Exchange exchange) {
        exchange.getMessage().setBody("hello");
    }

    private TunnelClientSettings dialled() {
        return clients().get(0).settings();
    }

    private List<TunnelClient> clients() {
        return ((SpdyTunnelConsumer) rig.origin.getRoutes().get(0).getConsumer()).clients();
    }

    @Test
    void tlsFalseIsPlainText() throws Exception {
        String producer = rig.tunnel("origin1", "").replace("sslContextParameters=#tls", "tls=false");
        String consumer = rig.dial("origin1", "").replace("sslContextParameters=#tls", "tls=false");
        routes(producer, consumer, OptionsTest::hello, true);

        assertThat(rig.gets("/").body()).isEqualTo("hello");
    }

    @Test
    void plainCredentialsReachTheDialler() throws Exception {
        routes("plainCredentials=true", "plainCredentials=true", OptionsTest::hello);

        assertThat(dialled().plainCredentials()).isTrue();
    }

    @Test
    void anAuthenticatorBeanDecides() throws Exception {
        Authenticator everybodyNamedOrigin1 = registration -> CompletableFuture.completedFuture(
                registration.name().equals("origin1")
                        ? Verdict.accept(Identity.of("test", "somebody"))
                        : Verdict.forbidden("only origin1 may"));
        rig.proxy.getRegistry().bind("judge", everybodyNamedOrigin1);
        routes(
                rig.tunnel("origin1", "authenticator=#judge").replace("&token=" + TunnelRig.TOKEN, ""),
                rig.dial("origin1", ""),
                OptionsTest::hello,
                true);

        assertThat(rig.gets("/").body()).isEqualTo("hello");
    }

    @Test
    void connectionsAreKeptSideBySide() throws Exception {
        routes("", "connections=3", OptionsTest::hello);

        assertThat(clients()).hasSize(3).allMatch(client -> client.status().isUp());
        // the proxy counts a tunnel in once its 200 has left, which the origin may read sooner
        await().atMost(5, TimeUnit.SECONDS).untilAsserted(() -> assertThat(rig.proxy
                        .getComponent("spdytunnel", SpdyTunnelComponent.class)
                        .running()
                        .directory()
                        .tunnels("origin1"))
                .hasSize(3));
    }

    @Test
    void paceAndPatienceOfDialsReachTheDialler() throws Exception {
        String consumer = rig.dial("origin1", "connectTimeout=3s")
                .replace("redialMax=200", "redialMax=7s")
                .replace("redialRefusedMax=200", "redialRefusedMax=8s");
        routes(rig.tunnel("origin1", ""), consumer, OptionsTest::hello, true);

        assertThat(dialled().dialTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(dialled().redial().max()).isEqualTo(Duration.ofSeconds(7));
        assertThat(dialled().redial().refusedMax()).isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    void connectTimeoutEndsADialThatNobodyAnswers() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String consumer =
                    rig.dial("origin1", "connectTimeout=200").replace("" + rig.tunnelPort, "" + silent.getLocalPort());
            routes(rig.tunnel("origin1", ""), consumer, OptionsTest::hello, false);

            await().atMost(5, TimeUnit.SECONDS)
                    .untilAsserted(() ->
                            assertThat(clients().get(0).status().sentence()).contains("200 ms"));
        }
    }

    @Test
    void sessionOptionsReachTheSession() throws Exception {
        routes(
                "",
                "keepAliveInterval=4s&keepAlivePatience=3s&maxConcurrentStreams=77&maxStreamWindow=100000"
                        + "&maxHeaderSize=5000&maxHeaderFields=33",
                OptionsTest::hello);

        SessionSettings session = dialled().session();
        assertThat(session.keepAlive().interval()).isEqualTo(Duration.ofSeconds(4));
        assertThat(session.keepAlive().patience()).isEqualTo(Duration.ofSeconds(3));
        assertThat(session.maxConcurrentStreams()).isEqualTo(77);
        assertThat(session.maxStreamWindowBytes()).isEqualTo(100_000);
        assertThat(session.frames().maxBlockBytes()).isEqualTo(5000);
        assertThat(session.frames().maxFields()).isEqualTo(33);
    }

    private static SessionSettings visitorsOf(String options) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            SpdyTunnelEndpoint endpoint =
                    context.getEndpoint("spdytunnel:site?serve=127.0.0.1:0" + options, SpdyTunnelEndpoint.class);
            return new SpdyTunnelServingConsumer(endpoint, exchange -> {})
                    .settings()
                    .spdy();
        }
    }

    @Test
    void aVisitorWithoutATunnelHasFewerStreamsUnlessTheOptionSaysMore() throws Exception {
        assertThat(visitorsOf("").maxConcurrentStreams()).isEqualTo(100);
        assertThat(visitorsOf("&maxConcurrentStreams=1000").maxConcurrentStreams())
                .isEqualTo(1000);
        assertThat(new SpdyTunnelConfiguration().sessionSettings().maxConcurrentStreams())
                .as("on a tunnel")
                .isEqualTo(1000);
    }

    @Test
    void limitsOfSessionsHoldForVisitorsWithoutATunnelToo() throws Exception {
        assertThat(visitorsOf("").limits()).isEqualTo(SessionLimits.VISITOR);
        assertThat(visitorsOf("&maxPings=7&maxResets=30").limits().maxPings()).isEqualTo(7);
        assertThat(visitorsOf("&maxPings=7&maxResets=30").limits().maxResets()).isEqualTo(30);
    }

    @Test
    void aHeadOverTheLimitsIs431AndTheSessionLives() throws Exception {
        routes("maxHeaderSize=4000&maxHeaderFields=20", "", OptionsTest::hello);

        HttpResponse<String> tooLong = rig.visitor.send(
                rig.request("/").header("X-Long", "x".repeat(4000)).build(), BodyHandlers.ofString());
        var many = rig.request("/");
        for (int i = 0; i < 20; i++) {
            many.header("X-" + i, "1");
        }
        HttpResponse<String> tooMany = rig.visitor.send(many.build(), BodyHandlers.ofString());

        assertThat(tooLong.statusCode()).isEqualTo(431);
        assertThat(tooMany.statusCode()).isEqualTo(431);
        assertThat(rig.gets("/").body()).isEqualTo("hello");
    }

    @Test
    void aReplysHeadOverTheLimitIs502AndTheSessionLives() throws Exception {
        routes("", "maxHeaderSize=4000", exchange -> {
            exchange.getMessage().setBody("hello");
            if ("/long".equals(exchange.getMessage().getHeader(Exchange.HTTP_PATH))) {
                exchange.getMessage().setHeader("X-Long", "x".repeat(4000));
            }
        });

        assertThat(rig.gets("/long").statusCode()).isEqualTo(502);
        assertThat(rig.gets("/").body()).isEqualTo("hello");
    }

    @Test
    void beyondMaxConcurrentStreamsARequestWaitsForItsSlot() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        routes("awaitSlot=200", "maxConcurrentStreams=1", exchange -> {
            if ("/slow".equals(exchange.getMessage().getHeader(Exchange.HTTP_PATH))) {
                first.countDown();
                release.await(20, TimeUnit.SECONDS);
            }
            exchange.getMessage().setBody("hello");
        });
        CompletableFuture<HttpResponse<String>> slow =
                rig.visitor.sendAsync(rig.request("/slow").build(), BodyHandlers.ofString());
        assertThat(first.await(5, TimeUnit.SECONDS)).isTrue();

        HttpResponse<String> second = rig.gets("/");

        assertThat(second.statusCode()).isEqualTo(503);
        assertThat(second.headers().firstValue("retry-after")).isPresent();
        release.countDown();
        assertThat(slow.get(10, TimeUnit.SECONDS).body()).isEqualTo("hello");
        assertThat(rig.gets("/").body()).isEqualTo("hello");
    }

    @Test
    void aLongerAwaitSlotIsWorthIt() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        routes("awaitSlot=15000", "maxConcurrentStreams=1", exchange -> {
            if ("/slow".equals(exchange.getMessage().getHeader(Exchange.HTTP_PATH))) {
                first.countDown();
                release.await(20, TimeUnit.SECONDS);
            }
            exchange.getMessage().setBody("hello");
        });
        var slow = rig.visitor.sendAsync(rig.request("/slow").build(), BodyHandlers.ofString());
        assertThat(first.await(5, TimeUnit.SECONDS)).isTrue();

        var second = rig.visitor.sendAsync(rig.request("/").build(), BodyHandlers.ofString());
        release.countDown();

        assertThat(second.get(15, TimeUnit.SECONDS).body()).isEqualTo("hello");
        assertThat(slow.get(15, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    /** A body of ten bytes, a silence, and ten more. */
    private final class Pausing extends InputStream {

        private final long pauseMillis;
        private int count;

        Pausing(long pauseMillis) {
            this.pauseMillis = pauseMillis;
        }

        @Override
        public int read() {
            if (count == 10) {
                try {
                    assertThat(release.await(pauseMillis, TimeUnit.MILLISECONDS))
                            .isFalse();
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
            return count++ < 20 ? 'x' : -1;
        }

        @Override
        public int read(byte[] into, int offset, int size) {
            int next = read();
            into[offset] = (byte) next;
            return next < 0 ? -1 : 1;
        }
    }

    @Test
    void bodyIdleTimeoutCutsASilentBody() throws Exception {
        routes("bodyIdleTimeout=400", "", exchange -> exchange.getMessage().setBody(new Pausing(5000)));

        try (RawVisitor visitor = new RawVisitor(rig.frontPort)) {
            String answer = visitor.says("GET / HTTP/1.1\r\nHost: x\r\n\r\n").readsAll();
            assertThat(answer).contains("200 OK").doesNotContain("0\r\n\r\n");
        }
    }

    @Test
    void bodyIdleTimeoutSparesEventStreams() throws Exception {
        routes("bodyIdleTimeout=300", "bodyIdleTimeout=300", exchange -> {
            exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "text/event-stream; charset=utf-8");
            exchange.getMessage().setBody(new Pausing(1500));
        });

        assertThat(rig.gets("/").body()).isEqualTo("x".repeat(20));
    }

    @Test
    void aHeaderFilterOfOnesOwnIsAsked() throws Exception {
        DefaultHeaderFilterStrategy filter = new DefaultHeaderFilterStrategy();
        filter.getOutFilter().add("x-private");
        filter.setLowerCase(true);
        filter.setOutFilterStartsWith("Camel", "camel");
        rig.proxy.getRegistry().bind("filter", filter);
        routes("headerFilterStrategy=#filter", "", exchange -> exchange.getMessage()
                .setBody("seen: " + exchange.getMessage().getHeader("x-private")));

        HttpResponse<String> answer =
                rig.visitor.send(rig.request("/").header("x-private", "1").build(), BodyHandlers.ofString());

        assertThat(answer.body()).isEqualTo("seen: null");
    }

    @Test
    void theComponentsOwnOptionsReachTheEngine() throws Exception {
        SpdyTunnelComponent component = rig.proxy.getComponent("spdytunnel", SpdyTunnelComponent.class);
        component.setMemoryBudget(2 << 20);
        component.setEventLoopThreads(1);
        component.setMaxWorkers(3);
        routes("", "", OptionsTest::hello);

        assertThat(component.running().engine().budget().limit()).isEqualTo(2 << 20);
        assertThat(component.running().engine().loops()).hasSize(1);
        assertThat(component.running().engine().workers()).extracting("most").isEqualTo(3);
        assertThat(rig.gets("/").body()).isEqualTo("hello");
    }

    @Test
    void aTunnelPortOfTheComponentOpensBeforeAnyProducer() throws Exception {
        SpdyTunnelComponent component = rig.proxy.getComponent("spdytunnel", SpdyTunnelComponent.class);
        Authenticator anybody =
                registration -> CompletableFuture.completedFuture(Verdict.accept(Identity.of("test", "somebody")));
        component.getConfiguration().setListen("127.0.0.1:" + rig.tunnelPort);
        component.getConfiguration().setSslContextParameters(TunnelRig.tls());
        component.getConfiguration().setAuthenticator(anybody);
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front()).toD("spdytunnel:${header.X-Origin}");
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "")).process(OptionsTest::hello);
            }
        });
        rig.starts().isUp();

        HttpResponse<String> answer =
                rig.visitor.send(rig.request("/").header("X-Origin", "origin1").build(), BodyHandlers.ofString());

        assertThat(answer.body()).isEqualTo("hello");
    }

    @Test
    void aSynchronousProducerReturnsOnTheCallersThread() throws Exception {
        Thread[] after = new Thread[1];
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .to(rig.tunnel("origin1", "synchronous=true"))
                        .process(exchange -> after[0] = Thread.currentThread());
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "")).process(OptionsTest::hello);
            }
        });
        rig.starts().isUp();

        rig.proxy.createProducerTemplate().requestBody("direct:in", "b", String.class);

        assertThat(after[0]).isSameAs(Thread.currentThread());
    }

    @Test
    void aPriorityIsTheRoutesWordOrTheRequestsKind() throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to(rig.tunnel("origin1", ""));
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "")).setBody(header(SpdyTunnelConstants.PRIORITY));
            }
        });
        rig.starts().isUp();

        assertThat(priorityOf(Map.of(SpdyTunnelConstants.PRIORITY, 6))).isEqualTo("6");
        assertThat(priorityOf(Map.of(SpdyTunnelConstants.PRIORITY, "0", Exchange.HTTP_PATH, "/film.mp4")))
                .isEqualTo("0");
        assertThat(priorityOf(Map.of(SpdyTunnelConstants.PRIORITY, 99))).isEqualTo("7");
        assertThat(priorityOf(Map.of(Exchange.HTTP_PATH, "/style.css"))).isEqualTo("2");
        assertThat(priorityOf(Map.of(Exchange.HTTP_PATH, "/film.mp4"))).isEqualTo("5");
    }

    private String priorityOf(Map<String, Object> headers) {
        return rig.proxy.createProducerTemplate().requestBodyAndHeaders("direct:in", null, headers, String.class);
    }
}
