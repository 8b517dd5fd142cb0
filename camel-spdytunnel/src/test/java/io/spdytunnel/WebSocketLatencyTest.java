package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long a small message takes there and back: straight to npm's ws, through the tunnel to the same, and to a route
 * that takes the messages itself; in turns. Ask for more with {@code -Dwebsocket.echoes=20000}.
 */
class WebSocketLatencyTest {

    private static final Logger LOG = LoggerFactory.getLogger(WebSocketLatencyTest.class);

    private static final int ECHOES = Integer.getInteger("websocket.echoes", 200);
    private static final int TURNS = 20;
    private static final int MESSAGE_BYTES = 32;

    private final TunnelRig rig = new TunnelRig();

    @AfterEach
    void close() {
        rig.close();
    }

    /** One WebSocket, and what its echoes took. */
    private static final class Way implements AutoCloseable {

        private final String name;
        private final SocketEnd socket;
        private final long[] nanos = new long[ECHOES];
        private int count;

        Way(String name, int port, String path) throws Exception {
            this.name = name;
            this.socket = SocketEnd.to(port)
                    .says("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            assertThat(socket.head()).startsWith("HTTP/1.1 101 ");
        }

        void echoes(int times, boolean counts) throws Exception {
            byte[] frame = new byte[6 + MESSAGE_BYTES];
            Arrays.fill(frame, (byte) 'x');
            frame[0] = (byte) 0x81;
            frame[1] = (byte) (0x80 | MESSAGE_BYTES);
            Arrays.fill(frame, 2, 6, (byte) 0); // a mask that changes nothing
            for (int i = 0; i < times; i++) {
                long before = System.nanoTime();
                socket.sends(frame);
                byte[] echo = socket.reads(2 + MESSAGE_BYTES);
                long took = System.nanoTime() - before;
                assertThat(new String(echo, 2, MESSAGE_BYTES, StandardCharsets.US_ASCII))
                        .isEqualTo("x".repeat(MESSAGE_BYTES));
                if (counts) {
                    nanos[count++] = took;
                }
            }
        }

        String figures() {
            Arrays.sort(nanos);
            return name + ": median " + nanos[ECHOES / 2] / 1000 + " us, p99 " + nanos[ECHOES * 99 / 100] / 1000
                    + " us";
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void echoesComeBackByEachWay() throws Exception {
        ForeignPeer.isInstalled();
        try (ForeignPeer echo = ForeignPeer.ofWebSocket("serve")) {
            int port = echo.tells("port").get("port").asInt();
            rig.startsWith(new RouteBuilder() {
                        @Override
                        public void configure() {
                            from(rig.dial("origin1", "webSocket=messages"))
                                    .filter(simple("${header.CamelHttpPath} == '/service'"))
                                    .setHeader(SpdyTunnelConstants.FORWARD_TO, constant("http://127.0.0.1:" + port));
                        }
                    })
                    .isUp();
            try (Way direct = new Way("direct", port, "/");
                    Way tunnel = new Way("through the tunnel", rig.frontPort, "/service");
                    Way route = new Way("to a route", rig.frontPort, "/")) {
                for (Way way : new Way[] {direct, tunnel, route}) {
                    way.echoes(ECHOES / 2, false); // warms it up
                }
                for (int turn = 0; turn < TURNS; turn++) {
                    direct.echoes(ECHOES / TURNS, true);
                    tunnel.echoes(ECHOES / TURNS, true);
                    route.echoes(ECHOES / TURNS, true);
                }
                LOG.info(
                        "{} echoes of {} bytes: {}; {}; {}",
                        ECHOES,
                        MESSAGE_BYTES,
                        direct.figures(),
                        tunnel.figures(),
                        route.figures());
            }
        }
    }
}
