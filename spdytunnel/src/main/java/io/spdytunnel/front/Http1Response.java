package io.spdytunnel.front;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.LastHttpContent;
import io.spdytunnel.front.ResponseHead.Framing;
import io.spdytunnel.front.ResponseHead.Unsendable;
import io.spdytunnel.http.BodySink;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.SmallPieces;
import io.spdytunnel.http.StreamingTypes;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes one response to an HTTP/1.1 visitor.
 *
 * <p>The body's pieces come on any thread, in order, and are written on the event loop in that order; each is reported
 * as consumed once the socket has taken it, which is all the back-pressure there is. The head waits until the body has
 * had the chance to fail at once, and goes out in the same turn of the loop.
 */
final class Http1Response implements BodySink {

    /** A longer piece is written in slices, so that a slow visitor is seen to move. */
    private static final int MAX_WRITE_BYTES = 64 * 1024;

    private final Http1Visitor visitor;
    private final Http1Exchange exchange;
    private final Channel channel;
    private final EventLoop loop;
    private final ResponseHead head;
    private final HttpBody body;

    /** Calls that are on their way to the event loop; a call made there must not overtake them. */
    private final AtomicInteger hopping = new AtomicInteger();

    private boolean headWritten;
    private boolean corked;
    private boolean flushing;
    private boolean over;
    private final SmallPieces pieces = new SmallPieces(this::writePiece);
    private long sent;

    Http1Response(Http1Visitor visitor, Http1Exchange exchange, Channel channel, ResponseHead head, HttpBody body) {
        this.visitor = visitor;
        this.exchange = exchange;
        this.channel = channel;
        this.loop = channel.eventLoop();
        this.head = head;
        this.body = body;
    }

    /** Whether the head went out, or is about to in this very turn. */
    boolean hasBegun() {
        return headWritten;
    }

    boolean isUntilClose() {
        return head.framing() == Framing.UNTIL_CLOSE;
    }

    boolean maySilentlyWait(StreamingTypes types) {
        return head.maySilentlyWait(types);
    }

    void start() {
        if (head.framing() == Framing.NO_BODY) {
            body.abandon("this response has none");
            finish(LastHttpContent.EMPTY_LAST_CONTENT);
            return;
        }
        corked = true;
        try {
            body.pipeTo(this);
        } finally {
            corked = false;
        }
        if (!over) {
            writeHead();
            flushSoon(); // mostly the body's first bytes, or all of them, come in this very turn
        }
    }

    /** The visitor is gone, or the connection is about to be. */
    void breakOff(IOException cause) {
        over = true;
        body.consumed(pieces.drop());
        body.abandon(String.valueOf(cause.getMessage()));
    }

    // ---- BodySink, on any thread

    @Override
    public void data(ByteBuf bytes) {
        if (isHere()) {
            write(bytes);
        } else if (!hop(() -> write(bytes))) {
            drop(bytes);
        }
    }

    @Override
    public void end(HttpHeaders trailers) {
        if (isHere()) {
            bodyEnded(trailers);
        } else {
            hop(() -> bodyEnded(trailers));
        }
    }

    @Override
    public void failed(IOException cause) {
        if (isHere()) {
            bodyFailed(cause);
        } else {
            hop(() -> bodyFailed(cause));
        }
    }

    private boolean isHere() {
        return loop.inEventLoop() && hopping.get() == 0;
    }

    private boolean hop(Runnable step) {
        hopping.incrementAndGet();
        return Loops.later(loop, () -> {
            hopping.decrementAndGet();
            step.run();
        });
    }

    // ---- on the event loop

