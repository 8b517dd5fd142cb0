package io.spdytunnel.h2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameWriter;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.ReceiveWindow;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How much the peer may send (RFC 9113 5.2), by the same rules as on a SPDY session: a stream's room goes back as its
 * bytes are consumed, and grows by being read; the connection's goes back as bytes are received, since each stream's
 * own window bounds them from there. Netty's own controller knows neither growth nor a common pool.
 *
 * <p>So a stalled stream holds up nobody else, and the connection's window need be no larger than what fills a line.
 * Confined to the event loop.
 */
final class Http2Credit implements Http2LocalFlowController {

    /** Room on the connection is announced once it is this share of the window; see {@link ReceiveWindow} for why so soon. */
    private static final int ANNOUNCED_SHARE = 8;

    /** As large as a stream's window may grow: one stream alone is not held up by the connection. */
    private final int connectionWindow;

    private final LiveHttp2Session session;

    private @Nullable Http2FrameWriter writer;
    private @Nullable ChannelHandlerContext context;
    private int connectionCredit = Http2CodecUtil.DEFAULT_WINDOW_SIZE;

    /** Of the frame just received, since nobody holds it: its stream is over, or was never let in. */
    private int ignored;

    Http2Credit(LiveHttp2Session session, int connectionWindow) {
        this.session = session;
        this.connectionWindow = connectionWindow;
    }

    @Override
    public Http2LocalFlowController frameWriter(Http2FrameWriter frameWriter) {
        writer = frameWriter;
        return this;
    }

    @Override
    public void channelHandlerContext(ChannelHandlerContext ctx) {
        context = ctx;
    }

    /** Opens the connection's window; behind our SETTINGS. */
    void begin() {
        refill();
    }

    // ---- what the peer sends

    @Override
    public void receiveFlowControlledFrame(@Nullable Http2Stream on, ByteBuf data, int padding, boolean endOfStream)
            throws Http2Exception {
        int size = data.readableBytes() + padding;
        if (size > connectionCredit) {
            ignored = size;
            throw Http2Exception.connectionError(
                    Http2Error.FLOW_CONTROL_ERROR,
                    "%d bytes into a connection's window of %d [RFC 9113 5.2.2]",
                    size,
                    connectionCredit);
        }
        connectionCredit -= size;
        if (connectionWindow - connectionCredit >= connectionWindow / ANNOUNCED_SHARE) {
            refill();
        }
        LiveHttp2Stream stream = session.streamOf(on);
        if (stream == null || !stream.mayReceive()) {
            ignored = size; // behind END_STREAM, too: its window has gone back to the budget
        } else if (!stream.window().use(size)) {
            ignored = size;
            throw Http2Exception.streamError(
                    stream.id(),
                    Http2Error.FLOW_CONTROL_ERROR,
                    "%d bytes into a stream's window of %d [RFC 9113 5.2.2]",
                    size,
                    stream.window().credit());
        }
    }

    private void refill() {
        int update = connectionWindow - connectionCredit;
        if (update > 0) {
            connectionCredit = connectionWindow;
            write(0, update);
        }
    }

    @Override
    public boolean consumeBytes(Http2Stream on, int bytes) {
        if (ignored > 0) {
            ignored -= Math.min(bytes, ignored);
            return false;
        }
        LiveHttp2Stream stream = session.streamOf(on);
        return stream != null && bytes > 0 && consumed(stream, bytes);
    }

    /** Bytes are no longer held. Returns whether the peer was told. */
    boolean consumed(LiveHttp2Stream stream, int bytes) {
        int update = stream.window().consumed(bytes, session.nanos());
        if (update == 0 || !stream.mayReceive()) {
            return false;
        }
        write(stream.id(), update);
        return true;
    }

    private void write(int streamId, int update) {
        ChannelHandlerContext ctx = Objects.requireNonNull(context, "not added to a pipeline");
        var unused = Objects.requireNonNull(writer, "not added to a pipeline")
                .writeWindowUpdate(ctx, streamId, update, ctx.newPromise().unvoid());
        session.out().flushSoon();
    }

    @Override
    public int unconsumedBytes(Http2Stream on) {
        LiveHttp2Stream stream = session.streamOf(on);
        return stream == null ? 0 : stream.window().held();
    }

    // ---- what Netty asks besides

    /** Told when the peer has acknowledged our SETTINGS; every stream's window began with this size anyway. */
    @Override
    public void initialWindowSize(int bytes) {
        // nothing to change
    }

    @Override
    public int initialWindowSize() {
        return MemoryBudget.STREAM_BYTES;
    }

    @Override
    public int initialWindowSize(Http2Stream on) {
        return MemoryBudget.STREAM_BYTES;
    }

    @Override
    public int windowSize(Http2Stream on) {
        LiveHttp2Stream stream = session.streamOf(on);
        return stream == null ? connectionCredit : stream.window().credit();
    }

    @Override
    public void incrementWindowSize(Http2Stream on, int delta) {
        throw new UnsupportedOperationException("a window grows only when its bytes are read");
    }
}
