package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A visitor's Upgrade goes down the tunnel to a service and becomes raw bytes; the routes on the way may refuse it. */
class UpgradeTest {

    private final RawRig raw;
    private final TunnelRig rig;
    private final SocketService service;

    UpgradeTest() throws IOException {
        raw = new RawRig();
        rig = raw.tunnel;
        service = raw.service;
    }

    @AfterEach
    void close() throws Exception {
        raw.close();
    }

    private void tunnelIsUp() throws Exception {
        tunnelIsUp("", "");
    }

    private void tunnelIsUp(String atProxy, String atOrigin) throws Exception {
        raw.isUp(atProxy, atOrigin);
    }

    private SocketEnd visitor() throws Exception {
        return raw.visitor();
    }

    @Test
    void bytesFlowBothWaysBehindTheGrant() throws Exception {
        tunnelIsUp();
        try (SocketEnd visitor =
                        visitor().asksFor("websocket", "Sec-WebSocket-Key: abc=", "Sec-WebSocket-Protocol: x, y");
                SocketEnd behind = service.accepts()) {
            String asked = behind.grants("websocket");
            String granted = visitor.head();

            assertThat(asked.toLowerCase(Locale.ROOT))
                    .startsWith("get /chat?room=1 http/1.1\r\n")
                    .contains("connection: upgrade\r\n", "upgrade: websocket\r\n")
                    .contains("sec-websocket-key: abc=\r\n", "sec-websocket-protocol: x, y\r\n")
                    .doesNotContain("content-length", "transfer-encoding");
            assertThat(granted.toLowerCase(Locale.ROOT))
                    .startsWith("http/1.1 101 ")
                    .contains("connection: upgrade\r\n", "upgrade: websocket\r\n")
                    .doesNotContain("content-length", "transfer-encoding");
            visitor.says("ping");
            assertThat(behind.readsText(4)).isEqualTo("ping");
            behind.says("pong!");
            assertThat(visitor.readsText(5)).isEqualTo("pong!");
        }
    }

    @Test
    void aVisitorsHalfCloseIsAHalfClose() throws Exception {
        tunnelIsUp();
        try (SocketEnd visitor = visitor().asksFor("websocket");
                SocketEnd behind = service.accepts()) {
            behind.grants("websocket");
            visitor.head();

            visitor.says("my last").saysItsLast();

            assertThat(behind.readsText(7)).isEqualTo("my last");
            assertThat(behind.isToldTheEnd()).isTrue();
            behind.says("and mine").saysItsLast();
            assertThat(visitor.readsText(8)).isEqualTo("and mine");
            assertThat(visitor.isToldTheEnd()).isTrue();
            rawExchangesAreOver();
        }
    }

    @Test
    void aServicesHalfCloseIsAHalfClose() throws Exception {
        tunnelIsUp();
        try (SocketEnd visitor = visitor().asksFor("websocket");
                SocketEnd behind = service.accepts()) {
            behind.grants("websocket");
            visitor.head();

            behind.says("my last").saysItsLast();

            assertThat(visitor.readsText(7)).isEqualTo("my last");
            assertThat(visitor.isToldTheEnd()).isTrue();
            visitor.says("and mine").saysItsLast();
            assertThat(behind.readsText(8)).isEqualTo("and mine");
            assertThat(behind.isToldTheEnd()).isTrue();
            rawExchangesAreOver();
        }
    }

    private void rawExchangesAreOver() {
        await().atMost(5, TimeUnit.SECONDS)
                .until(() -> rig.proxy.getInflightRepository().size() == 0
                        && rig.origin.getInflightRepository().size() == 0);
    }

    @Test
    void theExchangeIsOverWhenTheBytesAre() throws Exception {
        tunnelIsUp();
        try (SocketEnd visitor = visitor().asksFor("websocket");
                SocketEnd behind = service.accepts()) {
            behind.grants("websocket");
            visitor.head();
            assertThat(rig.proxy.getInflightRepository().size()).isOne();
            assertThat(rig.origin.getInflightRepository().size()).isOne();
        }

        rawExchangesAreOver();
    }

