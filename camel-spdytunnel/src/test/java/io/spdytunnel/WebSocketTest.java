package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** WebSocket end to end: npm's ws behind the origin, and Java's own or npm's in front of the proxy. */
class WebSocketTest {

    private static final int HUGE_BYTES = 16 * 1024 * 1024;

    private final TunnelRig rig = new TunnelRig();
    private ForeignPeer echo;

    @BeforeEach
    void start() throws Exception {
        ForeignPeer.isInstalled();
        echo = ForeignPeer.ofWebSocket("serve");
        int port = echo.tells("port").get("port").asInt();
        rig.startsWith(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from(rig.dial("origin1", "forwardTo=http://127.0.0.1:" + port))
                                .log("${header.CamelHttpPath}");
                    }
                })
                .isUp();
    }

    @AfterEach
    void close() {
        if (echo != null) {
            echo.close();
        }
        rig.close();
    }

    private String url(String path) {
        return "ws://127.0.0.1:" + rig.frontPort + path;
    }

    private WebSocket opens(HeardMessages listener, String... protocols) throws Exception {
        WebSocket.Builder builder = rig.visitor.newWebSocketBuilder();
        if (protocols.length > 0) {
            builder.subprotocols(protocols[0], java.util.Arrays.copyOfRange(protocols, 1, protocols.length));
        }
        return builder.buildAsync(URI.create(url("/room?n=1")), listener).get(10, TimeUnit.SECONDS);
    }

    @Test
    void messagesComeBackWhateverTheyAre() throws Exception {
        HeardMessages listener = new HeardMessages();
        WebSocket socket = opens(listener);
        assertThat(echo.tells("connected").get("connected").asText()).isEqualTo("/room?n=1");

        socket.sendText("caf\u00e9 \u2603", true).get(5, TimeUnit.SECONDS);
        assertThat(listener.next()).isEqualTo("caf\u00e9 \u2603");
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        socket.sendBinary(ByteBuffer.wrap(all), true).get(5, TimeUnit.SECONDS);
        assertThat(listener.next()).isEqualTo(all);
        byte[] huge = new byte[HUGE_BYTES];
        new Random(1).nextBytes(huge);
        socket.sendBinary(ByteBuffer.wrap(huge), true).get(20, TimeUnit.SECONDS);
        assertThat(listener.next()).isEqualTo(huge);
        socket.abort();
    }

    @Test
    void aSubprotocolIsAgreedOnEndToEnd() throws Exception {
        HeardMessages listener = new HeardMessages();
        WebSocket socket = opens(listener, "chat.v1", "chat.v2");

        assertThat(socket.getSubprotocol()).isEqualTo("chat.v2");
        assertThat(echo.tells("connected").get("protocol").asText()).isEqualTo("chat.v2");
        socket.abort();
    }

    @Test
    void closeCodesPassBothWays() throws Exception {
        HeardMessages first = new HeardMessages();
        opens(first).sendClose(4321, "had enough").get(5, TimeUnit.SECONDS);
        JsonNode closed = echo.tells("closed");
        assertThat(closed.get("closed").asInt()).isEqualTo(4321);
        assertThat(closed.get("why").asText()).isEqualTo("had enough");

        HeardMessages second = new HeardMessages();
        opens(second).sendText("close:4567:go away", true).get(5, TimeUnit.SECONDS);
        assertThat(second.next()).isEqualTo("closed 4567 go away");
    }

    @Test
    void pingsAreAnsweredByTheOtherEnd() throws Exception {
        HeardMessages listener = new HeardMessages();
        WebSocket socket = opens(listener);

        socket.sendPing(ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII)))
                .get(5, TimeUnit.SECONDS);
        assertThat(listener.next()).isEqualTo("pong hello");
        socket.sendText("ping", true).get(5, TimeUnit.SECONDS);
        assertThat(echo.tells("pong").get("pong").asText()).isEqualTo("are you there");
        socket.abort();
    }

    @Test
    void extensionsAreAgreedOnEndToEnd() throws Exception {
        try (ForeignPeer visitor = ForeignPeer.ofWebSocket("talk", url("/"), "3", "100000", "deflate")) {
            assertThat(visitor.tells("open").get("extensions").asText()).contains("permessage-deflate");
            assertThat(visitor.tells("back").get("back").asInt()).isEqualTo(3);
            JsonNode closed = visitor.tells("closed");
            assertThat(closed.get("closed").asInt()).isEqualTo(4001);
            assertThat(echo.tells("closed").get("why").asText()).isEqualTo("enough");
        }
    }

    @Test
    void tenThousandMessagesASecondComeBack() throws Exception {
        int messages = 30_000;
        try (ForeignPeer visitor = ForeignPeer.ofWebSocket("talk", url("/"), String.valueOf(messages), "32", "plain")) {
            JsonNode back = visitor.tells("back");

            assertThat(back.get("back").asInt()).isEqualTo(messages);
            assertThat(messages / back.get("millis").asDouble() * 1000).isGreaterThan(10_000);
        }
    }
}
