package io.spdytunnel;

import static org.apache.camel.builder.Builder.constant;
import static org.apache.camel.builder.Builder.header;
import static org.apache.camel.builder.Builder.simple;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A route at the origin takes the WebSockets of visitors itself, message by message, with no server behind it. */
class WebSocketMessagesTest {

    private static final String MESSAGES = "webSocket=messages";

    private final TunnelRig rig = new TunnelRig();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        rig.close();
    }

    private interface Steps {
        void addTo(ProcessorDefinition<?> route);
    }

    private void note(Exchange exchange) {
        Message message = exchange.getMessage();
        Object event = message.getHeader(SpdyTunnelConstants.WEB_SOCKET_EVENT);
        Object kind = message.getHeader(SpdyTunnelConstants.WEB_SOCKET_KIND);
        Object code = message.getHeader(SpdyTunnelConstants.WEB_SOCKET_CLOSE_CODE);
        events.add(event + (kind == null ? "" : " " + kind) + (code == null ? "" : " " + code));
        keys.add(message.getHeader(SpdyTunnelConstants.WEB_SOCKET_KEY, String.class));
    }

    private void tunnelIsUp(String options, Steps steps) throws Exception {
        rig.startsWith(new RouteBuilder() {
                    @Override
                    public void configure() {
                        steps.addTo(from(rig.dial("origin1", options))
                                .routeId("talk")
                                .process(WebSocketMessagesTest.this::note));
                    }
                })
                .isUp();
    }

    private static void echo(ProcessorDefinition<?> route) {
        route.log("${header.CamelSpdyTunnelWebSocketEvent}"); // the body stays, and so is the reply
    }

    private WebSocket opens(HeardMessages heard, String... subprotocols) throws Exception {
        WebSocket.Builder builder = rig.visitor.newWebSocketBuilder();
        if (subprotocols.length > 0) {
            builder.subprotocols(
                    subprotocols[0],
                    List.of(subprotocols).subList(1, subprotocols.length).toArray(String[]::new));
        }
        return builder.buildAsync(URI.create("ws://127.0.0.1:" + rig.frontPort + "/chat?room=7"), heard)
                .get(10, TimeUnit.SECONDS);
    }

    private int refusalOf(String... subprotocols) {
        try {
            opens(new HeardMessages(), subprotocols);
            return 101;
        } catch (ExecutionException refused) {
            HttpResponse<?> answer = ((WebSocketHandshakeException) refused.getCause()).getResponse();
            return answer.statusCode();
        } catch (Exception other) {
            throw new IllegalStateException(other);
        }
    }

    private String keyOf(int nth) {
        await().atMost(5, TimeUnit.SECONDS).until(() -> keys.size() > nth);
        return keys.get(nth);
    }

    private void sends(Object body, Map<String, Object> headers) {
        rig.origin.createProducerTemplate().requestBodyAndHeaders("spdytunnel:origin1?" + MESSAGES, body, headers);
    }

    @Test
    void eachMessageIsAnExchangeAndItsReplyAMessage() throws Exception {
        tunnelIsUp(MESSAGES, WebSocketMessagesTest::echo);
        HeardMessages heard = new HeardMessages();
        WebSocket socket = opens(heard);

        socket.sendText("caf\u00e9 \u2603", true).get(5, TimeUnit.SECONDS);
        assertThat(heard.next()).isEqualTo("caf\u00e9 \u2603");
        byte[] all = new byte[256];
        for (int i = 0; i < 256; i++) {
            all[i] = (byte) i;
        }
        socket.sendBinary(ByteBuffer.wrap(all), true).get(5, TimeUnit.SECONDS);
        assertThat(heard.next()).isEqualTo(all);
        byte[] large = new byte[16 * 1024 * 1024];
        new Random(1).nextBytes(large);
        socket.sendBinary(ByteBuffer.wrap(large), true).get(20, TimeUnit.SECONDS);
        assertThat(heard.next()).isEqualTo(large);
        socket.sendClose(4000, "enough").get(5, TimeUnit.SECONDS);

        assertThat(heard.next()).isEqualTo("closed 4000 ");
        await().untilAsserted(() -> assertThat(events)
                .containsExactly("OPEN", "MESSAGE text", "MESSAGE binary", "MESSAGE binary", "CLOSE 4000"));
        assertThat(keys).doesNotContainNull().containsOnly(keys.get(0));
        await().atMost(5, TimeUnit.SECONDS)
                .until(() -> rig.origin.getInflightRepository().size() == 0);
    }

    @Test
    void messagesKnowWhereTheVisitorWentAndNothingElseOfItsRequest() throws Exception {
        tunnelIsUp(MESSAGES, route -> route.filter(
                        header(SpdyTunnelConstants.WEB_SOCKET_EVENT).isEqualTo("MESSAGE"))
                .process(exchange -> exchange.getMessage()
                        .setBody(String.join(
                                        " ",
                                        new TreeSet<>(exchange.getMessage()
                                                .getHeaders()
                                                .keySet()))
                                + " "
                                + exchange.getMessage().getHeader(Exchange.HTTP_PATH)
                                + "?"
                                + exchange.getMessage().getHeader(Exchange.HTTP_QUERY))));
        HeardMessages heard = new HeardMessages();
        opens(heard).sendText("hello", true).get(5, TimeUnit.SECONDS);

        assertThat(heard.next())
                .isEqualTo("CamelHttpPath CamelHttpQuery CamelHttpUrl CamelSpdyTunnelRemoteAddress"
                        + " CamelSpdyTunnelWebSocketEvent CamelSpdyTunnelWebSocketKey CamelSpdyTunnelWebSocketKind"
                        + " /chat?room=7");
    }

    @Test
    void oneExchangeAtATimeInTheOrderOfTheMessages() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        tunnelIsUp(MESSAGES, route -> route.process(
                        exchange -> most.accumulateAndGet(running.incrementAndGet(), Math::max))
                .threads(4)
                .process(exchange -> running.decrementAndGet()));
        HeardMessages heard = new HeardMessages();
        WebSocket socket = opens(heard);
        for (int i = 0; i < 200; i++) {
            socket.sendText("message " + i, true).get(5, TimeUnit.SECONDS);
        }
        for (int i = 0; i < 200; i++) {
            assertThat(heard.next()).isEqualTo("message " + i);
        }
        assertThat(most.get()).isEqualTo(1);
        socket.abort();
        await().untilAsserted(() -> assertThat(events).endsWith("CLOSE 1006"));
    }

    @Test
    void aRouteRefusesOrChoosesASubprotocol() throws Exception {
        tunnelIsUp(MESSAGES, route -> route.choice()
                .when(simple("${header.Sec-WebSocket-Protocol} == 'no'"))
                .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(403))
                .when(simple("${header.Sec-WebSocket-Protocol} contains 'v2'"))
                .setHeader(SpdyTunnelConstants.WEB_SOCKET_SUBPROTOCOL, constant("chat.v2"))
                .setBody(simple("welcome")));

        assertThat(refusalOf("no")).isEqualTo(403);
        HeardMessages heard = new HeardMessages();
        assertThat(opens(heard, "chat.v1", "chat.v2").getSubprotocol()).isEqualTo("chat.v2");
        assertThat(heard.next()).as("the reply to the request itself").isEqualTo("welcome");
        assertThat(refusalOf("xv2")).as("chosen, but never offered").isEqualTo(500);
        assertThat(opens(new HeardMessages(), "chat.v1").getSubprotocol()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "426, GET, Sec-WebSocket-Version: 12, Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "426, GET, X-None: 1, Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "400, GET, Sec-WebSocket-Version: 13, Sec-WebSocket-Key: c2hvcnQ=",
        "400, GET, Sec-WebSocket-Version: 13, X-None: 1",
        "400, OPTIONS, Sec-WebSocket-Version: 13, Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    })
    void aRequestForOneThatIsWrongIsToldSo(int status, String method, String one, String other) throws Exception {
        tunnelIsUp(MESSAGES, WebSocketMessagesTest::echo);
        try (SocketEnd visitor = SocketEnd.to(rig.frontPort)
                .says(method + " / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" + one + "\r\n"
                        + other + "\r\n\r\n")) {
            String head = visitor.head();
            assertThat(head).startsWith("HTTP/1.1 " + status + " ");
            assertThat(head.toLowerCase(Locale.ROOT).contains("sec-websocket-version: 13"))
                    .isEqualTo(status == 426);
        }
        assertThat(events).doesNotContain("OPEN");
    }

    /** The example of RFC 6455 1.3. */
    @Test
    void theKeyIsProvenToBeUnderstood() throws Exception {
        tunnelIsUp(MESSAGES, WebSocketMessagesTest::echo);
        try (SocketEnd visitor = SocketEnd.to(rig.frontPort)
                .asksFor(
                        "websocket",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                        "Sec-WebSocket-Extensions: permessage-deflate")) {
            assertThat(visitor.head())
                    .startsWith("HTTP/1.1 101 ")
                    .containsIgnoringCase("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
                    .doesNotContainIgnoringCase("extensions");
        }
    }

    @Test
    void whatARouteSetsAtOpenGoesOutWithTheGrant() throws Exception {
        tunnelIsUp(
                MESSAGES,
                route -> route.process(exchange -> {
                    Message message = exchange.getMessage();
                    message.setHeader("Set-Cookie", List.of("a=1", "b=2"));
                    message.setHeader("X-Seen", "yes");
                    message.setHeader("X-Hop", "stays");
                    message.setHeader("Connection", "x-hop, close");
                    message.setHeader("Upgrade", "chat");
                    message.setHeader("Content-Length", "17");
                    message.setHeader("Sec-WebSocket-Extensions", "permessage-deflate");
                    message.setHeader("Sec-WebSocket-Accept", "nonsense");
                }));
        try (SocketEnd visitor = SocketEnd.to(rig.frontPort)
                .asksFor(
                        "websocket",
                        "X-Mine: not to be sent back",
                        "Sec-WebSocket-Version: 13",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")) {
            assertThat(visitor.head().toLowerCase(Locale.ROOT))
                    .startsWith("http/1.1 101 ")
                    .contains("\r\nset-cookie: a=1\r\n", "\r\nset-cookie: b=2\r\n", "\r\nx-seen: yes\r\n")
                    .contains("\r\nupgrade: websocket\r\n", "\r\nsec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=")
                    .doesNotContain("x-hop", "x-mine", "chat", "content-length", "close", "permessage", "nonsense")
                    .doesNotContain("sec-websocket-key", "sec-websocket-version");
        }
    }

    @Test
    void messagesAreSentFromAnywhereToOneOrToAll() throws Exception {
        tunnelIsUp(
                MESSAGES,
                route -> route.process(exchange -> exchange.getMessage().setBody(null)));
        HeardMessages one = new HeardMessages();
        opens(one);
        String key = keyOf(0);
        HeardMessages other = new HeardMessages();
        opens(other);
        keyOf(1);

        sends("for one", Map.of(SpdyTunnelConstants.WEB_SOCKET_KEY, key));
        assertThat(one.next()).isEqualTo("for one");
        sends(new byte[] {1, 2}, Map.of(SpdyTunnelConstants.WEB_SOCKET_SEND_TO_ALL, true));
        assertThat(one.next()).isEqualTo(new byte[] {1, 2});
        assertThat(other.next()).isEqualTo(new byte[] {1, 2});
        sends(
                "bye",
                Map.of(
                        SpdyTunnelConstants.WEB_SOCKET_KEY,
                        key,
                        SpdyTunnelConstants.WEB_SOCKET_CLOSE_CODE,
                        4567,
                        SpdyTunnelConstants.WEB_SOCKET_CLOSE_REASON,
                        "go away"));
        assertThat(one.next()).isEqualTo("bye");
        assertThat(one.next()).isEqualTo("closed 4567 go away");
        await().untilAsserted(() -> assertThat(events).contains("CLOSE 4567"));

        assertThatThrownBy(() -> sends("late", Map.of(SpdyTunnelConstants.WEB_SOCKET_KEY, key)))
                .isInstanceOf(CamelExecutionException.class)
                .hasStackTraceContaining("is not open");
        assertThatThrownBy(() -> sends("to whom?", Map.of()))
                .hasStackTraceContaining(SpdyTunnelConstants.WEB_SOCKET_SEND_TO_ALL);
        assertThatThrownBy(() -> sends(
                        "",
                        Map.of(
                                SpdyTunnelConstants.WEB_SOCKET_KEY,
                                keys.get(1),
                                SpdyTunnelConstants.WEB_SOCKET_CLOSE_CODE,
                                1006)))
                .hasStackTraceContaining("closed with 1006");
    }

    @Test
    void aRouteWithoutAReplySaysNothing() throws Exception {
        tunnelIsUp(MESSAGES + "&exchangePattern=InOnly", WebSocketMessagesTest::echo);
        HeardMessages heard = new HeardMessages();
        WebSocket socket = opens(heard);
        socket.sendText("one", true).get(5, TimeUnit.SECONDS);
        socket.sendText("two", true).get(5, TimeUnit.SECONDS);
        socket.sendClose(1000, "").get(5, TimeUnit.SECONDS);

        assertThat(heard.next()).isEqualTo("closed 1000 ");
        await().untilAsserted(
                        () -> assertThat(events).containsExactly("OPEN", "MESSAGE text", "MESSAGE text", "CLOSE 1000"));
    }

    @Test
    void aRouteClosesBehindItsReply() throws Exception {
        tunnelIsUp(MESSAGES, route -> route.filter(simple("${body} == 'enough'"))
                .setBody(simple("so long"))
                .setHeader(SpdyTunnelConstants.WEB_SOCKET_CLOSE_CODE, constant(4001))
                .setHeader(SpdyTunnelConstants.WEB_SOCKET_CLOSE_REASON, constant("as you wish")));
        HeardMessages heard = new HeardMessages();
        opens(heard).sendText("enough", true).get(5, TimeUnit.SECONDS);

        assertThat(heard.next()).isEqualTo("so long");
        assertThat(heard.next()).isEqualTo("closed 4001 as you wish");
        await().untilAsserted(() -> assertThat(events).endsWith("CLOSE 4001"));
    }

    @Test
    void aRouteThatFailsClosesWith1011() throws Exception {
        Processor failing = exchange -> {
            if (exchange.getMessage().getBody() != null) {
                throw new IllegalStateException("no good");
            }
        };
        tunnelIsUp(MESSAGES, route -> route.process(failing));
        HeardMessages heard = new HeardMessages();
        opens(heard).sendText("hello", true).get(5, TimeUnit.SECONDS);

        assertThat(heard.next()).isEqualTo("closed 1011 the route failed");
    }

    @Test
    void aSuspendedRouteSaysThatItGoesAway() throws Exception {
        tunnelIsUp(MESSAGES, WebSocketMessagesTest::echo);
        HeardMessages heard = new HeardMessages();
        opens(heard);
        keyOf(0);

        rig.origin.getRouteController().suspendRoute("talk", 5, TimeUnit.SECONDS);

        assertThat(heard.next()).isEqualTo("closed 1001 the origin is going away");
        await().untilAsserted(() -> assertThat(events).endsWith("CLOSE 1001"));
    }

    @Test
    void aMessageOverTheLimitClosesWith1009() throws Exception {
        tunnelIsUp(MESSAGES + "&maxWebSocketMessage=1000", WebSocketMessagesTest::echo);
        HeardMessages heard = new HeardMessages();
        WebSocket socket = opens(heard);
        socket.sendText("x".repeat(1000), true).get(5, TimeUnit.SECONDS);
        assertThat(heard.next()).isEqualTo("x".repeat(1000));

        socket.sendText("x".repeat(1001), true).get(5, TimeUnit.SECONDS);

        assertThat(String.valueOf(heard.next())).startsWith("closed 1009 ");
    }

    @Test
    void whoDoesNotReadIsLeftBehindByMessagesToAll() throws Exception {
        tunnelIsUp(
                MESSAGES + "&maxWebSocketMessage=1000000",
                route -> route.process(exchange -> exchange.getMessage().setBody(null)));
        HeardMessages reading = new HeardMessages();
        opens(reading);
        keyOf(0);
        try (SocketEnd stalled = SocketEnd.to(rig.frontPort)
                .asksFor("websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")) {
            stalled.head();
            keyOf(1);
            byte[] piece = new byte[900_000];
            for (int i = 0; i < 40 && !events.contains("CLOSE 1013"); i++) {
                sends(piece, Map.of(SpdyTunnelConstants.WEB_SOCKET_SEND_TO_ALL, true));
                assertThat(reading.next()).isEqualTo(piece);
            }
            await().atMost(10, TimeUnit.SECONDS)
                    .untilAsserted(() -> assertThat(events).contains("CLOSE 1013"));
        }
        sends("still here", Map.of(SpdyTunnelConstants.WEB_SOCKET_SEND_TO_ALL, true));
        assertThat(reading.next()).isEqualTo("still here");
    }

    @Test
    void aRouteMayHandOneOnToAServiceAfterAll() throws Exception {
        try (SocketService service = new SocketService()) {
            tunnelIsUp(MESSAGES, route -> route.setHeader(SpdyTunnelConstants.FORWARD_TO, constant(service.url())));
            try (SocketEnd visitor = SocketEnd.to(rig.frontPort)
                            .asksFor(
                                    "websocket",
                                    "Sec-WebSocket-Version: 13",
                                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
                    SocketEnd behind = service.accepts()) {
                behind.grants("websocket");
                assertThat(visitor.head()).startsWith("HTTP/1.1 101 ");
                behind.says("raw");
                assertThat(visitor.readsText(3)).isEqualTo("raw");
            }
        }
    }

    @Test
    void npmsWsTalksToTheRoute() throws Exception {
        ForeignPeer.isInstalled();
        tunnelIsUp(MESSAGES, route -> route.filter(
                        header(SpdyTunnelConstants.WEB_SOCKET_EVENT).isEqualTo("OPEN"))
                .setHeader(SpdyTunnelConstants.WEB_SOCKET_SUBPROTOCOL, constant("chat.v1")));
        String url = "ws://127.0.0.1:" + rig.frontPort + "/";
        try (ForeignPeer visitor = ForeignPeer.ofWebSocket("talk", url, "2000", "1000", "deflate")) {
            assertThat(visitor.tells("open").get("extensions").asText()).isEmpty();
            assertThat(visitor.tells("back").get("back").asInt()).isEqualTo(2000);
            assertThat(visitor.tells("closed").get("closed").asInt()).isEqualTo(4001);
        }
        await().untilAsserted(() -> assertThat(events).endsWith("CLOSE 4001"));
    }

    @Test
    void aServingEndpointTakesThemWithoutATunnel() throws Exception {
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("spdytunnel:plain?tls=false&serve=127.0.0.1:" + rig.servePort + "&" + MESSAGES)
                        .routeId("talk")
                        .process(WebSocketMessagesTest.this::note);
            }
        });
        rig.origin.start();
        HeardMessages heard = new HeardMessages();
        rig.visitor
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + rig.servePort + "/"), heard)
                .get(10, TimeUnit.SECONDS)
                .sendText("plain", true)
                .get(5, TimeUnit.SECONDS);

        assertThat(heard.next()).isEqualTo("plain");
        rig.origin.getRouteController().suspendRoute("talk", 5, TimeUnit.SECONDS);
        assertThat(heard.next()).isEqualTo("closed 1001 the origin is going away");
    }

    @Test
    void theReferencePagesRouteInYamlTalks() throws Exception {
        String example = new ReferencePage(Files.readString(ReferencePage.FILE))
                .examples("yaml").stream()
                        .filter(yaml -> yaml.contains("webSocket: messages"))
                        .findFirst()
                        .orElseThrow()
                        .replace("spdytunnel:shop42", "spdytunnel:origin1")
                        .replace(
                                "proxy.example.com:1444",
                                "localhost:" + rig.tunnelPort + "\n        sslContextParameters: \"#tls\"")
                        .replace("{{tunnel.token}}", TunnelRig.TOKEN);
        PluginHelper.getRoutesLoader(rig.origin).loadRoutes(ResourceHelper.fromString("talk.yaml", example));
        rig.startsWith(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:nothing").log("beside it");
                    }
                })
                .isUp();
        HeardMessages heard = new HeardMessages();
        opens(heard).sendText("hello", true).get(5, TimeUnit.SECONDS);

        assertThat(heard.next()).isEqualTo("you said: hello");
    }

    @Test
    void optionsThatMakeNoSenseFailAtStart() {
        assertThatThrownBy(() -> rig.origin.getEndpoint(rig.dial("origin1", "webSocket=yes")))
                .hasStackTraceContaining("option webSocket is \"yes\"; it must be forward or messages");
        assertThatThrownBy(() -> rig.origin.getEndpoint(rig.dial("origin1", "maxWebSocketMessage=124")))
                .hasStackTraceContaining("option maxWebSocketMessage is 124; it must be at least 125 bytes");
    }
}
