package io.spdytunnel.front;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A visitor who writes HTTP/2 frames by hand, right ones and wrong ones, and reads them when asked to. What comes for a
 * stream is kept until somebody asks for it; room is given back at once, but for streams that are stalled.
 */
final class FrameVisitor implements AutoCloseable {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;
    static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    /** What came for one stream. */
    static final class Answer {
        @Nullable
        Http2Headers head;

        @Nullable
        Http2Headers trailers;

        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int interim;
        boolean complete;
        long reset = -1;

        int status() {
            return head == null ? -1 : Integer.parseInt(head.status().toString());
        }

        String header(String name) {
            return head == null || head.get(name) == null
                    ? null
                    : head.get(name).toString();
        }

        String text() {
            return bytes.toString(ISO_8859_1);
        }
    }

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, 1 << 20);
    private final Map<Integer, Answer> answers = new HashMap<>();
    private final Map<Integer, Integer> room = new HashMap<>();
    private final Set<Integer> stalled = new HashSet<>();
    private final Map<Integer, Long> settings = new HashMap<>();
    private int next = 1;
    private int pongs;
    private long goAway = -1;
    private boolean hungUp;

    FrameVisitor(InetSocketAddress door) throws IOException {
        this(new Socket(door.getAddress(), door.getPort()));
        says(PREFACE);
        frame(SETTINGS, 0, 0, Unpooled.EMPTY_BUFFER);
    }

    /** Says nothing yet. */
    FrameVisitor(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    // ---- says

    void says(String text) throws IOException {
        out.write(text.getBytes(ISO_8859_1));
    }

    void frame(int type, int flags, int stream, ByteBuf payload) throws IOException {
        ByteBuf frame = Unpooled.buffer();
        frame.writeMedium(payload.readableBytes())
                .writeByte(type)
                .writeByte(flags)
                .writeInt(stream);
        frame.writeBytes(payload);
        payload.release();
        out.write(ByteBufUtil.getBytes(frame));
    }

    /** Opens a stream; extra fields are name, value, name, value … */
    int opens(String method, String path, boolean last, String... fields) throws Exception {
        Http2Headers head = new DefaultHttp2Headers(false)
                .method(method)
                .scheme("http")
                .authority("a.example")
                .path(path);
        return opens(with(head, fields), last);
    }

    static Http2Headers with(Http2Headers head, String... fields) {
        for (int i = 0; i < fields.length; i += 2) {
            head.add(fields[i], fields[i + 1]);
        }
        return head;
    }

    int opens(Http2Headers head, boolean last) throws Exception {
        int id = next;
        next += 2;
        sendsHeaders(id, head, last);
        return id;
    }

    void sendsHeaders(int id, Http2Headers head, boolean last) throws Exception {
        ByteBuf block = Unpooled.buffer();
        encoder.encodeHeaders(id, head, block);
        int most = 16_384;
        ByteBuf first = block.readBytes(Math.min(most, block.readableBytes()));
        frame(HEADERS, (block.isReadable() ? 0 : END_HEADERS) | (last ? END_STREAM : 0), id, first);
        while (block.isReadable()) {
            ByteBuf more = block.readBytes(Math.min(most, block.readableBytes()));
            frame(CONTINUATION, block.isReadable() ? 0 : END_HEADERS, id, more);
        }
    }

    int gets(String path) throws Exception {
        return opens("GET", path, true);
    }

    void sends(int id, byte[] bytes, boolean last) throws IOException {
        frame(DATA, last ? END_STREAM : 0, id, Unpooled.wrappedBuffer(bytes));
    }

    /** Sends it all in frames of 16 KiB, as fast as the door's windows allow. */
    void sendsAsAllowed(int id, byte[] bytes, boolean last) throws Exception {
        int sent = 0;
        while (sent < bytes.length) {
            int most = Math.min(16_384, bytes.length - sent);
            readsUntil(() -> roomOf(id) >= most && roomOf(0) >= most);
            spend(id, most);
            frame(
                    DATA,
                    last && sent + most == bytes.length ? END_STREAM : 0,
                    id,
                    Unpooled.copiedBuffer(bytes, sent, most));
            sent += most;
        }
    }

    int roomOf(int id) {
        return room.getOrDefault(id, 65_535);
    }

    void spend(int id, int bytes) {
        room.merge(id, 65_535 - bytes, (left, fresh) -> left - bytes);
        room.merge(0, 65_535 - bytes, (left, fresh) -> left - bytes);
    }

    void resets(int id) throws IOException {
        frame(RST_STREAM, 0, id, Unpooled.copyInt(8));
    }

    void grants(int id, int bytes) throws IOException {
        frame(WINDOW_UPDATE, 0, id, Unpooled.copyInt(bytes));
    }

    /** From now on gives no room back on this stream. */
    void stalls(int id) {
        stalled.add(id);
    }

    // ---- hears

    /** The stream's answer once it is complete or was reset. */
    Answer answer(int id) throws Exception {
        Answer answer = answers.computeIfAbsent(id, none -> new Answer());
        readsUntil(() -> answer.complete || answer.reset >= 0);
        return answer;
    }

    /** The stream's answer as far as it has come. */
    Answer soFar(int id) {
        return answers.computeIfAbsent(id, none -> new Answer());
    }

    void readsUntil(BooleanSupplier enough) throws Exception {
        while (!enough.getAsBoolean()) {
            if (hungUp) {
                throw new EOFException("the door hung up, GOAWAY " + goAway);
            }
            readFrame();
        }
    }

    /** Reads until the door hangs up; the code of its GOAWAY, or -1. */
    long hearsGoAwayAndTheEnd() throws Exception {
        while (!hungUp) {
            readFrame();
        }
        return goAway;
    }

    long hearsGoAway() throws Exception {
        readsUntil(() -> goAway >= 0);
        return goAway;
    }

    Map<Integer, Long> settings() throws Exception {
        readsUntil(() -> !settings.isEmpty());
        return settings;
    }

    int pongs() {
        return pongs;
    }

    private void readFrame() throws Exception {
        byte[] head = new byte[9];
        try {
            in.readFully(head);
        } catch (EOFException | java.net.SocketException end) {
            hungUp = true;
            return;
        }
        ByteBuf fields = Unpooled.wrappedBuffer(head);
        byte[] payload = new byte[fields.readUnsignedMedium()];
        int type = fields.readByte();
        int flags = fields.readByte();
        int id = fields.readInt();
        in.readFully(payload);
        received(type, flags, id, Unpooled.wrappedBuffer(payload));
    }

    private void received(int type, int flags, int id, ByteBuf payload) throws Exception {
        switch (type) {
            case DATA -> data(flags, id, payload);
            case HEADERS -> headers(flags, id, payload);
            case RST_STREAM -> soFar(id).reset = payload.readUnsignedInt();
            case SETTINGS -> settings(flags, payload);
            case PING -> pongs += flags & ACK;
            case GOAWAY -> goAway = payload.skipBytes(4).readUnsignedInt();
            case WINDOW_UPDATE -> {
                int more = payload.readInt();
                room.merge(id, 65_535 + more, (left, fresh) -> left + more);
            }
            default -> throw new AssertionError("frame of type " + type);
        }
    }

    private void data(int flags, int id, ByteBuf payload) throws Exception {
        int size = payload.readableBytes();
        Answer answer = soFar(id);
        payload.readBytes(answer.bytes, size);
        answer.complete = (flags & END_STREAM) != 0;
        if (size > 0 && !hungUp) {
            try {
                grants(0, size);
                if (!stalled.contains(id) && !answer.complete) {
                    grants(id, size);
                }
            } catch (IOException closing) {
                hungUp = true;
            }
        }
    }

    private void headers(int flags, int id, ByteBuf payload) throws Exception {
        Http2Headers came = decoder.decodeHeaders(id, payload);
        Answer answer = soFar(id);
        answer.complete = (flags & END_STREAM) != 0;
        if (answer.head != null) {
            answer.trailers = came;
        } else if (came.status().charAt(0) == '1') {
            answer.interim = Integer.parseInt(came.status().toString());
        } else {
            answer.head = came;
        }
    }

    private void settings(int flags, ByteBuf payload) throws IOException {
        if ((flags & ACK) != 0) {
            return;
        }
        while (payload.isReadable()) {
            int id = payload.readUnsignedShort();
            settings.put(id, payload.readUnsignedInt());
        }
        frame(SETTINGS, ACK, 0, Unpooled.EMPTY_BUFFER);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
