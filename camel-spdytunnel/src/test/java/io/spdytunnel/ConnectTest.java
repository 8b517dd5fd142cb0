package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A visitor's CONNECT goes down the tunnel to what {@code connectTo} lets it reach; the routes on the way may refuse. */
class ConnectTest {

    private final TunnelRig rig = new TunnelRig();
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private SocketService service;

    @BeforeEach
    void startService() throws Exception {
        service = new SocketService();
    }

    @AfterEach
    void close() throws Exception {
        service.close();
        rig.close();
    }

    private void tunnelIsUp(String atOrigin) throws Exception {
        rig.startsWith(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from(rig.dial("origin1", atOrigin))
                                .routeId("origin")
                                .process(exchange ->
                                        seen.add(exchange.getMessage().getHeader(Exchange.HTTP_METHOD) + " "
                                                + exchange.getMessage().getHeader(SpdyTunnelConstants.CONNECT_TO) + " "
                                                + exchange.getMessage().getBody()));
                    }
                })
                .isUp();
    }

    private SocketEnd connects(String target) throws Exception {
        return SocketEnd.to(rig.frontPort).says("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n");
    }

    private String there() {
        return "127.0.0.1:" + service.port();
    }

    @Test
    void bytesFlowBothWaysAndEachMaySayItsLast() throws Exception {
        tunnelIsUp("connectTo=127.0.0.1:*");
        try (SocketEnd visitor = connects(there());
                SocketEnd behind = service.accepts()) {
            assertThat(visitor.head())
                    .startsWith("HTTP/1.1 200 Connection established\r\n")
                    .doesNotContainIgnoringCase("content-length")
                    .doesNotContainIgnoringCase("transfer-encoding")
                    .doesNotContainIgnoringCase("connection:");
            assertThat(seen).containsExactly("CONNECT " + there() + " null");

            visitor.says("hello").saysItsLast();
            assertThat(behind.readsText(5)).isEqualTo("hello");
            assertThat(behind.isToldTheEnd()).isTrue();
            behind.says("and bye").saysItsLast();
            assertThat(visitor.readsText(7)).isEqualTo("and bye");
            assertThat(visitor.isToldTheEnd()).isTrue();
        }
        await().atMost(5, TimeUnit.SECONDS)
                .until(() -> rig.origin.getInflightRepository().size() == 0);
    }

    @Test
    void localhostMayBeNamed() throws Exception {
        tunnelIsUp("connectTo=localhost:" + service.port());
        try (SocketEnd visitor = connects("LOCALHOST:" + service.port());
                SocketEnd behind = service.accepts()) {
            assertThat(visitor.head()).startsWith("HTTP/1.1 200 ");
            behind.says("hi");
            assertThat(visitor.readsText(2)).isEqualTo("hi");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "connectTo=*:*", "connectTo=127.0.0.2:*", "connectTo=127.0.0.1:1", "connectTo=*.example:*"})
    void whatIsNotAllowedIs403AndTheConnectionGoesOn(String options) throws Exception {
        tunnelIsUp(options);
        try (SocketEnd visitor = connects(there())) {
            assertThat(visitor.head()).startsWith("HTTP/1.1 403 ");
            assertThat(visitor.readsUntil("\n")).contains("connectTo").doesNotContain("127.0.0.1");
            visitor.says("CONNECT " + there() + " HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(visitor.head()).startsWith("HTTP/1.1 403 ");
        }
        assertThat(service.isLeftAlone()).isTrue();
    }

    @Test
    void whatIsNotThereIs502() throws Exception {
        tunnelIsUp("connectTo=127.0.0.1:*");
        int nobody = TunnelRig.freePort();
        try (SocketEnd visitor = connects("127.0.0.1:" + nobody)) {
            assertThat(visitor.head()).startsWith("HTTP/1.1 502 ");
        }
    }

    @Test
    void aRouteAtTheProxyRefuses() throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front())
                        .filter(header(Exchange.HTTP_METHOD).isEqualTo("CONNECT"))
                        .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(407))
                        .setHeader("Proxy-Agent", header(SpdyTunnelConstants.CONNECT_TO))
                        .stop();
            }
        });
        rig.proxy.start();

        try (SocketEnd visitor = connects("a.example:443")) {
            assertThat(visitor.head()).startsWith("HTTP/1.1 407 ").contains("a.example:443");
        }
    }

    @Test
    void aRouteMayLeadItElsewhere() throws Exception {
        rig.startsWith(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from(rig.dial("origin1", "connectTo=127.0.0.1:*"))
                                .setHeader(SpdyTunnelConstants.CONNECT_TO, constant(there()));
                    }
                })
                .isUp();
        try (SocketEnd visitor = connects("a.example:443");
                SocketEnd behind = service.accepts()) {
            assertThat(visitor.head()).startsWith("HTTP/1.1 200 ");
            behind.says("here");
            assertThat(visitor.readsText(4)).isEqualTo("here");
        }
    }

    /** Without anybody behind it a 200 would make raw bytes of a connection that nobody serves. */
    @Test
    void aRouteThatAnswers200ItselfIs501() throws Exception {
        rig.startsWith(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from(rig.dial("origin1", "connectTo=127.0.0.1:*"))
                                .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(200))
                                .setBody(constant("mine"));
                    }
                })
                .isUp();
        try (SocketEnd visitor = connects(there())) {
            assertThat(visitor.head()).startsWith("HTTP/1.1 501 ");
        }
        assertThat(service.isLeftAlone()).isTrue();
    }

    @Test
    void aFrontDoorWithoutATunnelBehindItIs501() throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front()).setBody(constant("mine"));
            }
        });
        rig.proxy.start();
        try (SocketEnd visitor = connects(there())) {
            assertThat(visitor.head()).startsWith("HTTP/1.1 501 ");
        }
    }

    @Test
    void aRouteThatMakesAGetOfItGetsNoRawBytes() throws Exception {
        rig.startsWith(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from(rig.dial("origin1", "connectTo=127.0.0.1:*&forwardTo=" + service.url()))
                                .setHeader(Exchange.HTTP_METHOD, constant("GET"));
                    }
                })
                .isUp();
        try (SocketEnd visitor = connects(there());
                SocketEnd behind = service.accepts()) {
            assertThat(behind.head()).startsWith("GET / HTTP/1.1\r\n");
            behind.says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            assertThat(visitor.head()).startsWith("HTTP/1.1 501 ");
        }
    }

    @Test
    void theHeaderCannotComeFromAVisitor() throws Exception {
        tunnelIsUp("connectTo=127.0.0.1:*");
        try (SocketEnd visitor = SocketEnd.to(rig.frontPort)
                .says("CONNECT a.example:443 HTTP/1.1\r\nHost: a\r\ncAmElSpdyTunnelConnectTo: " + there()
                        + "\r\n\r\n")) {
            assertThat(visitor.head()).startsWith("HTTP/1.1 403 ");
        }
        assertThat(service.isLeftAlone()).isTrue();
    }

    @Test
    void rulesThatCannotBeReadFailAtStart() {
        assertThatThrownBy(() -> rig.origin.getEndpoint(rig.dial("origin1", "connectTo=a.example")))
                .hasStackTraceContaining("option connectTo names \"a.example\"");
        assertThatThrownBy(() -> rig.origin.getEndpoint(rig.dial("origin1", "upgradeProtocols=websocket,h2c")))
                .hasStackTraceContaining("option upgradeProtocols names \"h2c\"");
    }

    @Test
    void aServingEndpointConnectsWithoutATunnel() throws Exception {
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("spdytunnel:plain?tls=false&serve=127.0.0.1:" + rig.servePort + "&connectTo=127.0.0.1:*")
                        .log("${header.CamelSpdyTunnelConnectTo}");
            }
        });
        rig.origin.start();
        try (SocketEnd visitor =
                        SocketEnd.to(rig.servePort).says("CONNECT " + there() + " HTTP/1.1\r\nHost: a\r\n\r\n");
                SocketEnd behind = service.accepts()) {
            visitor.head();
            behind.says("plain");
            assertThat(visitor.readsText(5)).isEqualTo("plain");
        }
    }
}
