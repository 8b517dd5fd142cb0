package io.spdytunnel.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.spdytunnel.fields.Framing;
import io.spdytunnel.spi.Api;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The body of one HTTP message, while it streams.
 *
 * <p>It can be read in two ways. Ordinary code reads it as an {@link InputStream}, which blocks, on a worker thread.
 * Code of this project uses {@link #pipeTo}: buffers are passed on without blocking, copying or a thread of their own.
 * Only one of the ways can be used, once, because the bytes are not kept.
 *
 * <p>Back-pressure is credit. A {@link Source} may have a limited number of bytes under way; each byte that it offered
 * is reported back exactly once, with {@link Source#consumed}, when it was read, sent or dropped. So the queue in the
 * body is never longer than the source's own limit.
 *
 * <p>Thread-safe between one source and one reader. If a body is not read to its end, its holder must call
 * {@link #abandon}.
 */
@Api
public final class HttpBody extends InputStream {

    /** {@link #length} of a body that ends when it ends. */
    public static final long UNKNOWN_LENGTH = Framing.UNKNOWN_LENGTH;

    /** The source of the bytes. Any thread may call its methods, so an implementation switches to its own thread. */
    public interface Source {

        /** The body is read for the first time. Called at most once, and not at all if the body is abandoned first. */
        default void wanted() {}

        /** {@code bytes} of the offered bytes are no longer held; as many more may be offered. */
        void consumed(int bytes);

        /** The rest will not be read: stop. Not called if the body is complete or has failed. */
        void abandoned(String why);

        /** Whether the current thread is the one that brings the bytes, and so must never wait for them. */
        default boolean isCurrentThread() {
            return false;
        }
    }

    private static final HttpBody NOTHING = nothing();

    private enum Door {
        CLOSED,
        READ,
        PIPED,
        ABANDONED
    }

    private final long length;
    private final Source source;
    private final ReentrantLock lock = new ReentrantLock();
    private final PieceQueue queue = new PieceQueue();

    private Door door = Door.CLOSED;
    private String opener = "";
    private String abandonedFor = "";
    private @Nullable BodySink sink;
    private @Nullable Condition changed; // made by the first reader who waits
    private boolean delivering;
    private boolean over;
    private @Nullable HttpHeaders trailers;
    private @Nullable Supplier<HttpHeaders> moreTrailers;
    private @Nullable IOException failure;

    /** @param length in bytes, or {@link #UNKNOWN_LENGTH} */
    public HttpBody(long length, Source source) {
        this.length = length;
        this.source = source;
    }

    /**
     * A body without bytes. It is always the same object, and can be read, piped and abandoned any number of times.
     */
    public static HttpBody empty() {
        return NOTHING;
    }

    private static HttpBody nothing() {
        HttpBody body = new HttpBody(0, NoSource.INSTANCE);
        body.finish(EmptyHttpHeaders.INSTANCE);
        return body;
    }

    /** A body of these bytes; takes ownership of them. */
    public static HttpBody of(ByteBuf bytes) {
        HttpBody body = new HttpBody(bytes.readableBytes(), NoSource.INSTANCE);
        body.offer(bytes);
        body.finish(EmptyHttpHeaders.INSTANCE);
        return body;
    }

    /**
     * A body that is read from a stream on {@code workers}, only as fast as it is consumed.
     *
     * @param length in bytes, or {@link #UNKNOWN_LENGTH}; a stream of another length fails the body
     * @param in closed at the body's end, also if it fails
     */
    public static HttpBody from(InputStream in, long length, Executor workers) {
        return new InputStreamPump(in, length, workers).body();
    }

    // ---- the source's side

    /**
     * Adds a piece; takes ownership of {@code bytes}. If the body is no longer read, the piece is dropped and reported
     * as consumed.
     */
    public void offer(ByteBuf bytes) {
        int size = bytes.readableBytes();
        boolean kept;
        lock.lock();
        try {
            kept = size > 0 && door != Door.ABANDONED && !isClosed();
            if (kept) {
                queue.add(bytes);
                signal();
            }
        } finally {
            lock.unlock();
        }
        if (kept) {
            deliver();
        } else {
            bytes.release();
            consumed(size);
        }
    }

    /** The body is complete; ignored once it has ended. */
    public void finish(HttpHeaders trailers) {
        lock.lock();
        try {
            if (isClosed()) {
                return;
            }
            this.trailers = trailers;
            signal();
        } finally {
            lock.unlock();
        }
        deliver();
    }

    /** The body fails here; ignored once it has ended. */
    public void fail(IOException cause) {
        lock.lock();
        try {
            if (isClosed()) {
                return;
            }
            this.failure = cause;
            signal();
        } finally {
            lock.unlock();
        }
        deliver();
    }

    // ---- facts

    /** The announced length of the body in bytes, or {@link #UNKNOWN_LENGTH}. */
    public long length() {
        return length;
    }

    /**
     * Adds trailers to those of the source. The supplier is called when the body ends. Call this before the body is
     * piped.
     */
    public void addTrailersAtEnd(Supplier<HttpHeaders> more) {
        if (this == NOTHING) {
            return; // what has no body has no trailers
        }
        lock.lock();
        try {
            moreTrailers = more;
        } finally {
            lock.unlock();
        }
    }

    /** Whether there is no body at all. */
    public boolean isEmpty() {
        return length == 0;
    }

    /** Whether nobody has read, piped or abandoned the body: only then it can still be sent, or sent elsewhere. */
    public boolean isUntouched() {
        lock.lock();
        try {
            return door == Door.CLOSED;
        } finally {
            lock.unlock();
        }
    }

    /** Why the body, which is no longer untouched, cannot be piped. */
    BodyAlreadyReadException alreadyRead() {
        lock.lock();
        try {
            return gone();
        } finally {
            lock.unlock();
        }
    }

    /** The headers behind the body; empty if there are none, null as long as the body is not complete. */
    public @Nullable HttpHeaders trailers() {
        lock.lock();
        try {
            return trailers;
        } finally {
            lock.unlock();
        }
    }

    // ---- the second door

    /**
     * Sends everything to {@code sink}, what has already arrived at once.
     *
     * @throws BodyAlreadyReadException if somebody has begun to read
     */
    public void pipeTo(BodySink sink) {
        if (this == NOTHING) {
            sink.end(EmptyHttpHeaders.INSTANCE);
            return;
        }
        pipeThrough(Objects.requireNonNull(sink));
        source.wanted();
        deliver();
    }

    /** Reports that {@code bytes} which the sink was given are no longer held. Any thread. */
    public void consumed(int bytes) {
        if (bytes > 0) {
            source.consumed(bytes);
        }
    }

    /**
     * Says that the rest will not be read, drops what has arrived and tells the source. The sink, if there is one, is
     * taken to be the caller and hears no more, but for a call that is already under way. Ignored once the body has been read to its end.
     */
    public void abandon(String why) {
        abandon(why, false);
    }

    /** As {@link #abandon}, but only if the body {@link #isUntouched}: a reader who has begun is not disturbed. */
    public void abandonIfUntouched(String why) {
        abandon(why, true);
    }

    private void abandon(String why, boolean onlyIfUntouched) {
        if (this == NOTHING) {
            return;
        }
        int dropped = 0;
        boolean tell;
        lock.lock();
        try {
            if (door == Door.ABANDONED || (onlyIfUntouched && door != Door.CLOSED)) {
                return;
            }
            if (door == Door.CLOSED) {
                abandonedFor = why;
            }
            tell = !isClosed();
            door = Door.ABANDONED;
            over = true;
            for (ByteBuf bytes = queue.poll(); bytes != null; bytes = queue.poll()) {
                dropped += bytes.readableBytes();
                bytes.release();
            }
            signal();
        } finally {
            lock.unlock();
        }
        consumed(dropped);
        if (tell) {
            source.abandoned(why);
        }
    }

    /** Delivers to the sink whatever there is, one thread at a time and outside the lock. */
    private void deliver() {
        BodySink sink;
        lock.lock();
        try {
            if (this.sink == null || delivering) {
                return;
            }
            sink = this.sink;
            delivering = true;
        } finally {
            lock.unlock();
        }
        boolean more = true;
        try {
            while (more) {
                more = deliverNext(sink);
            }
        } catch (RuntimeException | Error broken) {
            stopDelivering(broken);
            throw broken;
        }
    }

    /** A sink that fails has lost its place; nothing more is brought to it, and nothing kept for it. */
    private void stopDelivering(Throwable broken) {
        lock.lock();
        try {
            delivering = false;
        } finally {
            lock.unlock();
        }
        abandon("its receiver failed: " + broken);
    }

    private boolean deliverNext(BodySink sink) {
        ByteBuf next;
        HttpHeaders end = null;
        IOException broken = null;
        lock.lock();
        try {
            next = queue.poll();
            if (next == null) {
                if (!over && isClosed()) {
                    over = true;
                    end = trailers;
                    broken = failure;
                } else {
                    delivering = false;
                    return false;
                }
            }
        } finally {
            lock.unlock();
        }
        if (next != null) {
            sink.data(next);
        } else if (end != null) {
            sink.end(withMoreTrailers(end));
        } else if (broken != null) {
            sink.failed(broken);
        }
        return true;
    }

    private HttpHeaders withMoreTrailers(HttpHeaders trailers) {
        Supplier<HttpHeaders> more = moreTrailers;
        if (more == null) {
            return trailers;
        }
        HttpHeaders all = trailers.copy();
        all = all == EmptyHttpHeaders.INSTANCE ? new DefaultHttpHeaders() : all;
        return all.set(more.get());
    }

    // ---- the first door

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /**
     * @throws BodyAlreadyReadException if the body was piped
     * @throws IOException if it failed, or was abandoned
     * @throws IllegalStateException if it would have to wait on the event loop that brings the bytes
     */
    @Override
    public int read(byte[] into, int offset, int size) throws IOException {
        Objects.checkFromIndexSize(offset, size, into.length);
        if (this == NOTHING) {
            return size == 0 ? 0 : -1;
        }
        if (openForReading()) {
            source.wanted();
        }
        if (size == 0) {
            return 0;
        }
        int copied;
        lock.lock();
        try {
            awaitSomething();
            ByteBuf next = queue.peek();
            if (next == null) {
                return endOfStream();
            }
            copied = Math.min(size, next.readableBytes());
            next.readBytes(into, offset, copied);
            if (!next.isReadable()) {
                queue.poll();
                next.release();
            }
        } finally {
            lock.unlock();
        }
        source.consumed(copied);
        return copied;
    }

    private void awaitSomething() throws IOException {
        while (queue.isEmpty() && !isClosed() && door != Door.ABANDONED) {
            if (source.isCurrentThread()) {
                throw new IllegalStateException(
                        "this body arrives on the event loop "
                                + Thread.currentThread().getName()
                                + " and must not be waited for there; read it on a worker thread, for example behind threads()");
            }
            try {
                if (changed == null) {
                    changed = lock.newCondition();
                }
                changed.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw (IOException)
                        new InterruptedIOException("interrupted while waiting for a body").initCause(interrupted);
            }
        }
    }

    private int endOfStream() throws IOException {
        if (failure != null) {
            throw new IOException(failure.getMessage(), failure);
        }
        if (door == Door.ABANDONED) {
            throw new IOException("the body was closed before its end");
        }
        over = true;
        return -1;
    }

    /** What can be read without waiting. */
    @Override
    public int available() {
        lock.lock();
        try {
            return queue.readableBytes();
        } finally {
            lock.unlock();
        }
    }

    /** Abandons what was not read. */
    @Override
    public void close() {
        lock.lock();
        try {
            if ((over && trailers != null) || door == Door.PIPED) {
                return; // read to its end, or no longer ours to close: Camel closes every stream of an exchange
            }
        } finally {
            lock.unlock();
        }
        abandon("closed by its reader");
    }

    @Override
    public String toString() {
        return "HttpBody[" + (length == UNKNOWN_LENGTH ? "streaming" : length + " bytes") + "]";
    }

    // ---- common

    private void pipeThrough(BodySink to) {
        lock.lock();
        try {
            if (door != Door.CLOSED) {
                throw gone();
            }
            door = Door.PIPED;
            opener = to.getClass().getName();
            sink = to;
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether this is the first read. */
    private boolean openForReading() throws IOException {
        lock.lock();
        try {
            return switch (door) {
                case READ -> false;
                case PIPED -> throw gone();
                case ABANDONED -> throw new IOException("the body was closed before its end");
                case CLOSED -> {
                    door = Door.READ;
                    opener = firstCallerOutside(); // some microseconds, once and only for who reads by hand
                    yield true;
                }
            };
        } finally {
            lock.unlock();
        }
    }

    private BodyAlreadyReadException gone() {
        return opener.isEmpty() && door == Door.ABANDONED
                ? BodyAlreadyReadException.abandoned(abandonedFor)
                : BodyAlreadyReadException.readBy(opener);
    }

    private void signal() {
        if (changed != null) {
            changed.signal();
        }
    }

    private boolean isClosed() {
        return trailers != null || failure != null;
    }

    private static String firstCallerOutside() {
        return StackWalker.getInstance().walk(frames -> frames.map(StackWalker.StackFrame::getClassName)
                .filter(name -> !name.equals(HttpBody.class.getName()) && !name.startsWith("java."))
                .findFirst()
                .orElse("an unknown caller"));
    }

    /** The source of a body that is complete. */
    private enum NoSource implements Source {
        INSTANCE;

        @Override
        public void consumed(int bytes) {
            // nobody waits for room
        }

        @Override
        public void abandoned(String why) {
            // nothing to stop
        }
    }
}
