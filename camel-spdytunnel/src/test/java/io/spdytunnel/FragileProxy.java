package io.spdytunnel;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** As amahi's {@code p}: takes any registration, keeps five pieces of an answer and loses the sixth, minds no window. */
final class FragileProxy extends FragileEnd {

    /** So many pieces of one answer wait for the visitor; another one is lost. */
    private static final int PIECES_KEPT = 5;

    static final String USUAL_ANSWER = "HTTP/1.1 200 Connection Established";

    private static volatile String answer = USUAL_ANSWER;

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final AtomicInteger nextId = new AtomicInteger(1);
    private final Map<Integer, CompletableFuture<HeaderBlock>> heads = new ConcurrentHashMap<>();

    private FragileProxy(Socket socket) {
        super(socket);
    }

    /** Takes the next origin that dials; what it said goes into {@code registration}. */
    static FragileProxy accept(ServerSocket port, StringBuilder registration) throws IOException {
        Socket socket = port.accept();
        socket.setTcpNoDelay(true);
        InputStream in = socket.getInputStream();
        while (registration.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the origin left after " + registration);
            }
            registration.append((char) next);
        }
        socket.getOutputStream().write((answer + "\r\nContent-Length: 12\r\n\r\nHello from P").getBytes(US_ASCII));
        FragileProxy proxy = new FragileProxy(socket);
        proxy.begin();
        return proxy;
    }

    static void answersWith(String statusLine) {
        answer = statusLine;
    }

    static ServerSocket port() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    int takeId() {
        return nextId.getAndAdd(2);
    }

    /** A visitor's request, without or with a body. The path is decoded, as this end does it. */
    FragileStream asks(int id, String method, String decodedPath, byte[] body) {
        HeaderBlock head = new HeaderBlock()
                .add(":method", method)
                .add(":path", decodedPath)
                .add(":version", "HTTP/2.0")
                .add(":host", "localhost")
                .add(":scheme", "https")
                .add("connection", "keep-alive")
                .add("te", "trailers");
        if (body.length > 0) {
            head.add("content-length", String.valueOf(body.length));
        }
        heads.put(id, new CompletableFuture<>());
        FragileStream stream = opened(id);
        says(out -> out.synStream(id, 0, Fin.of(body.length == 0), head));
        for (int at = 0; at < body.length; at += 32 * 1024) { // whatever the windows say
            int length = Math.min(32 * 1024, body.length - at);
            sends(stream, body, at, length, Fin.of(at + length == body.length));
        }
        return stream;
    }

    HeaderBlock head(FragileStream stream) throws Exception {
        CompletableFuture<HeaderBlock> head = heads.get(stream.id);
        try {
            return head.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException none) {
            throw new AssertionError(
                    "no answer on stream " + stream.id + (broken() == null ? "" : ": " + broken()), none);
        }
    }

    /** The answer's body, read piece by piece, each acknowledged; with a rest after each for a slow visitor. */
    byte[] reads(FragileStream stream, int restMillis) throws Exception {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        for (byte[] piece = stream.next(PATIENCE); piece != null; piece = stream.next(PATIENCE)) {
            all.writeBytes(piece);
            int length = piece.length;
            if (restMillis > 0) {
                new CompletableFuture<Void>()
                        .completeOnTimeout(null, restMillis, TimeUnit.MILLISECONDS)
                        .get();
            }
            stream.touch();
            says(out -> out.windowUpdate(stream.id, length));
        }
        close(stream);
        return all.toByteArray();
    }

    @Override
    public void synStream(int streamId, int associatedTo, int priority, Fin fin, Answer answer, HeaderBlock head) {
        breaks("a push");
    }

    @Override
    public void synReply(int streamId, Fin fin, HeaderBlock head) {
        if (inflates(streamId, fin) && stream(streamId) != null) {
            heads.get(streamId).complete(head);
        }
    }

    @Override
    public void data(int streamId, ByteBuf bytes, Fin fin) {
        isData(streamId);
        FragileStream stream = stream(streamId);
        if (stream != null && stream.waiting() < PIECES_KEPT) {
            stream.arrives(ByteBufUtil.getBytes(bytes), fin.isLast());
        }
    }
}
