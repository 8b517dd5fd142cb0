package io.spdytunnel.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.spdytunnel.fields.HeaderMapping;
import io.spdytunnel.fields.HeaderMapping.MalformedHead;
import io.spdytunnel.session.Stream;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns the data of a stream into a body, and the body's consumption into the stream's credit. Confined to the
 * session's event loop, except for the calls of the body's reader.
 */
final class BodyReceiver implements HttpBody.Source {

    /**
     * A smaller piece is copied. As a slice it would hold the whole buffer of its socket read, and a peer could fill
     * memory with single bytes.
     */
    private static final int COPY_BELOW_BYTES = 2 * 1024;

    /**
     * HEADERS frames count against no window, and any number may come, so their sum is limited here, to what is usual
     * for one header block.
     */
    private static final int MOST_TRAILERS = 200;

    private static final int MOST_TRAILER_BYTES = 32 * 1024;

    private final Stream stream;
    private final long announced;
    private final long limit;
    private final Runnable onConsumed;
    private final Consumer<String> onAbandoned;
    private final HttpBody body;
    private final PacedCredit credit;
    private final AtomicInteger consumed = new AtomicInteger();

    private Runnable whenWanted;
    private long received;
    private boolean overLimit;
    private int trailerFields;
    private int trailerBytes;
    private @Nullable HttpHeaders trailers;

    /**
     * @param announced the length the head promised, or {@link HttpBody#UNKNOWN_LENGTH}
     * @param limit most bytes, 0 for no limit
     * @param pace how fast they may flow, or null
     * @param onConsumed called on the event loop when the reader consumes bytes, even bytes that were received long ago
     * @param onAbandoned called on the event loop when the reader abandons the body
     */
    BodyReceiver(
            Stream stream,
            long announced,
            long limit,
            @Nullable Pace pace,
            Runnable onConsumed,
            Consumer<String> onAbandoned) {
        this.stream = stream;
        this.whenWanted = stream::bodyWanted;
        this.announced = announced;
        this.limit = limit;
        this.onConsumed = onConsumed;
        this.onAbandoned = onAbandoned;
        this.body = new HttpBody(announced, this);
        this.credit = new PacedCredit(stream.session().eventLoop(), pace, this::release);
        if (announced >= 0) {
            stream.expectsAtMost(announced);
        }
    }

    HttpBody body() {
        return body;
    }

    /** Whether the error is that the body is longer than our limit. */
    boolean isOverLimit() {
        return overLimit;
    }

    /**
     * A piece arrived. Returns what is wrong with the body, or null. The caller first decides what to do with the
     * message, and then calls {@link #fail}, because the body's reader may react at once.
     */
    @Nullable
    String data(ByteBuf bytes, Fin fin) {
        int size = bytes.readableBytes();
        received += size;
        if (announced >= 0 && received > announced) {
            return refuse(size, "the body is longer than its Content-Length of " + announced + " bytes");
        }
        if (limit > 0 && received > limit) {
            overLimit = true;
            return refuse(size, "the body is longer than the limit of " + limit + " bytes");
        }
        if (size > 0) {
            body.offer(size < COPY_BELOW_BYTES ? copy(bytes) : bytes.retainedSlice());
        }
        return fin.isLast() ? finish() : null;
    }

    private ByteBuf copy(ByteBuf bytes) {
        return bytes.alloc()
                .buffer(bytes.readableBytes())
                .writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
    }

    private String refuse(int size, String why) {
        stream.consumed(size);
        return why;
    }

    /** Trailers arrived. Returns what is wrong with the body, or null, as {@link #data}. */
    @Nullable
    String headers(HeaderBlock block, Fin fin) {
        if (isTooMuch(block)) {
            return "more trailers than " + MOST_TRAILERS + ", or than " + MOST_TRAILER_BYTES + " bytes of them";
        }
        if (trailers == null) {
            trailers = DefaultHttpHeadersFactory.trailersFactory().newHeaders();
        }
        try {
            HeaderMapping.copyTrailers(block, trailers);
        } catch (MalformedHead malformed) {
            return malformed.getMessage();
        }
        return fin.isLast() ? finish() : null;
    }

    private boolean isTooMuch(HeaderBlock block) {
        trailerFields += Math.max(1, block.size()); // an empty block is no free one
        block.forEach((name, value) -> trailerBytes += name.length() + value.length());
        return trailerFields > MOST_TRAILERS || trailerBytes > MOST_TRAILER_BYTES;
    }

    /** The peer's half is over. Returns what is wrong with the body, or null, as {@link #data}. */
    @Nullable
    String finish() {
        if (announced >= 0 && received != announced) {
            return "the body ended after " + received + " bytes, its Content-Length is " + announced;
        }
        body.finish(trailers == null ? EmptyHttpHeaders.INSTANCE : trailers);
        return null;
    }

    void fail(IOException cause) {
        body.fail(cause);
    }

    /**
     * Runs a step on the event loop when the body is read for the first time. Call it before the body is passed on.
     */
    void whenWanted(Runnable step) {
        whenWanted = step;
    }

    @Override
    public void wanted() {
        EventLoop loop = loop();
        if (loop.inEventLoop()) {
            whenWanted.run();
        } else {
            execute(loop, whenWanted);
        }
    }

    @Override
    public void consumed(int bytes) {
        EventLoop loop = loop();
        if (loop.inEventLoop()) {
            consumedHere(bytes);
        } else if (consumed.getAndAdd(bytes) == 0) {
            execute(loop, () -> consumedHere(consumed.getAndSet(0)));
        }
    }

    private void consumedHere(int bytes) {
        credit.consumed(bytes);
    }

    private void release(int bytes) {
        stream.consumed(bytes);
        onConsumed.run();
    }

    /** The stream is over. */
    void ended() {
        credit.end();
    }

    @Override
    public void abandoned(String why) {
        EventLoop loop = loop();
        if (loop.inEventLoop()) {
            onAbandoned.accept(why);
        } else {
            execute(loop, () -> onAbandoned.accept(why));
        }
    }

    @Override
    public boolean isCurrentThread() {
        return loop().inEventLoop();
    }

    private EventLoop loop() {
        return stream.session().eventLoop();
    }

    private static void execute(EventLoop loop, Runnable step) {
        try {
            loop.execute(step);
        } catch (RejectedExecutionException shutDown) {
            // The session has ended with its event loop: there is no credit left to give, no stream to reset.
        }
    }
}
