package io.spdytunnel.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** Collects a body into one buffer, for readers that need it in one piece. */
public final class BodyCollector implements BodySink {

    private final HttpBody body;
    private final int limit;
    private final CompletableFuture<ByteBuf> collected = new CompletableFuture<>();
    private final ByteBuf bytes = Unpooled.buffer(256);

    private BodyCollector(HttpBody body, int limit) {
        this.body = body;
        this.limit = limit;
    }

    /** A body longer than the limit. */
    public static final class TooLong extends IOException {

        private static final long serialVersionUID = 1L;

        TooLong(int limit) {
            super("longer than " + limit + " bytes");
        }
    }

    /**
     * Collects without blocking. The future completes on the thread that brings the bytes: with a buffer that the
     * caller must release, or with {@link TooLong} or the body's failure.
     *
     * @param limit most bytes; a longer body is abandoned
     * @throws BodyAlreadyReadException if somebody has begun to read
     */
    public static CompletableFuture<ByteBuf> collect(HttpBody body, int limit) {
        BodyCollector collector = new BodyCollector(body, limit);
        body.pipeTo(collector);
        return collector.collected;
    }

    @Override
    public void data(ByteBuf piece) {
        int size = piece.readableBytes();
        boolean fits = bytes.readableBytes() + (long) size <= limit;
        if (fits) {
            bytes.writeBytes(piece);
        }
        piece.release();
        body.consumed(size);
        if (!fits) {
            bytes.release();
            body.abandon("longer than " + limit + " bytes");
            collected.completeExceptionally(new TooLong(limit));
        }
    }

    @Override
    public void end(HttpHeaders trailers) {
        collected.complete(bytes);
    }

    @Override
    public void failed(IOException cause) {
        bytes.release();
        collected.completeExceptionally(cause);
    }
}
