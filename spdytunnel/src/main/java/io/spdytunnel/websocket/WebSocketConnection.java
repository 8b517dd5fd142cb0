package io.spdytunnel.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.spdytunnel.http.BodyAlreadyReadException;
import io.spdytunnel.http.BodySink;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.session.MemoryBudget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket that ends here (RFC 6455): raw bytes of a granted upgrade on one side, messages on the other.
 *
 * <pre>
 *            we send Close                     they send Close, or 5 s pass
 *     OPEN ────────────────► CLOSING ─────────────────────────────────────────► CLOSED
 *      └── they send Close (echoed), or the bytes end, either way ────────────────►┘
 * </pre>
 *
 * <p>Messages come one at a time: until the listener has dealt with one, nothing more is decoded, the window of the
 * visitor's stream runs out, and the visitor stands still. What is put together here, and what waits for the visitor to
 * read, comes out of the memory budget.
 *
 * <p>Confined to the request's event loop, but for what says that any thread may call it.
 */
public final class WebSocketConnection implements BodySink {

    private static final Logger LOG = LoggerFactory.getLogger(WebSocketConnection.class);

    private static final int CLOSE_SECONDS = 5;

    /** Beyond that, a visitor who does not read gets no answer to its PINGs (RFC 6455 5.5.3). */
    private static final int MOST_BEFORE_PONG = 64 * 1024;

    private static final int LAST_CODE = 4999;

    private enum State {
        OPEN,
        CLOSING,
        CLOSED
    }

    private interface Step {
        void run() throws IOException;
    }

    private final EventLoop loop;
    private final HttpBody from;
    private final MemoryBudget budget;
    private final int maxMessageBytes;
    private final WebSocketListener listener;
    private final WebSocketCodec codec;
    private final WebSocketOutput output;
    private final Deque<ByteBuf> pieces = new ArrayDeque<>();

    private State state = State.OPEN;

    /** What has come of a message in several frames; heap, and so the garbage collector's in the end. */
    private @Nullable ByteBuf parts;

    private boolean isText;

    /** Bytes that are taken out of the budget for what was decoded, or is about to be, and is not dealt with. */
    private long held;

    /** Those of them that belong to the message. */
    private long heldByMessage;

    private boolean busy;
    private boolean inputEnded;
    private boolean toldClosed;
    private int closeCode = WebSocketCloseStatus.ABNORMAL_CLOSURE.code();
    private String closeReason = "";
    private @Nullable Future<?> closeTimer;

    /**
     * @param from what the visitor sends behind the grant
     * @param maxMessageBytes longest message received; as much may wait for the visitor to read
     */
    public WebSocketConnection(
            EventLoop loop, HttpBody from, MemoryBudget budget, int maxMessageBytes, WebSocketListener listener) {
        this.loop = loop;
        this.from = from;
        this.budget = budget;
        this.maxMessageBytes = maxMessageBytes;
        this.listener = listener;
        this.codec = new WebSocketCodec(maxMessageBytes);
        this.output = new WebSocketOutput(loop, budget, maxMessageBytes, this::lost);
    }

    /** The body of the answer that grants the upgrade. */
    public HttpBody body() {
        return output.body();
    }

    /** Begins to read. Any thread, once. */
    public void begin() {
        var unused = onLoop(() -> {
            try {
                from.pipeTo(this);
            } catch (BodyAlreadyReadException taken) {
                lost(String.valueOf(taken.getMessage()));
            }
        });
    }

    // ---- sending, any thread

    /**
     * Sends a text. Completes when it is queued; exceptionally if there is no room for it, or the WebSocket is closed.
     */
    public CompletionStage<Void> send(String text) {
        return onLoop(() -> send(new TextWebSocketFrame(text)));
    }

