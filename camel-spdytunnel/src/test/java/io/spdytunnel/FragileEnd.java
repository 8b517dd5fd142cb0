package io.spdytunnel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.FrameDecoder;
import io.spdytunnel.wire.FrameLimits;
import io.spdytunnel.wire.FrameListener;
import io.spdytunnel.wire.FrameType;
import io.spdytunnel.wire.FrameWriter;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.NettySpdyFrameWriter;
import io.spdytunnel.wire.SessionError;
import io.spdytunnel.wire.Settings;
import io.spdytunnel.wire.StreamError;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An end that behaves as docs/legacy-ends.md says of amahi's two, fragile where that says fragile: header blocks that
 * come close together break it for good, and it forgets a stream on which nothing came for some time.
 *
 * <p>A broken one hangs: it goes on reading, and never says a word again.
 */
abstract class FragileEnd implements FrameListener, AutoCloseable {

    /** After so long without a frame a stream is forgotten. */
    static final Duration FORGETS_AFTER = Duration.ofSeconds(10);

    private static final int HEADER_BYTES = 8;

    private final FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULT);
    private final FrameWriter frames =
            new NettySpdyFrameWriter(UnpooledByteBufAllocator.DEFAULT, this::write, 32_768, 200);
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    final ExecutorService workers = Executors.newCachedThreadPool();
    private final Map<Integer, FragileStream> streams = new ConcurrentHashMap<>();
    private final Thread reader = new Thread(this::readFrames, "fragile-end");

    private final Socket socket;
    private volatile @Nullable String broken;
    private int awaitsDataOf; // the stream whose header block came last, as long as no DATA stands behind it

    FragileEnd(Socket socket) {
        this.socket = socket;
    }

    /** Begins to speak SPDY. */
    final void begin() {
        reader.start();
        var unused = clock.scheduleWithFixedDelay(this::forgetTheQuiet, 100, 100, TimeUnit.MILLISECONDS);
    }

    /** Why it hangs, or null as long as it does not. */
    @Nullable
    String broken() {
        return broken;
    }

    final void breaks(String why) {
        if (broken == null) {
            broken = why;
        }
    }

    // ---- streams

    final FragileStream opened(int id) {
        FragileStream stream = new FragileStream(id);
        streams.put(id, stream);
        return stream;
    }

    final @Nullable FragileStream stream(int id) {
        FragileStream stream = streams.get(id);
        if (stream != null) {
            stream.touch();
        }
        return stream;
    }

    final void close(FragileStream stream) {
        streams.remove(stream.id);
        stream.end();
    }

    private void forgetTheQuiet() {
        for (FragileStream stream : streams.values()) {
            if (stream.quietFor().compareTo(FORGETS_AFTER) > 0) {
                stream.forgotten = true;
                close(stream);
            }
        }
    }

    // ---- says

    /** One frame at a time, in several small pieces as a Go end writes them. */
    private void write(ByteBuf frame) {
        try {
            OutputStream out = socket.getOutputStream();
            while (frame.isReadable()) {
                frame.readBytes(out, Math.min(frame.readableBytes(), frame.readerIndex() == 0 ? 8 : 8192));
            }
        } catch (IOException closed) {
            breaks("the connection is gone: " + closed);
        } finally {
            frame.release();
        }
    }

    /** Says something, unless it is broken. */
    final void says(Consumer<FrameWriter> words) {
        synchronized (frames) {
            if (broken == null) {
                words.accept(frames);
            }
        }
    }

    final void sends(FragileStream stream, byte[] bytes, int from, int length, Fin fin) {
        stream.touch();
        says(out -> out.data(stream.id, Unpooled.copiedBuffer(bytes, from, length), fin));
    }

    // ---- hears

    private void readFrames() {
        byte[] read = new byte[65536];
        ByteBuf unread = Unpooled.buffer();
        try {
            for (int n = socket.getInputStream().read(read);
                    n >= 0;
                    n = socket.getInputStream().read(read)) {
                unread.writeBytes(read, 0, n);
                decode(unread);
                unread.discardReadBytes();
            }
        } catch (IOException closed) {
            // as good as the end of the stream
        }
        breaks("the connection is closed");
        streams.values().forEach(this::close);
    }

    private void decode(ByteBuf unread) {
        while (true) {
            int length = unread.readableBytes() < HEADER_BYTES ? 0 : unread.getUnsignedMedium(unread.readerIndex() + 5);
            if (unread.readableBytes() < HEADER_BYTES + length) {
                return; // whole frames only: their number counts
            }
            ByteBuf frame = unread.readSlice(HEADER_BYTES + length);
            try {
                while (decoder.decode(frame, this)) {
                    // goes on
                }
            } catch (StreamError | SessionError wrong) {
                breaks(wrong.getMessage());
            }
        }
    }

    /** A header block arrived. If another one did just before, the two are inflated at once, from one zlib stream. */
    final boolean inflates(int streamId, Fin fin) {
        if (awaitsDataOf != 0) {
            breaks("the header blocks of streams " + awaitsDataOf + " and " + streamId + " came without DATA between");
        }
        if (fin.isLast()) {
            breaks("stream " + streamId + " ended with its header block");
        }
        awaitsDataOf = streamId;
        return broken == null;
    }

    /** DATA arrived. */
    final void isData(int streamId) {
        if (awaitsDataOf == streamId) {
            awaitsDataOf = 0;
        }
    }

    @Override
    public void headers(int streamId, Fin fin, HeaderBlock headers) {
        breaks("HEADERS on stream " + streamId);
    }

    @Override
    public void rstStream(int streamId, int statusCode) {
        FragileStream stream = stream(streamId);
        if (stream != null) {
            stream.reset = true;
            close(stream);
        }
    }

    @Override
    public void settings(Settings settings) {
        if (streams.isEmpty()) {
            breaks("SETTINGS before the first request");
        }
    }

    @Override
    public void ping(int id) {
        says(out -> out.ping(id));
    }

    @Override
    public void goAway(int lastGoodStreamId, int statusCode) {
        // not understood
    }

    @Override
    public void windowUpdate(int streamId, int delta) {
        FragileStream stream = stream(streamId);
        if (stream != null) {
            stream.grow(delta);
        }
    }

    @Override
    public void malformed(FrameType type, int streamId, StreamError error) {
        breaks(error.getMessage());
    }

    @Override
    public void close() throws IOException {
        socket.close();
        clock.shutdownNow();
        workers.shutdownNow();
    }
}
