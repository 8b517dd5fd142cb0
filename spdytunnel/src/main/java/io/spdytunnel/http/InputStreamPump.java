package io.spdytunnel.http;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills a body from a blocking stream. It uses a worker thread only while there is room in the body: a reader that has
 * stalled costs no thread.
 */
final class InputStreamPump implements HttpBody.Source, Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(InputStreamPump.class);

    /** The size of one read: one DATA frame. */
    private static final int PIECE_BYTES = 16 * 1024;

    /** The most bytes to read ahead of the reader; the same as a new stream's window. */
    private static final int AHEAD_BYTES = 64 * 1024;

    private final InputStream in;
    private final Executor workers;
    private final HttpBody body;

    // guarded by this
    private int ahead;
    private boolean running;
    private boolean stopped;

    private @Nullable Thread reader;
    private boolean interrupted;

    // confined to the running worker
    private final byte[] piece = new byte[PIECE_BYTES];
    private long read;

    InputStreamPump(InputStream in, long length, Executor workers) {
        this.in = in;
        this.workers = workers;
        this.body = new HttpBody(length, this);
    }

    HttpBody body() {
        return body;
    }

    @Override
    public void wanted() {
        start();
    }

    @Override
    public void consumed(int bytes) {
        synchronized (this) {
            ahead -= bytes;
            if (ahead > AHEAD_BYTES / 2) {
                return; // wake a worker for a worthwhile amount only
            }
        }
        start();
    }

    /** Interrupts a worker that waits in a read. Some streams ignore that, and end only with their next byte. */
    @Override
    public void abandoned(String why) {
        boolean closeHere;
        synchronized (this) {
            closeHere = !running && !stopped;
            stopped = true;
            if (reader != null && reader != Thread.currentThread()) {
                interrupted = true;
                reader.interrupt();
            }
        }
        if (closeHere) {
            execute(this::close);
        }
    }

    private void start() {
        synchronized (this) {
            if (running || stopped) {
                return;
            }
            running = true;
        }
        execute(this);
    }

    private void execute(Runnable work) {
        try {
            workers.execute(work);
        } catch (RejectedExecutionException full) {
            synchronized (this) {
                running = false;
                stopped = true;
            }
            body.fail(new IOException("no worker thread to read the body: " + full.getMessage(), full));
            close();
        }
    }

    /** Reads until there is no room, or the stream ends, or the body is abandoned. */
    @Override
    public void run() {
        try {
            while (mayRead()) {
                if (!readPiece()) {
                    end();
                    return;
                }
            }
        } catch (IOException broken) {
            fail(broken);
        } catch (RuntimeException | Error broken) {
            fail(new IOException("the body's stream failed: " + broken, broken));
            throw broken;
        }
    }

    private boolean mayRead() {
        synchronized (this) {
            running = !stopped && ahead < AHEAD_BYTES;
            if (running || !stopped) {
                return running;
            }
        }
        close(); // abandoned while this worker was reading
        return false;
    }

    /** Returns false at the stream's end. */
    private boolean readPiece() throws IOException {
        int size = readInterruptibly();
        if (size < 0) {
            return false;
        }
        read += size;
        if (body.length() >= 0 && read > body.length()) {
            throw new IOException("the stream is longer than the " + body.length() + " bytes that were announced");
        }
        synchronized (this) {
            ahead += size;
        }
        // Exactly as large as needed: many small ones may be held at once.
        body.offer(ByteBufAllocator.DEFAULT.ioBuffer(size, size).writeBytes(piece, 0, size));
        return true;
    }

    private int readInterruptibly() throws IOException {
        synchronized (this) {
            if (stopped) {
                return 0;
            }
            reader = Thread.currentThread();
        }
        try {
            return in.read(piece);
        } finally {
            synchronized (this) {
                reader = null;
                if (interrupted) {
                    interrupted = false;
                    Thread.interrupted(); // it was meant for this read, not for what the worker does next
                }
            }
        }
    }

    private void end() {
        if (body.length() >= 0 && read != body.length()) {
            fail(new IOException("the stream ended after " + read + " bytes, " + body.length() + " were announced"));
            return;
        }
        stop();
        body.finish(EmptyHttpHeaders.INSTANCE);
    }

    private void fail(IOException cause) {
        stop();
        body.fail(cause);
    }

    private void stop() {
        synchronized (this) {
            running = false;
            stopped = true;
        }
        close();
    }

    private void close() {
        try {
            in.close();
        } catch (IOException | RuntimeException ignored) {
            LOG.debug("closing a body's stream: {}", ignored.toString());
        }
    }
}