    private void write(ByteBuf bytes) {
        if (over) {
            drop(bytes);
            return;
        }
        if (head.framing() == Framing.LENGTH && sent + bytes.readableBytes() > head.length()) {
            drop(bytes);
            bodyFailed(new IOException("the body is longer than its Content-Length of " + head.length()));
            return;
        }
        long limit = exchange.maxResponseBodyBytes();
        if (limit > 0 && sent + bytes.readableBytes() > limit) {
            drop(bytes);
            bodyFailed(
                    new IOException("the body is longer than the limit of " + limit + " bytes (maxResponseBodySize)"));
            return;
        }
        writeHead();
        sent += bytes.readableBytes();
        while (bytes.readableBytes() > MAX_WRITE_BYTES) {
            pieces.add(bytes.readRetainedSlice(MAX_WRITE_BYTES));
        }
        pieces.add(bytes);
    }

    private void writePiece(ByteBuf piece) {
        int size = piece.readableBytes();
        channel.write(new DefaultHttpContent(piece)).addListener((ChannelFuture written) -> {
            if (!written.isSuccess()) {
                // First of all: a source that brings more as soon as some is gone would else go on for ever, here.
                body.abandon("the visitor left");
            }
            body.consumed(size);
            pieces.left();
            if (written.isSuccess()) {
                exchange.observer().sent(size);
                visitor.bodyMoved();
            } else {
                visitor.writeFailed(written.cause());
            }
        });
        flushSoon();
    }

    private void bodyEnded(HttpHeaders trailers) {
        if (over) {
            return;
        }
        if (head.framing() == Framing.LENGTH && sent != head.length()) {
            bodyFailed(new IOException(
                    "the body ended after " + sent + " of " + head.length() + " bytes of its Content-Length"));
            return;
        }
        if (head.framing() != Framing.CHUNKED || trailers.isEmpty()) {
            finish(LastHttpContent.EMPTY_LAST_CONTENT);
            return;
        }
        try {
            finish(withTrailers(trailers));
        } catch (Unsendable unsafe) {
            bodyFailed(new IOException(unsafe.getMessage()));
        }
    }

    private static LastHttpContent withTrailers(HttpHeaders trailers) throws Unsendable {
        for (Map.Entry<String, String> trailer : trailers) {
            ResponseHead.checkSafe(trailer.getKey(), trailer.getValue());
        }
        LastHttpContent last = new DefaultLastHttpContent();
        last.trailingHeaders()
                .add(trailers)
                .remove(HttpHeaderNames.CONTENT_LENGTH)
                .remove(HttpHeaderNames.TRANSFER_ENCODING)
                .remove(HttpHeaderNames.TRAILER);
        return last;
    }

    private void bodyFailed(IOException cause) {
        if (over) {
            return;
        }
        over = true;
        body.consumed(pieces.drop());
        body.abandon(String.valueOf(cause.getMessage()));
        if (headWritten) {
            visitor.responseBroke(exchange, cause);
        } else {
            visitor.answerUnsendable(exchange, String.valueOf(cause.getMessage()));
        }
    }

    private void finish(LastHttpContent last) {
        pieces.send();
        over = true;
        writeHead();
        channel.write(last).addListener((ChannelFuture written) -> {
            if (written.isSuccess()) {
                visitor.responseDone(exchange);
            } else {
                visitor.writeFailed(written.cause());
            }
        });
        channel.flush();
    }

    private void writeHead() {
        if (headWritten) {
            return;
        }
        headWritten = true;
        boolean keepAlive = visitor.responseBegins(exchange, this);
        exchange.observer().answered(head.head().status().code());
        head.connection(keepAlive, exchange.head().protocolVersion());
        channel.write(head.head()).addListener((ChannelFuture written) -> {
            if (!written.isSuccess()) {
                visitor.writeFailed(written.cause());
            }
        });
    }

    /** Once for all pieces that come in this turn of the event loop. */
    private void flushSoon() {
        if (corked || flushing) {
            return;
        }
        flushing = true;
        Loops.later(loop, () -> {
            flushing = false;
            channel.flush();
        });
    }

    private void drop(ByteBuf bytes) {
        int size = bytes.readableBytes();
        bytes.release();
        body.consumed(size);
    }
}
