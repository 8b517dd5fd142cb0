package io.spdytunnel.http;

import static io.spdytunnel.http.RequestCut.By.CLOCK;
import static io.spdytunnel.http.RequestCut.By.VISITOR;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A connection in raw mode, after a granted Upgrade or CONNECT. Its incoming bytes are one {@link HttpBody}, and
 * another one is sent on it. The end of either body is a half-close; when both have ended, the connection is closed. A
 * failure of either body resets the connection.
 *
 * <pre>
 *   ASKED ── start ──► OPEN ── their FIN ──► ONE_ENDED ── our FIN ──► OVER       (or our FIN first)
 *     │ refuse            └──────────── broken, either way ─────────►┘
 *     └──────────────────────────────────────────────────────────────┘
 * </pre>
 *
 * <p>It is made before the grant, because the request needs its body; it reads nothing until {@link #start}. Confined
 * to the event loop, except for the methods of {@link HttpBody.Source}.
 */
public final class RawSocket extends ChannelInboundHandlerAdapter implements HttpBody.Source, BodySink {

    /** The most received bytes that are not consumed; above it, the socket is not read. */
    private static final int AHEAD_BYTES = 64 * 1024;

    private enum State {
        ASKED,
        OPEN,
        ONE_ENDED,
        OVER
    }

    private final Channel channel;
    private final EventLoop loop;
    private final Duration idle;
    private final Duration halfIdle;
    private final CallTimer timer;
    private final HttpBody received = new HttpBody(HttpBody.UNKNOWN_LENGTH, this);
    private final SmallPieces pieces = new SmallPieces(this::writePiece);
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final AtomicInteger consumedElsewhere = new AtomicInteger();

    private State state = State.ASKED;
    private @Nullable HttpBody sent;
    private boolean inputEnded;
    private boolean closeNotified;
    private boolean reading;
    private boolean flushing;
    private int ahead;
    private RequestObserver observer = RequestObserver.NONE;

    /**
     * @param idle timeout without a byte in either direction; zero for no limit
     * @param halfIdle the same when one half has ended; zero for no limit
     */
    public RawSocket(Channel channel, Duration idle, Duration halfIdle) {
        this.channel = channel;
        this.loop = channel.eventLoop();
        this.idle = idle;
        this.halfIdle = halfIdle;
        this.timer = new CallTimer(
                loop,
                limit ->
                        breakOff(new RequestCut(CLOCK, "no byte in either direction for " + limit.toMillis() + " ms")));
    }

    /** The bytes that the socket receives; ends with the other end's half-close. */
    public HttpBody received() {
        return received;
    }

    /** Sets the observer of both directions; call it before {@link #start}. */
    public void observedBy(RequestObserver counting) {
        observer = counting;
    }

    /**
     * Completes on the event loop when both halves have ended; exceptionally if the connection failed or was reset.
     */
    public CompletionStage<Void> ended() {
        return ended;
    }

    /**
     * The answer is not a grant: {@link #received} fails without a byte. A normal end would look like the visitor's
     * half-close, if the service has granted it and only the route refused. On the event loop; ignored after the grant.
     */
    public void refuse() {
        if (state == State.ASKED) {
            state = State.OVER;
            received.fail(new IOException("the raw stream was not granted"));
        }
    }

    /**
     * The answer is a grant: from here on bytes flow. The caller has added this handler to the pipeline, and removes
     * the HTTP decoders before it. On the event loop.
     *
     * @param toSend piped to its end
     */
    public void start(HttpBody toSend) {
        state = State.OPEN;
        sent = toSend;
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        timer.restart(idle);
        try {
            OrderedHandover.pipe(toSend, loop, this);
        } catch (BodyAlreadyReadException gone) {
            breakOff(new IOException(gone.getMessage(), gone));
            return;
        }
        readMore();
    }

    /** Resets the connection. Any thread; ignored once it is over. */
    public void cut(String why) {
        onLoop(() -> breakOff(new IOException(why)));
    }

    // ---- from the socket

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = message instanceof ByteBuf raw
                ? raw
                : message instanceof ByteBufHolder decoded ? decoded.content() : Unpooled.EMPTY_BUFFER;
        int size = bytes.readableBytes();
        if (size == 0 || inputEnded || state == State.OVER) {
            ReferenceCountUtil.release(message);
            return;
        }
        timer.touch();
        ahead += size;
        observer.received(size);
        received.offer(bytes); // a holder's content is its only reference
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        reading = false;
        readMore();
    }

    private void readMore() {
        boolean live = state == State.OPEN || state == State.ONE_ENDED;
        if (live && !reading && !inputEnded && ahead < AHEAD_BYTES) {
            reading = true;
            channel.read();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslCloseCompletionEvent notify && notify.isSuccess()) {
            closeNotified = true;
            inputEnded();
        } else if (event == ChannelInputShutdownEvent.INSTANCE) {
            if (channel.pipeline().get(SslHandler.class) != null && !closeNotified) {
                // Without close_notify anybody on the way may have ended it (RFC 8446 6.1).
                breakOff(new IOException("the connection ended without TLS's close_notify"));
            } else {
                inputEnded();
            }
        }
        context.fireUserEventTriggered(event);
    }

    private void inputEnded() {
        if (!inputEnded && state != State.OVER && state != State.ASKED) {
            inputEnded = true;
            received.finish(EmptyHttpHeaders.INSTANCE);
            oneEnded();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        broken(new RequestCut(VISITOR, "the connection was closed"));
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        breakOff(new IOException("the connection failed: " + cause.getMessage(), cause));
    }

    @Override
    public void consumed(int bytes) {
        if (loop.inEventLoop()) {
            consumedHere(bytes);
        } else if (consumedElsewhere.getAndAdd(bytes) == 0) {
            onLoop(() -> consumedHere(consumedElsewhere.getAndSet(0)));
        }
    }

    private void consumedHere(int bytes) {
        ahead -= bytes;
        timer.touch();
        readMore();
    }

    @Override
    public void abandoned(String why) {
        onLoop(() -> {
            if (state != State.ASKED) {
                breakOff(new IOException(why));
            }
        });
    }

    @Override
    public boolean isCurrentThread() {
        return loop.inEventLoop();
    }

    // ---- to the socket

    @Override
    public void data(ByteBuf bytes) {
        if (state == State.OVER) {
            int size = bytes.readableBytes();
            bytes.release();
            gone(size);
        } else {
            pieces.add(bytes);
        }
    }

    private void writePiece(ByteBuf bytes) {
        int size = bytes.readableBytes();
        channel.write(bytes).addListener((ChannelFuture written) -> {
            timer.touch();
            gone(size);
            pieces.left();
            if (written.isSuccess()) {
                observer.sent(size);
            }
            if (!written.isSuccess()) {
                breakOff(new IOException("writing failed: " + written.cause().getMessage(), written.cause()));
            }
        });
        flushSoon();
    }

    private void gone(int bytes) {
        if (sent != null) {
            sent.consumed(bytes);
        }
    }

    /** Flushes once for all pieces of this turn of the event loop. */
    private void flushSoon() {
        if (!flushing) {
            flushing = true;
            loop.execute(() -> {
                flushing = false;
                channel.flush();
            });
        }
    }

    @Override
    public void end(HttpHeaders trailers) {
        if (state == State.OVER) {
            return;
        }
        pieces.send();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFuture written) -> {
            if (written.isSuccess() && state != State.OVER) {
                halfClose();
            }
        });
    }

    @Override
    public void failed(IOException cause) {
        breakOff(cause);
    }

    private void halfClose() {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (inputEnded) {
            oneEnded(); // closes, over TLS with a close_notify
        } else if (!(channel instanceof DuplexChannel duplex)) {
            breakOff(new IOException("this transport has no half-close"));
        } else if (tls == null) {
            shutdownOutput(duplex);
        } else {
            tls.closeOutbound().addListener((Future<? super Void> notified) -> shutdownOutput(duplex));
        }
    }

    private void shutdownOutput(DuplexChannel duplex) {
        duplex.shutdownOutput().addListener((Future<? super Void> done) -> {
            if (done.isSuccess()) {
                oneEnded();
            } else {
                breakOff(new IOException("half-closing failed: " + done.cause().getMessage()));
            }
        });
    }

    // ---- the end

    private void oneEnded() {
        switch (state) {
            case OPEN -> {
                state = State.ONE_ENDED;
                timer.restart(halfIdle);
            }
            case ONE_ENDED -> {
                state = State.OVER;
                timer.stop();
                ended.complete(null);
                var unused = channel.close();
            }
            case ASKED, OVER -> {}
        }
    }

    private void breakOff(IOException cause) {
        if (state == State.ASKED || state == State.OVER) {
            return;
        }
        broken(cause);
        // The end of the connection must not look like the end of the bytes: no FIN, no close_notify.
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        ChannelHandlerContext first = channel.pipeline().firstContext();
        var unused = first == null ? channel.close() : first.close();
    }

    /** Fails both bodies, and completes {@link #ended}. */
    private void broken(IOException cause) {
        if (state == State.OVER) {
            return;
        }
        state = State.OVER;
        timer.stop();
        received.fail(cause);
        int dropped = pieces.drop();
        if (sent != null) {
            sent.consumed(dropped);
            sent.abandon(String.valueOf(cause.getMessage()));
        }
        ended.completeExceptionally(cause);
    }

    private void onLoop(Runnable step) {
        if (loop.inEventLoop()) {
            step.run();
            return;
        }
        try {
            loop.execute(step);
        } catch (RejectedExecutionException shutDown) {
            // The connection has ended with its event loop.
        }
    }
}