    @Test
    void aVisitorWhoLeavesIsNoticedBehindTheOrigin() throws Exception {
        tunnelIsUp();
        try (SocketEnd behind = upgraded(SocketEnd::close)) {
            long left = System.nanoTime();

            assertThat(behind.isToldTheEnd()).isTrue();

            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - left)).isLessThan(1000);
        }
    }

    @Test
    void aVisitorWhoVanishesBreaksTheServicesConnection() throws Exception {
        tunnelIsUp();
        try (SocketEnd behind = upgraded(SocketEnd::vanishes)) {
            assertThat(behind.isCutOff()).isTrue();
        }
        rawExchangesAreOver();
    }

    private interface Step {
        void with(SocketEnd end) throws Exception;
    }

    /** Upgrades, has the visitor do something, and returns the service's end. */
    private SocketEnd upgraded(Step visitorDoes) throws Exception {
        SocketEnd visitor = visitor().asksFor("websocket");
        SocketEnd behind = service.accepts();
        behind.grants("websocket");
        visitor.head();
        visitorDoes.with(visitor);
        return behind;
    }

    @Test
    void aServiceThatVanishesBreaksTheVisitorsConnection() throws Exception {
        tunnelIsUp();
        try (SocketEnd visitor = visitor().asksFor("websocket");
                SocketEnd behind = service.accepts()) {
            behind.grants("websocket");
            visitor.head();

            behind.vanishes();

            assertThat(visitor.isCutOff()).isTrue();
        }
        rawExchangesAreOver();
    }

    @Test
    void aRouteAtTheProxyRefuses() throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front())
                        .filter(header("Upgrade").isNotNull())
                        .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(403))
                        .setBody(constant("no"))
                        .stop()
                        .end()
                        .setBody(constant("an ordinary answer"));
            }
        });
        rig.proxy.start();

        refusedAndGoesOn("an ordinary answer");
    }

    /** What the visitor has sent behind its request is HTTP again, since nothing was granted. */
    private void refusedAndGoesOn(String next) throws Exception {
        try (SocketEnd visitor = visitor().asksFor("websocket")) {
            visitor.says("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");

            assertThat(visitor.head()).startsWith("HTTP/1.1 403 ");
            assertThat(visitor.readsText(2)).isEqualTo("no");
            assertThat(visitor.head()).startsWith("HTTP/1.1 200 ");
            assertThat(visitor.readsText(next.length())).isEqualTo(next);
        }
    }

    @Test
    void aRouteAtTheOriginRefuses() throws Exception {
        rig.startsWith(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from(rig.dial("origin1", "forwardTo=" + service.url()))
                                .choice()
                                .when(header("Upgrade").isEqualTo("websocket"))
                                .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(403))
                                .setBody(constant("no"))
                                .otherwise()
                                .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(200))
                                .setBody(constant("fine"));
                    }
                })
                .isUp();

        refusedAndGoesOn("fine");
        assertThat(service.isLeftAlone()).isTrue();
    }

    @Test
    void aServicesOwnRefusalPasses() throws Exception {
        tunnelIsUp();
        try (SocketEnd visitor = visitor().asksFor("websocket");
                SocketEnd behind = service.accepts()) {
            behind.head();
            behind.says("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 5\r\n\r\nold-1");

            assertThat(visitor.head()).startsWith("HTTP/1.1 426 ");
            assertThat(visitor.readsText(5)).isEqualTo("old-1");
            visitor.says("GET /again HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(behind.head()).startsWith("GET /again ");
        }
    }

    @Test
    void a101ThatNobodyAskedForIs502() throws Exception {
        tunnelIsUp();
        try (SocketEnd visitor = visitor().says("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                SocketEnd behind = service.accepts()) {
            behind.grants("websocket");

            assertThat(visitor.head()).startsWith("HTTP/1.1 502 ");
        }
    }

    @Test
    void a101ToAnotherProtocolIs502() throws Exception {
        tunnelIsUp();
        try (SocketEnd visitor = visitor().asksFor("websocket");
                SocketEnd behind = service.accepts()) {
            behind.grants("chat");

            assertThat(visitor.head()).startsWith("HTTP/1.1 502 ");
        }
    }

    @Test
    void a101OfARouteHasNobodyBehindItAndIs502() throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front())
                        .setHeader("Upgrade", constant("websocket"))
                        .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(101));
            }
        });
        rig.proxy.start();

        try (SocketEnd visitor = visitor().asksFor("websocket")) {
            assertThat(visitor.head()).startsWith("HTTP/1.1 502 ");
        }
    }

    @Test
    void h2cIsNeverForwarded() throws Exception {
        tunnelIsUp("upgradeProtocols=websocket", "upgradeProtocols=websocket");
        for (String never : new String[] {"h2c", "TLS/1.0", "HTTP/2.0", "x-unlisted"}) {
            try (SocketEnd visitor = visitor().asksFor(never, "HTTP2-Settings: AAAA");
                    SocketEnd behind = service.accepts()) {
                assertThat(behind.head().toLowerCase(Locale.ROOT)).doesNotContain("upgrade", "http2-settings");
                behind.says("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
                assertThat(visitor.head()).startsWith("HTTP/1.1 204 ");
            }
        }
    }

    @Test
    void ofSeveralProtocolsTheFirstThatMayGoOnDoes() throws Exception {
        tunnelIsUp("upgradeProtocols=x-one,websocket", "upgradeProtocols=x-one,websocket");
        try (SocketEnd visitor = visitor().asksFor("h2c, x-unlisted, X-One, websocket");
                SocketEnd behind = service.accepts()) {
            assertThat(behind.grants("x-one")).contains("X-One").doesNotContain("h2c", "x-unlisted", "websocket");

            assertThat(visitor.head()).startsWith("HTTP/1.1 101 ").containsIgnoringCase("upgrade: x-one\r\n");
            visitor.says("raw");
            assertThat(behind.readsText(3)).isEqualTo("raw");
        }
    }

    @Test
    void theOriginHasAListOfProtocolsOfItsOwn() throws Exception {
        tunnelIsUp("upgradeProtocols=x-one,websocket", "");
        try (SocketEnd visitor = visitor().asksFor("x-one");
                SocketEnd behind = service.accepts()) {
            assertThat(behind.head()).doesNotContainIgnoringCase("upgrade");
            behind.says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            assertThat(visitor.head()).startsWith("HTTP/1.1 200 ");
        }
    }

    /** The front door itself has none: the endpoint that the route sends to decides. */
    @Test
    void whatTheProducerDoesNotListIsAnOrdinaryRequestFromTheDoorOn() throws Exception {
        tunnelIsUp("", "upgradeProtocols=x-one,websocket");
        try (SocketEnd visitor = visitor().asksFor("x-one");
                SocketEnd behind = service.accepts()) {
            assertThat(behind.head()).doesNotContainIgnoringCase("upgrade");
            behind.says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            assertThat(visitor.head()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void whatComesBehindTheRequestIsRawOnlyOnceItIsGranted() throws Exception {
        tunnelIsUp();
        try (SocketEnd visitor = visitor()) {
            visitor.says("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nEARLY");
            try (SocketEnd behind = service.accepts()) {
                assertThat(behind.head()).endsWith("\r\n\r\n");
                assertThat(behind.socket().getInputStream().available()).isZero();
                behind.says("HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nSOON");

                assertThat(behind.readsText(5)).isEqualTo("EARLY");
                visitor.head();
                assertThat(visitor.readsText(4)).isEqualTo("SOON");
            }
        }
    }

    @Test
    void aRouteThatSetsABodyRefuses() throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front()).setBody(constant("mine")).to(rig.tunnel("origin1", ""));
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "forwardTo=" + service.url())).log("${header.CamelHttpPath}");
            }
        });
        rig.starts().isUp();
        try (SocketEnd visitor = visitor().asksFor("websocket");
                SocketEnd behind = service.accepts()) {
            assertThat(behind.head()).doesNotContainIgnoringCase("upgrade").contains("ontent-");
            behind.says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            assertThat(visitor.head()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aRouteThatSetsTheReplysBodyRefuses() throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front()).to(rig.tunnel("origin1", "")).setBody(constant("mine"));
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "forwardTo=" + service.url())).log("${header.CamelHttpPath}");
            }
        });
        rig.starts().isUp();
        try (SocketEnd visitor = visitor().asksFor("websocket");
                SocketEnd behind = service.accepts()) {
            behind.grants("websocket");

            assertThat(visitor.head()).startsWith("HTTP/1.1 502 ");
            assertThat(behind.isCutOff()).isTrue();
        }
    }

    @Test
    void theRouteBehindTheTunnelSeesTheGrantAndMayRefuseIt() throws Exception {
        AtomicReference<Object> seen = new AtomicReference<>();
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front())
                        .streamCache("true")
                        .to(rig.tunnel("origin1", ""))
                        .process(exchange -> seen.set(exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)
                                + " " + exchange.getMessage().getHeader("Upgrade")
                                + " " + exchange.getMessage().getBody()))
                        .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(403));
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "forwardTo=" + service.url())).log("${header.CamelHttpPath}");
            }
        });
        rig.starts().isUp();
        try (SocketEnd visitor = visitor().asksFor("websocket");
                SocketEnd behind = service.accepts()) {
            behind.grants("websocket");

            assertThat(visitor.head()).startsWith("HTTP/1.1 403 ");
            assertThat(seen.get()).isEqualTo("101 websocket null");
            assertThat(behind.isCutOff()).isTrue();
        }
    }
}
