package io.spdytunnel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.FrameWriter;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.NettySpdyFrameWriter;
import io.spdytunnel.wire.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The stand-ins for amahi's ends are as fragile as those: each story breaks one rule of docs/legacy-ends.md that our ends
 * keep, and the stand-in fails.
 */
@Tag("waits")
class FragileEndsTest {

    private static final byte[] NOTHING = {};
    private static final HeaderBlock OK =
            new HeaderBlock().add(":status", "200").add(":version", "HTTP/1.1");

    private final ServerSocket port = open();
    private Socket careless;
    private FragileEnd fragile;
    private final FrameWriter writer =
            new NettySpdyFrameWriter(UnpooledByteBufAllocator.DEFAULT, this::write, 32_768, 200);

    private static ServerSocket open() {
        try {
            return FragileProxy.port();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void write(ByteBuf frame) {
        try {
            frame.readBytes(careless.getOutputStream(), frame.readableBytes());
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        } finally {
            frame.release();
        }
    }

    @AfterEach
    void closeAll() throws IOException {
        fragile.close();
        careless.close();
        port.close();
    }

    private void brokeWith(String why) {
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(fragile.broken()).contains(why));
    }

    private static HeaderBlock request() {
        return new HeaderBlock()
                .add(":method", "GET")
                .add(":path", "/")
                .add(":version", "HTTP/1.1")
                .add(":host", "h")
                .add(":scheme", "http");
    }

    /** A careless proxy, and amahi's origin. */
    private FragileOrigin origin(FragileOrigin.App app) throws Exception {
        StringBuilder answer = new StringBuilder();
        Thread proxy = new Thread(() -> {
            try {
                careless = port.accept();
                careless.getInputStream().readNBytes(FragileOrigin.REGISTRATION.length());
                careless.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        });
        proxy.start();
        FragileOrigin dialled = FragileOrigin.dial(port.getLocalPort(), app, answer);
        proxy.join();
        fragile = dialled;
        return dialled;
    }

    /** A careless origin, and amahi's proxy. */
    private FragileProxy proxy() throws Exception {
        careless = new Socket(InetAddress.getLoopbackAddress(), port.getLocalPort());
        careless.getOutputStream().write("PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
        FragileProxy accepted = FragileProxy.accept(port, new StringBuilder());
        fragile = accepted;
        return accepted;
    }

    @Test
    void settingsBeforeTheFirstRequestBreakTheOrigin() throws Exception {
        origin((head, body) -> FragileOrigin.bodyOf(body));
        writer.settings(new Settings().add(Settings.MAX_CONCURRENT_STREAMS, 1));
        brokeWith("SETTINGS before the first request");
    }

    @Test
    void r1RequestsCloseTogetherBreakTheOrigin() throws Exception {
        origin((head, body) -> FragileOrigin.bodyOf(body));
        writer.synStream(1, 0, Fin.MORE, request());
        writer.synStream(3, 0, Fin.MORE, request());
        brokeWith("without DATA between");
    }

    @Test
    void r1ARequestThatEndsWithItsHeadBreaksTheOrigin() throws Exception {
        origin((head, body) -> FragileOrigin.bodyOf(body));
        writer.synStream(1, 0, Fin.FIN, request());
        brokeWith("ended with its header block");
    }

    @Test
    void r2TheSixthPieceOfAnAnswerIsLost() throws Exception {
        FragileProxy proxy = proxy();
        FragileStream stream = proxy.asks(proxy.takeId(), "GET", "/", NOTHING);
        writer.synReply(1, Fin.MORE, OK);
        for (int i = 0; i < 6; i++) {
            writer.data(1, Unpooled.wrappedBuffer(new byte[1000]), Fin.MORE);
        }
        writer.ping(2);
        await().until(() -> stream.waiting() == 5);
        writer.data(1, Unpooled.EMPTY_BUFFER, Fin.FIN);
        assertThat(stream.body(Duration.ofMillis(300))).hasSize(5000);
    }

    @Test
    void r3RepliesCloseTogetherBreakTheProxy() throws Exception {
        FragileProxy proxy = proxy();
        proxy.asks(proxy.takeId(), "GET", "/", NOTHING);
        proxy.asks(proxy.takeId(), "GET", "/", NOTHING);
        writer.synReply(1, Fin.MORE, OK);
        writer.synReply(3, Fin.MORE, OK);
        brokeWith("without DATA between");
    }

    @Test
    void r3AReplyThatEndsWithItsHeadBreaksTheProxy() throws Exception {
        FragileProxy proxy = proxy();
        proxy.asks(proxy.takeId(), "HEAD", "/", NOTHING);
        writer.synReply(1, Fin.FIN, OK);
        brokeWith("ended with its header block");
    }

    @Test
    void r4AQuietStreamIsForgottenAndAPingIsNoSignOfLife() throws Exception {
        FragileProxy proxy = proxy();
        FragileStream stream = proxy.asks(proxy.takeId(), "GET", "/", NOTHING);
        await().atMost(Duration.ofSeconds(13))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    writer.ping(2);
                    return stream.forgotten;
                });
        assertThat(proxy.broken()).isNull();
    }

    @Test
    void r5AnUploadThatStandsStillIsTakenForWhole() throws Exception {
        CompletableFuture<byte[]> received = new CompletableFuture<>();
        origin((head, body) -> {
            received.complete(FragileOrigin.bodyOf(body));
            return NOTHING;
        });
        writer.synStream(1, 0, Fin.MORE, request());
        writer.data(1, Unpooled.wrappedBuffer(new byte[10]), Fin.MORE);
        assertThat(received.get(6, SECONDS)).as("without an end").hasSize(10);
    }

    @Test
    void r6HeadersBreakEither() throws Exception {
        origin((head, body) -> FragileOrigin.bodyOf(body));
        writer.headers(1, Fin.FIN, OK);
        brokeWith("HEADERS");
    }
}