    /** Sends these bytes, as {@link #send(String)} does a text. */
    public CompletionStage<Void> send(byte[] bytes) {
        return onLoop(() -> send(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(bytes))));
    }

    /** Completes when the queue is empty, or will never be sent. */
    public CompletionStage<Void> whenSent() {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        var unused = onLoop(() -> output.whenEmpty(sent));
        return sent;
    }

    /**
     * Closes the WebSocket after all queued messages; ignored if it is closed already.
     *
     * @throws IllegalArgumentException if the code must not be sent (RFC 6455 7.4)
     */
    public void close(int code, String reason) {
        checkCode(code);
        var unused = onLoop(() -> closeHere(code, reason));
    }

    /**
     * Checks that a Close frame may say this.
     *
     * @throws IllegalArgumentException if it must not be sent (RFC 6455 7.4)
     */
    public static void checkCode(int code) {
        if (!WebSocketCloseStatus.isValidStatusCode(code) || code > LAST_CODE) {
            throw new IllegalArgumentException("a WebSocket cannot be closed with " + code
                    + "; 1000 to 1003, 1007 to 1014 and 3000 to 4999 can be sent [RFC 6455 7.4]");
        }
    }

    /** The listener has handled its message; the next one is read. Any thread. */
    public void goOn() {
        var unused = onLoop(() -> {
            busy = false;
            giveBack(heldByMessage);
            heldByMessage = 0;
            pump();
        });
    }

    private CompletionStage<Void> onLoop(Step step) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Runnable whole = () -> {
            try {
                step.run();
                done.complete(null);
            } catch (IOException refused) {
                done.completeExceptionally(refused);
            }
        };
        if (loop.inEventLoop()) {
            whole.run();
            return done;
        }
        try {
            loop.execute(whole);
        } catch (RejectedExecutionException stopping) {
            done.completeExceptionally(new IOException("this end is stopping", stopping));
        }
        return done;
    }

    private void send(WebSocketFrame frame) throws IOException {
        if (state != State.OPEN) {
            frame.release();
            throw new IOException("the WebSocket is closed");
        }
        write(frame);
    }

    private void write(WebSocketFrame frame) throws IOException {
        List<ByteBuf> encoded = codec.encode(frame);
        try {
            output.reserve(encoded.stream().mapToLong(ByteBuf::readableBytes).sum());
        } catch (IOException noRoom) {
            encoded.forEach(ByteBuf::release);
            throw noRoom;
        }
        encoded.forEach(output::send);
    }

    // ---- what the visitor sends

    @Override
    public void data(ByteBuf bytes) {
        if (state == State.CLOSED) {
            drop(bytes);
            return;
        }
        pieces.add(bytes);
        pump();
    }

    @Override
    public void end(HttpHeaders trailers) {
        inputEnded = true;
        pump();
    }

    @Override
    public void failed(IOException cause) {
        LOG.debug("the connection of a WebSocket failed: {}", cause.getMessage());
        inputEnded = true;
        pump();
    }

    private void drop(ByteBuf bytes) {
        from.consumed(bytes.readableBytes());
        bytes.release();
    }

    /** As far as it goes without the listener. */
    private void pump() {
        while (!busy) {
            WebSocketFrame frame = state == State.CLOSED ? null : codec.next();
            if (frame != null) {
                frameArrived(frame);
            } else if (!pieces.isEmpty()) {
                decode(pieces.remove());
            } else {
                if (inputEnded || state == State.CLOSED) {
                    over();
                }
                return;
            }
        }
    }

    private void decode(ByteBuf piece) {
        int size = piece.readableBytes();
        if (state == State.CLOSED) {
            drop(piece);
            return;
        }
        if (!budget.take(size)) {
            drop(piece);
            closeHere(WebSocketCloseStatus.TRY_AGAIN_LATER.code(), "no memory is left for messages");
            closed(); // there is no sense in what would follow
            return;
        }
        held += size;
        from.consumed(size);
        try {
            codec.decode(piece);
        } catch (CorruptedWebSocketFrameException broken) {
            LOG.debug("a WebSocket violated the protocol: {}", broken.getMessage());
            closeHere(broken.closeStatus().code(), broken.closeStatus().reasonText());
            closed();
        }
    }

    private void frameArrived(WebSocketFrame frame) {
        int payload = frame.content().readableBytes();
        int size = WebSocketCodec.sizeOf(payload);
        try {
            if (frame instanceof CloseWebSocketFrame close) {
                closeArrived(close);
            } else if (frame instanceof PingWebSocketFrame ping) {
                pingArrived(ping);
            } else if (!(frame instanceof PongWebSocketFrame) && state == State.OPEN) {
                heldByMessage += size;
                size = 0; // until the listener has dealt with it
                partArrived(frame);
            }
        } finally {
            giveBack(size);
            frame.release();
        }
    }

    private void pingArrived(PingWebSocketFrame ping) {
        if (state != State.OPEN || output.queued() > MOST_BEFORE_PONG) {
            return;
        }
        try {
            write(new PongWebSocketFrame(ping.content().retain()));
        } catch (IOException noRoom) {
            LOG.debug("a PING of a WebSocket is not answered: {}", noRoom.getMessage());
        }
    }

    private void partArrived(WebSocketFrame frame) {
        if (frame instanceof TextWebSocketFrame) {
            isText = true;
        } else if (frame instanceof BinaryWebSocketFrame) {
            isText = false;
        }
        ByteBuf content = frame.content();
        int before = parts == null ? 0 : parts.readableBytes();
        if (before + (long) content.readableBytes() > maxMessageBytes) {
            closeHere(
                    WebSocketCloseStatus.MESSAGE_TOO_BIG.code(),
                    "the longest message accepted is " + maxMessageBytes + " bytes");
        } else if (frame.isFinalFragment() && parts == null) {
            deliver(content);
        } else {
            ByteBuf all = parts == null ? Unpooled.buffer(2 * content.readableBytes()) : parts;
            parts = all.writeBytes(content); // a component for each frame would let frames of a byte cost a hundred
            if (frame.isFinalFragment()) {
                parts = null;
                deliver(all);
            }
        }
    }

    private void deliver(ByteBuf whole) {
        busy = true;
        if (isText) {
            listener.text(whole.toString(StandardCharsets.UTF_8));
        } else {
            listener.binary(ByteBufUtil.getBytes(whole));
        }
    }

    private void giveBack(long bytes) {
        long back = Math.min(bytes, held); // the end has given all back
        held -= back;
        budget.giveBack(back);
    }

    // ---- the end

    private void closeArrived(CloseWebSocketFrame close) {
        int code = close.statusCode();
        if (state == State.OPEN) {
            closeCode = code < 0 ? WebSocketCloseStatus.EMPTY.code() : code;
            closeReason = close.reasonText();
            try {
                write(code < 0 ? new CloseWebSocketFrame() : new CloseWebSocketFrame(code, ""));
            } catch (IOException noRoom) {
                LOG.debug("the close frame of a WebSocket is not answered: {}", noRoom.getMessage());
            }
        }
        closed();
    }

    private void closeHere(int code, String reason) {
        if (state != State.OPEN) {
            return;
        }
        state = State.CLOSING;
        closeCode = code;
        closeReason = reason;
        try {
            write(new CloseWebSocketFrame(code, shortened(reason)));
        } catch (IOException noRoom) {
            LOG.debug("a WebSocket is closed without a close frame: {}", noRoom.getMessage());
        }
        closeTimer = loop.schedule(
                () -> lost("the visitor did not answer the close frame"), CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    /** A Close frame has room for 123 bytes (RFC 6455 5.5). */
    private static String shortened(String reason) {
        String most = reason.length() <= 123 ? reason : reason.substring(0, 123);
        return most.getBytes(StandardCharsets.UTF_8).length <= 123 ? most : "";
    }

    /** The connection is lost, or the visitor did not answer the close frame in time. */
    private void lost(String why) {
        LOG.debug("a WebSocket ends: {}", why);
        closed();
        from.abandon(why);
        inputEnded = true;
        pump();
    }

    /** Both have said their last, or all that is to be heard of the other one. */
    private void closed() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        if (closeTimer != null) {
            closeTimer.cancel(false);
        }
        output.finish();
        codec.close();
        parts = null;
        giveBack(held - (busy ? heldByMessage : 0));
        if (!busy) {
            heldByMessage = 0;
        }
    }

    /** Behind the last message. */
    private void over() {
        closed();
        if (!toldClosed) {
            toldClosed = true;
            listener.closed(closeCode, closeReason);
        }
    }
}
