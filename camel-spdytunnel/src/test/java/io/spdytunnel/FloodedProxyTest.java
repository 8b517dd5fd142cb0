package io.spdytunnel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ObjIntConsumer;
import javax.net.ssl.SSLContext;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A hostile origin, or strangers, at the tunnel port, over real sockets: the innocent origin's requests go on. */
class FloodedProxyTest {

    private static final int REQUESTS = 200;

    /** DEFENCES has 2000; {@code -Dstrangers=2000} where as many sockets may be open. */
    private static final int STRANGERS = Integer.getInteger("strangers", 200);

    private final TunnelRig rig = new TunnelRig();
    private SSLContext tls;

    @BeforeEach
    void start() throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front()).to(rig.tunnel("origin1", "registrationTimeout=8s"));
                from("direct:hostile").to(rig.tunnel("hostile", "registrationTimeout=8s"));
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "")).setBody(constant("innocent"));
            }
        });
        rig.starts().isUp();
        tls = TunnelRig.tls().createSSLContext(rig.origin);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private Socket connects() throws IOException {
        Socket socket = tls.getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress().getHostAddress(), rig.tunnelPort);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private Socket registers() throws IOException {
        Socket socket = connects();
        socket.getOutputStream()
                .write(("PUT /hostile HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + TunnelRig.TOKEN
                                + "\r\nContent-Length: 0\r\n\r\n")
                        .getBytes(ISO_8859_1));
        byte[] answer = socket.getInputStream().readNBytes(12);
        assertThat(new String(answer, ISO_8859_1)).isEqualTo("HTTP/1.1 200");
        return socket;
    }

    /** Says these frames for ever, and comes back as soon as it is thrown out, until the innocents are done. */
    private void whileFlooded(ObjIntConsumer<ByteBuffer> frame) throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        AtomicInteger thrownOut = new AtomicInteger();
        CompletableFuture<Void> flood = CompletableFuture.runAsync(
                () -> {
                    while (!enough.get()) {
                        flood(frame, enough, thrownOut);
                    }
                },
                step -> new Thread(step).start());

        int asked = 0;
        while (asked < REQUESTS || (thrownOut.get() < 3 && !flood.isDone())) {
            assertThat(rig.gets("/").body()).isEqualTo("innocent");
            asked++;
        }
        enough.set(true);
        flood.join();
        assertThat(thrownOut.get()).isGreaterThanOrEqualTo(3);
    }

    private void flood(ObjIntConsumer<ByteBuffer> frame, AtomicBoolean enough, AtomicInteger thrownOut) {
        ByteBuffer batch = ByteBuffer.allocate(4096);
        Socket socket;
        try {
            socket = registers();
        } catch (IOException refused) {
            throw new AssertionError(refused);
        }
        try (socket) {
            for (int i = 0; !enough.get(); i++) {
                batch.clear();
                while (batch.remaining() > 64) {
                    frame.accept(batch, i++);
                }
                socket.getOutputStream().write(batch.array(), 0, batch.position());
            }
        } catch (IOException closed) {
            thrownOut.incrementAndGet();
        }
    }

    private static void control(ByteBuffer out, int type, int... numbers) {
        out.putInt(0x80030000 | type).putInt(4 * numbers.length);
        for (int number : numbers) {
            out.putInt(number);
        }
    }

    @Test
    void row13ResetsOfAnyStreamCostOthersNothing() throws Exception {
        whileFlooded((out, i) -> control(out, 3, 2 * i + 1, 5));
    }

    @Test
    void row13FramesInErrorCostOthersNothing() throws Exception {
        whileFlooded((out, i) -> out.putInt(2 * i + 1).putInt(1).put((byte) 7));
    }

    @Test
    void row14SettingsAndUpdatesCostOthersNothing() throws Exception {
        whileFlooded((out, i) -> {
            control(out, 9, 0, 1);
            control(out, 4, 1, 7, 70_000);
        });
    }

    /** 64 of an address are kept; the oldest go at once, the others when their time is over. */
    @Test
    void row16ConnectionsThatNeverRegisterAreCappedAndAllGoneInTime() throws Exception {
        List<Socket> strangers = new ArrayList<>();
        try {
            for (int i = 0; i < STRANGERS; i++) {
                strangers.add(new Socket(InetAddress.getLoopbackAddress(), rig.tunnelPort));
                if (i % 10 == 0) {
                    assertThat(rig.gets("/").body()).isEqualTo("innocent");
                }
            }
            await().atMost(5, TimeUnit.SECONDS)
                    .until(() -> strangers.stream()
                                    .filter(FloodedProxyTest::endsWithoutAWord)
                                    .count()
                            == STRANGERS - 64);
            assertThat(endsWithoutAWord(strangers.get(0))).isTrue();
            assertThat(endsWithoutAWord(strangers.get(STRANGERS - 1))).isFalse();
            assertThat(rig.gets("/").body()).isEqualTo("innocent");
            await().atMost(15, TimeUnit.SECONDS)
                    .until(() -> strangers.stream().allMatch(FloodedProxyTest::endsWithoutAWord));
            assertThat(rig.gets("/").body()).isEqualTo("innocent");
        } finally {
            for (Socket stranger : strangers) {
                stranger.close();
            }
        }
    }

    private static boolean endsWithoutAWord(Socket socket) {
        try {
            socket.setSoTimeout(1);
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException stillOpen) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }
}
