package io.spdytunnel.spdy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionEnd;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.FrameDecoder;
import io.spdytunnel.wire.FrameLimits;
import io.spdytunnel.wire.FrameListener;
import io.spdytunnel.wire.FrameType;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.Settings;
import io.spdytunnel.wire.StreamError;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a peer hears at the end, over sockets: there TCP has a say in it, too (SPDY/3.1 2.1, 2.4.1). */
class LastWordsTest {

    private static final int FLOOD = 8 * 1024 * 1024;
    private static final int PIECE = 64 * 1024;

    private final EventLoopGroup loops = new NioEventLoopGroup(1);
    private final Queue<Session> sessions = new ConcurrentLinkedQueue<>();
    private Channel port;

    @BeforeEach
    void listen() {
        port = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        sessions.add(SpdySession.start(
                                channel,
                                Role.RESPONDER,
                                SessionSettings.DEFAULT,
                                new MemoryBudget(InMemoryPeer.BUDGET),
                                (stream, head, fin) -> new RecordingListener(stream)));
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    @AfterEach
    void close() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private Socket connects() throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(10_000);
        socket.connect(port.localAddress());
        return socket;
    }

    /** Everything until the other end closes, or the connection breaks. */
    private static List<String> hearsToTheEnd(Socket socket) throws IOException {
        ByteBuf heard = Unpooled.buffer();
        InputStream in = socket.getInputStream();
        byte[] piece = new byte[PIECE];
        try {
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                heard.writeBytes(piece, 0, length);
            }
        } catch (java.net.SocketTimeoutException neverClosed) {
            throw new AssertionError("the connection was never closed", neverClosed);
        } catch (IOException reset) {
            // what was heard before counts
        }
        Ear ear = new Ear();
        try (FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULT)) {
            while (decoder.decode(heard, ear)) {
                // goes on
            }
        }
        return ear.heard;
    }

    @Test
    void aPeerThatFloodsWithGarbageHearsTheGoodbye() throws Exception {
        for (int round = 0; round < 3; round++) {
            try (Socket socket = connects()) {
                OutputStream out = socket.getOutputStream();
                out.write(new byte[] {(byte) 0x80, 3, 0, 6, 0, 0, 0, 5}); // a PING of five bytes
                for (int sent = 0; sent < FLOOD; sent += PIECE) {
                    out.write(new byte[PIECE]); // fails if the other end does not take it
                }
                assertThat(hearsToTheEnd(socket)).last().isEqualTo("GOAWAY 0 1");
            }
        }
    }

    @Test
    void aPeerThatFloodsWithoutEndIsClosedInTime() throws Exception {
        try (Socket socket = connects()) {
            OutputStream out = socket.getOutputStream();
            out.write(new byte[] {(byte) 0x80, 3, 0, 6, 0, 0, 0, 5});
            await().atMost(Duration.ofSeconds(10)).until(() -> !sessions.isEmpty());
            SessionEnd[] end = new SessionEnd[1];
            var unused = sessions.element().whenEnded().thenAccept(how -> end[0] = how);
            long most = 1L << 32;
            long sent = 0;
            try {
                for (byte[] piece = new byte[PIECE]; sent < most; sent += PIECE) {
                    out.write(piece);
                }
            } catch (IOException closed) {
                // as it should
            }
            assertThat(sent).isLessThan(most);
            await().atMost(Duration.ofSeconds(10)).until(() -> end[0] != null);
            assertThat(end[0].by()).isEqualTo(SessionEnd.By.PROTOCOL_ERROR);
        }
    }

    @Test
    void aSessionWhoseEventLoopIsGoneTakesNoHarmFromLateCalls() throws Exception {
        try (Socket socket = connects()) {
            await().atMost(Duration.ofSeconds(10)).until(() -> !sessions.isEmpty());
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
            assertThat(socket.getInputStream().readAllBytes()).isNotEmpty();
            Session session = sessions.element();
            session.drain(Duration.ofSeconds(1));
            assertThat(session.ping().toCompletableFuture())
                    .isCompletedExceptionally()
                    .failsWithin(Duration.ZERO);
            assertThat(session.whenEnded().toCompletableFuture()).isDone();
        }
    }

    /** Keeps what a peer hears, one line a frame. */
    private static final class Ear implements FrameListener {
        private final List<String> heard = new ArrayList<>();

        @Override
        public void data(int streamId, ByteBuf bytes, Fin fin) {
            heard.add("DATA " + streamId);
        }

        @Override
        public void synStream(int streamId, int to, int priority, Fin fin, Answer answer, HeaderBlock head) {
            heard.add("SYN_STREAM " + streamId);
        }

        @Override
        public void synReply(int streamId, Fin fin, HeaderBlock head) {
            heard.add("SYN_REPLY " + streamId);
        }

        @Override
        public void rstStream(int streamId, int statusCode) {
            heard.add("RST_STREAM " + streamId + " " + statusCode);
        }

        @Override
        public void settings(Settings settings) {
            heard.add("SETTINGS");
        }

        @Override
        public void ping(int id) {
            heard.add("PING " + id);
        }

        @Override
        public void goAway(int lastGoodStreamId, int statusCode) {
            heard.add("GOAWAY " + lastGoodStreamId + " " + statusCode);
        }

        @Override
        public void headers(int streamId, Fin fin, HeaderBlock headers) {
            heard.add("HEADERS " + streamId);
        }

        @Override
        public void windowUpdate(int streamId, int delta) {
            heard.add("WINDOW_UPDATE " + streamId);
        }

        @Override
        public void malformed(FrameType type, int streamId, StreamError error) {
            throw new AssertionError(error);
        }
    }
}
