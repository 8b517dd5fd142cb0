package io.spdytunnel.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds a body from a blocking stream, on a worker thread that is held only while there is something to read and room
 * for it: a reader who has stalled costs no thread.
 */
final class InputStreamPump implements HttpBody.Source, Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(InputStreamPump.class);

    /** One read: the size of a DATA frame's turn. */
    private static final int PIECE_BYTES = 16 * 1024;

    /** Read ahead of the reader at most; the same as a fresh stream's window. */
    private static final int AHEAD_BYTES = 64 * 1024;

    private final InputStream in;
    private final Executor workers;
    private final HttpBody body;

    // guarded by this
    private int ahead;
    private boolean running;
    private boolean stopped;

    private long read; // confined to the running worker

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

    @Override
    public void abandoned(String why) {
        boolean closeHere;
        synchronized (this) {
            closeHere = !running && !stopped;
            stopped = true;
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

    /** Reads until there is no room, the end, or no wish for more. */
    @Override
    public void run() {
        try {
            while (mayRead()) {
                if (!readPiece()) {
                    end();
                    return;
                }
            }
        } catch (IOException | RuntimeException broken) {
            fail(broken instanceof IOException io ? io : new IOException(broken.toString(), broken));
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

    private boolean readPiece() throws IOException {
        ByteBuf piece = ByteBufAllocator.DEFAULT.ioBuffer(PIECE_BYTES, PIECE_BYTES);
        int size;
        try {
            size = piece.writeBytes(in, PIECE_BYTES);
        } catch (IOException | RuntimeException broken) {
            piece.release();
            throw broken;
        }
        if (size <= 0) {
            piece.release();
            return size == 0;
        }
        read += size;
        synchronized (this) {
            ahead += size;
        }
        body.offer(piece);
        return true;
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
