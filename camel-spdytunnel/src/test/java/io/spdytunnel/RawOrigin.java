package io.spdytunnel;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.FrameDecoder;
import io.spdytunnel.wire.FrameLimits;
import io.spdytunnel.wire.FrameListener;
import io.spdytunnel.wire.FrameType;
import io.spdytunnel.wire.FrameWriter;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.NettySpdyFrameWriter;
import io.spdytunnel.wire.SessionStatus;
import io.spdytunnel.wire.Settings;
import io.spdytunnel.wire.StreamError;
import io.spdytunnel.wire.StreamStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * An origin of another make, on a plain socket: registers, and then says whatever the test wants it to. It hears one line
 * a frame.
 */
final class RawOrigin implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 10_000;
    private static final int SOME_PING = 4_000_000;

    private final Socket socket;
    private final FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULT);
    private final FrameWriter writer =
            new NettySpdyFrameWriter(UnpooledByteBufAllocator.DEFAULT, this::write, 32 * 1024, 200);
    private final List<String> heard = new ArrayList<>();
    private final ByteBuf unread = Unpooled.buffer();
    private int nextPing = SOME_PING;

    /** Connects, and says nothing yet. */
    RawOrigin(int tunnelPort) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), tunnelPort);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
    }

    /** Connects and registers. */
    static RawOrigin registered(int tunnelPort, String name, String token) throws IOException {
        RawOrigin origin = new RawOrigin(tunnelPort);
        String answer = origin.registers(name, "Authorization: Bearer " + token + "\r\n");
        if (!answer.startsWith("HTTP/1.1 200 ")) {
            origin.close();
            throw new IOException("not registered: " + answer);
        }
        return origin;
    }

    /** Sends a registration with these further lines, and returns the head of the answer. */
    String registers(String name, String headers) throws IOException {
        says("PUT /" + name + " HTTP/1.1\r\nHost: proxy\r\nContent-Length: 0\r\n" + headers + "\r\n");
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                return head.toString();
            }
            head.append((char) next);
        }
        int body = bodyLength(head.toString());
        socket.getInputStream().skipNBytes(body);
        return head.toString();
    }

    private static int bodyLength(String head) {
        return head.lines()
                .filter(line -> line.regionMatches(true, 0, "content-length:", 0, 15))
                .mapToInt(line -> Integer.parseInt(line.substring(15).trim()))
                .findFirst()
                .orElse(0);
    }

    void says(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    FrameWriter writer() {
        return writer;
    }

    /** Begins a HEADERS frame that claims so many bytes. */
    void saysHeadersOf(int length) {
        int headers = 8;
        write(Unpooled.buffer()
                .writeShort(0x8003)
                .writeShort(headers)
                .writeByte(0)
                .writeMedium(length)
                .writeInt(1));
    }

    private void write(ByteBuf frame) {
        try {
            frame.readBytes(socket.getOutputStream(), frame.readableBytes());
        } catch (IOException closed) {
            heard.add("the connection no longer takes bytes"); // whoever reads on will see why
        } finally {
            frame.release();
        }
    }

    /** Reads until such a frame comes; fails the test if the connection ends before. */
    String hears(Predicate<String> wanted) {
        while (true) {
            for (int i = 0; i < heard.size(); i++) {
                if (wanted.test(heard.get(i))) {
                    return heard.remove(i);
                }
            }
            if (!readsMore()) {
                throw new AssertionError("the connection ended, and all that came was " + heard);
            }
        }
    }

    /** Whether the other end still answers a PING. */
    boolean isStillAnswered() {
        int ping = nextPing += 2;
        writer.ping(ping);
        return hears(("PING " + ping)::equals) != null;
    }

    /** What was heard up to now, and not asked for. */
    List<String> heard() {
        return heard;
    }

    /** Reads until the connection ends, and returns all that was heard and not asked for. */
    List<String> hearsTheRest() {
        while (readsMore()) {
            // goes on
        }
        return heard;
    }

    private boolean readsMore() {
        try {
            byte[] bytes = new byte[64 * 1024];
            int count = socket.getInputStream().read(bytes);
            if (count < 0) {
                return false;
            }
            unread.writeBytes(bytes, 0, count);
            Ear ear = new Ear();
            while (decoder.decode(unread, ear)) {
                // goes on
            }
            unread.discardReadBytes();
            return true;
        } catch (SocketTimeoutException silent) {
            throw new UncheckedIOException("nothing for " + PATIENCE_MILLIS + " ms, after " + heard, silent);
        } catch (IOException reset) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        decoder.close();
        unread.release();
        socket.close();
    }

    private final class Ear implements FrameListener {
        @Override
        public void data(int streamId, ByteBuf bytes, Fin fin) {
            heard.add("DATA " + streamId + " " + bytes.readableBytes() + last(fin));
        }

        private String last(Fin fin) {
            return fin.isLast() ? " FIN" : "";
        }

        @Override
        public void synStream(int streamId, int to, int priority, Fin fin, Answer answer, HeaderBlock head) {
            heard.add("SYN_STREAM " + streamId + " priority " + priority + last(fin));
        }

        @Override
        public void synReply(int streamId, Fin fin, HeaderBlock head) {
            heard.add("SYN_REPLY " + streamId + last(fin));
        }

        @Override
        public void rstStream(int streamId, int statusCode) {
            heard.add("RST_STREAM " + streamId + " " + StreamStatus.of(statusCode));
        }

        @Override
        public void settings(Settings settings) {
            heard.add(settings.toString());
        }

        @Override
        public void ping(int id) {
            heard.add("PING " + id);
        }

        @Override
        public void goAway(int lastGoodStreamId, int statusCode) {
            heard.add("GOAWAY " + lastGoodStreamId + " " + SessionStatus.of(statusCode));
        }

        @Override
        public void headers(int streamId, Fin fin, HeaderBlock headers) {
            heard.add("HEADERS " + streamId + last(fin));
        }

        @Override
        public void windowUpdate(int streamId, int delta) {
            heard.add("WINDOW_UPDATE " + streamId + " " + delta);
        }

        @Override
        public void malformed(FrameType type, int streamId, StreamError error) {
            throw new AssertionError(error);
        }
    }
}
