package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page that comes through the tunnel to Chromium opens a WebSocket to where it came from, npm's ws behind the origin. */
class WebSocketInChromiumTest {

    private final TunnelRig rig = new TunnelRig();
    private final BlockingQueue<String> verdicts = new LinkedBlockingQueue<>();
    private ForeignPeer echo;

    @TempDir
    private Path directory;

    @BeforeEach
    void startService() throws Exception {
        Chromium.isInstalled();
        ForeignPeer.isInstalled();
        echo = ForeignPeer.ofWebSocket("serve");
    }

    @AfterEach
    void close() {
        if (echo != null) {
            echo.close();
        }
        rig.close();
    }

    private void tunnelIsUp(String front) throws Exception {
        int port = echo.tells("port").get("port").asInt();
        String page = new String(
                WebSocketInChromiumTest.class
                        .getResourceAsStream("/websocket.html")
                        .readAllBytes(),
                StandardCharsets.UTF_8);
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(front).to(rig.tunnel("origin1", ""));
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "forwardTo=http://127.0.0.1:" + port))
                        .choice()
                        .when(header(Exchange.HTTP_PATH).isEqualTo("/page.html"))
                        .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(200))
                        .setHeader(Exchange.CONTENT_TYPE, constant("text/html"))
                        .setBody(constant(page))
                        .when(header(Exchange.HTTP_PATH).isEqualTo("/verdict"))
                        .process(exchange -> verdicts.add(exchange.getMessage().getBody(String.class)))
                        .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(204))
                        .process(exchange -> exchange.getMessage().setBody(null));
            }
        });
        rig.starts().isUp();
    }

    private void chromiumIsContent(String url) throws Exception {
        try (Chromium chromium = Chromium.opens(directory, url)) {
            String told = verdicts.poll(30, TimeUnit.SECONDS);
            assertThat(told).as("a verdict of %s", chromium).isNotNull();
            JsonNode verdict = new ObjectMapper().readTree(told);
            assertThat(verdict.path("protocol").asText()).isEqualTo("chat.v2");
            assertThat(verdict.path("text").asText()).isEqualTo("caf\u00e9 \u2603");
            assertThat(verdict.path("binary").asBoolean()).isTrue();
            assertThat(verdict.path("large").asBoolean()).isTrue();
            assertThat(verdict.path("closed").asText()).isEqualTo("4567 go away");
            assertThat(verdict.path("clean").asBoolean()).isTrue();
        }
        JsonNode connected = echo.tells("connected");
        assertThat(connected.get("connected").asText()).isEqualTo("/chat");
        assertThat(connected.get("extensions").asText())
                .as("compressed from end to end")
                .contains("permessage-deflate");
    }

    @Test
    void aPageOpensAWebSocketToWhereItCameFrom() throws Exception {
        tunnelIsUp(rig.front());

        chromiumIsContent("http://127.0.0.1:" + rig.frontPort + "/page.html");
    }

    /** The page comes by HTTP/2, and its WebSocket by a connection of HTTP/1.1 beside it: RFC 8441 is not announced. */
    @Test
    void aPageThatCameByHttp2OpensASecureOne() throws Exception {
        tunnelIsUp("netty-http:https://localhost:" + rig.frontPort
                + "?matchOnUriPrefix=true&ssl=true&sslContextParameters=#tls&" + TunnelRig.FRONT_DOOR);

        chromiumIsContent("https://localhost:" + rig.frontPort + "/page.html");
    }
}
