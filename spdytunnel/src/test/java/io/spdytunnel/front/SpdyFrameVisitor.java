package io.spdytunnel.front;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyGoAwayFrame;
import io.netty.handler.codec.spdy.SpdyHeaders;
import io.netty.handler.codec.spdy.SpdyHeadersFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdyVersion;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A visitor who says in SPDY/3.1 what ours never would, and reads when asked to; frames are another's, Netty's. */
final class SpdyFrameVisitor implements AutoCloseable {

    /** What came for one stream. */
    static final class Answer {
        @Nullable
        SpdyHeaders head;

        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean complete;
        boolean reset;

        int status() {
            return head == null
                    ? -1
                    : Integer.parseInt(head.getAsString(":status").substring(0, 3));
        }

        String text() {
            return bytes.toString(ISO_8859_1);
        }

        /** Whether the request came to nothing: a reset, or a refusal. */
        boolean isRefused() {
            return reset || (status() >= 400 && status() <= 501);
        }
    }

    private final Socket socket;
    private final EmbeddedChannel codec =
            new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1, 8192, 1 << 20, 0, 15, 8, false));
    private final Map<Integer, Answer> answers = new HashMap<>();
    private int next = 1;
    private boolean goneAway;

    SpdyFrameVisitor(InetSocketAddress door) throws IOException {
        this(new Socket(door.getAddress(), door.getPort()));
    }

    SpdyFrameVisitor(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
    }

    void says(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    private byte[] encoded(Object frame) {
        codec.writeOutbound(frame);
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf out = codec.readOutbound(); out != null; out = codec.readOutbound()) {
            all.writeBytes(out);
            out.release();
        }
        return ByteBufUtil.getBytes(all);
    }

    /** A SYN_STREAM with no more in its block than this; name, value, name, value … */
    byte[] opening(boolean last, String... block) {
        DefaultSpdySynStreamFrame frame = new DefaultSpdySynStreamFrame(next, 0, (byte) 3, false);
        next += 2;
        frame.setLast(last);
        for (int i = 0; i < block.length; i += 2) {
            frame.headers().add(block[i], block[i + 1]);
        }
        return encoded(frame);
    }

    int opensWith(boolean last, String... block) throws IOException {
        says(opening(last, block));
        return next - 2;
    }

    static String[] request(String method, String path, String... fields) {
        String[] block = {":method", method, ":path", path, ":version", "HTTP/1.1", ":host", "a", ":scheme", "http"};
        String[] all = java.util.Arrays.copyOf(block, block.length + fields.length);
        System.arraycopy(fields, 0, all, block.length, fields.length);
        return all;
    }

    int opens(String method, String path, boolean last, String... fields) throws IOException {
        return opensWith(last, request(method, path, fields));
    }

    int gets(String path) throws IOException {
        return opens("GET", path, true);
    }

    void sends(int id, byte[] bytes, boolean last) throws IOException {
        DefaultSpdyDataFrame frame = new DefaultSpdyDataFrame(id, Unpooled.wrappedBuffer(bytes));
        frame.setLast(last);
        says(encoded(frame));
    }

    /** The stream's answer once it is complete or was reset. */
    Answer answer(int id) throws IOException {
        Answer answer = answers.computeIfAbsent(id, none -> new Answer());
        while (!answer.complete && !answer.reset) {
            if (!reads()) {
                throw new EOFException("the door hung up" + (goneAway ? " behind GOAWAY" : ""));
            }
        }
        return answer;
    }

    /** The stream's answer once its head is there. */
    Answer answerBegun(int id) throws IOException {
        Answer answer = answers.computeIfAbsent(id, none -> new Answer());
        while (answer.head == null && !answer.reset) {
            if (!reads()) {
                throw new EOFException("the door hung up" + (goneAway ? " behind GOAWAY" : ""));
            }
        }
        return answer;
    }

    void resets(int id) throws IOException {
        says(encoded(new DefaultSpdyRstStreamFrame(id, SpdyStreamStatus.CANCEL)));
    }

    /** Reads until the door hangs up, and says whether it did so with GOAWAY. */
    boolean hearsGoAwayAndTheEnd() throws IOException {
        while (reads()) {
            // goes on
        }
        return goneAway;
    }

    private boolean reads() throws IOException {
        byte[] some = new byte[16_384];
        int count;
        try {
            count = socket.getInputStream().read(some);
        } catch (SocketException reset) {
            return false;
        }
        if (count < 0) {
            return false;
        }
        codec.writeInbound(Unpooled.wrappedBuffer(some, 0, count));
        for (Object frame = codec.readInbound(); frame != null; frame = codec.readInbound()) {
            received(frame);
            ReferenceCountUtil.release(frame);
        }
        return true;
    }

    private void received(Object frame) {
        if (frame instanceof SpdyRstStreamFrame reset) {
            answers.computeIfAbsent(reset.streamId(), none -> new Answer()).reset = true;
        } else if (frame instanceof SpdyGoAwayFrame) {
            goneAway = true;
        } else if (frame instanceof SpdyHeadersFrame headers) {
            Answer answer = answers.computeIfAbsent(headers.streamId(), none -> new Answer());
            answer.head = answer.head == null ? headers.headers() : answer.head;
            answer.complete = headers.isLast();
        } else if (frame instanceof SpdyDataFrame data) {
            Answer answer = answers.computeIfAbsent(data.streamId(), none -> new Answer());
            answer.bytes.writeBytes(ByteBufUtil.getBytes(data.content()));
            answer.complete = data.isLast();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        codec.finishAndReleaseAll();
    }
}
