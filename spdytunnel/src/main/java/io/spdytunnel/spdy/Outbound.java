package io.spdytunnel.spdy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.FrameListener;
import io.spdytunnel.wire.FrameWriter;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.NettySpdyFrameWriter;
import io.spdytunnel.wire.SessionError;
import io.spdytunnel.wire.SessionStatus;
import io.spdytunnel.wire.Settings;
import io.spdytunnel.wire.StreamStatus;

/**
 * The output of a session.
 *
 * <p>Control frames go to the channel at once. What streams send waits in their queues and goes to the channel only
 * while that is writable, so a control frame has at most the channel's own buffer before it, and the scheduler's choice
 * is fresh. Both are flushed once a batch: at the end of a read, or in one task for all that is written outside of one.
 */
final class Outbound {

    /** Replies are offered to the transport this often, so that one large read of a fast peer cannot reach the limit. */
    private static final int FLUSHES_PER_LIMIT = 10;

    /** Batches in a row before others get the event loop: 1 MiB at the usual high-water mark. */
    private static final int ROUNDS = 16;

    private final ChannelHandlerContext context;
    private final LiveSession session;
    private final AbuseGuard guard;
    private final FrameWriter writer;
    private final Scheduler scheduler;
    private final int maxUnflushedReplies;
    private final SendWindow window;

    private final ChannelFutureListener onWritten = this::written;
    private final ChannelFutureListener onReplyWritten = this::replyWritten;

    private boolean inRead;
    private boolean flushScheduled;
    private boolean flushing;
    private boolean unflushed;
    private boolean isReply;
    private int unflushedReplies;
    private boolean stopped;

    Outbound(ChannelHandlerContext context, LiveSession session, SessionSettings settings, AbuseGuard guard) {
        this.context = context;
        this.session = session;
        this.guard = guard;
        FrameWriter plain = new NettySpdyFrameWriter(
                context.alloc(),
                this::write,
                settings.frames().maxBlockBytes(),
                settings.frames().maxFields());
        LegacyPeer legacy = session.legacy();
        this.writer = legacy == null ? plain : legacy.wrap(plain);
        this.scheduler = new Scheduler(settings.limits().maxDataBytes());
        this.window = settings.hasSessionWindow() ? new SendWindow(MemoryBudget.STREAM_BYTES) : SendWindow.unlimited();
        this.maxUnflushedReplies = settings.limits().maxUnflushedReplies();
    }

    // ---- control frames, ahead of all that waits in streams

    void settings(Settings settings) {
        writer.settings(settings);
    }

    void synStream(int streamId, int priority, Fin fin, HeaderBlock head) {
        writer.synStream(streamId, priority, fin, head);
    }

    void push(int streamId, int associatedTo, int priority, HeaderBlock head) {
        writer.synStream(streamId, associatedTo, priority, Fin.MORE, FrameListener.Answer.FORBIDDEN, head);
    }

    void ping(int pingId) {
        writer.ping(pingId);
    }

    void goAway(int lastGoodStreamId, SessionStatus status) {
        writer.goAway(lastGoodStreamId, status);
    }

    /** Resets a stream by our own decision. */
    void rstStream(int streamId, StreamStatus status) {
        writer.rstStream(streamId, status);
    }

    /** Resets a stream because of the peer's error. */
    void rejectStream(int streamId, StreamStatus status) {
        isReply = true;
        writer.rstStream(streamId, status);
        isReply = false;
    }

    void echo(int pingId) {
        isReply = true;
        writer.ping(pingId);
        isReply = false;
    }

    void windowUpdate(int streamId, int delta) {
        isReply = true;
        writer.windowUpdate(streamId, delta);
        isReply = false;
    }

    /** @throws SessionError if the peer causes answers, but does not read them */
    void checkForFlood() {
        if (unflushedReplies > maxUnflushedReplies) {
            throw SessionError.of(
                    SessionStatus.PROTOCOL_ERROR,
                    "2.6.5",
                    "more than " + maxUnflushedReplies + " answers that the peer does not read");
        }
    }

    void check(HeaderBlock block) {
        writer.check(block);
    }

    // ---- streams

    /** The peer's room for DATA over all streams. */
    SendWindow window() {
        return window;
    }

    /** A stream has more to send, or more room to send it. */
    void wishChanged(SpdyStream stream) {
        scheduler.place(stream);
        requestFlush();
    }

    /** As {@link #wishChanged}, for a stream that is just being served. */
    void place(SpdyStream stream) {
        scheduler.place(stream);
    }

    private void serveStreams() {
        while (context.channel().isWritable()) {
            SpdyStream stream = scheduler.next(window.isShut());
            if (stream == null) {
                return;
            }
            int length = stream.sendNext(writer, window, scheduler.turnLeft());
            scheduler.spent(length);
            if (length > 0) {
                guard.sentData();
            }
        }
    }

    // ---- batches

    /** Bytes arrive; what is written until {@link #readEnds} is flushed there. */
    void readBegins() {
        inRead = true;
    }

    void readEnds() {
        inRead = false;
        flush();
    }

    /** Makes sure that what was written is flushed, and streams are served, at the end of this turn of the loop. */
    void requestFlush() {
        if (!inRead && !flushScheduled && !flushing && !stopped) {
            flushScheduled = true;
            context.executor().execute(this::flush);
        }
    }

    /** Serves streams and flushes, until the transport accepts no more. */
    void flush() {
        flushScheduled = false;
        if (flushing || stopped) {
            return;
        }
        flushing = true;
        try {
            int round = 0;
            do {
                serveStreams();
                if (!unflushed) {
                    return;
                }
                unflushed = false;
                context.flush();
            } while (++round < ROUNDS);
        } catch (RuntimeException bug) {
            session.failedInside(bug);
        } finally {
            flushing = false;
        }
        requestFlush();
    }

    /** Flushes, tells when all that was written has left or failed, and takes nothing more. */
    ChannelFuture finish() {
        flush();
        stopped = true;
        ChannelFuture last = context.write(Unpooled.EMPTY_BUFFER);
        context.flush();
        return last;
    }

    /** Accepts nothing more: the transport is closed. */
    void stop() {
        stopped = true;
    }

    /** The one place that writes, so that no failed write goes unnoticed. */
    private void write(ByteBuf frame) {
        if (stopped) {
            frame.release();
            return;
        }
        unflushed = true;
        if (!isReply) {
            context.write(frame).addListener(onWritten);
        } else {
            context.write(frame).addListener(onReplyWritten);
            if (++unflushedReplies % (maxUnflushedReplies / FLUSHES_PER_LIMIT) == 0) {
                context.flush();
            }
        }
        requestFlush();
    }

    private void written(ChannelFuture write) {
        if (!write.isSuccess()) {
            session.transportFailed(write.cause());
        }
    }

    private void replyWritten(ChannelFuture write) {
        unflushedReplies--;
        written(write);
    }
}
