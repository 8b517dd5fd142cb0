package io.spdytunnel.spdy;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.netty.util.concurrent.ScheduledFuture;
import io.spdytunnel.session.ReceiveWindow;
import io.spdytunnel.session.Role;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.FrameListener;
import io.spdytunnel.wire.FrameWriter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The differences of a session whose peer is an end of amahi/spdy-proxy. docs/legacy-ends.md explains the rules R1 to
 * R10 of the comments.
 *
 * <p>Such an end forgets a stream without frames for 10 s, loses frames that come too close together, ignores most
 * windows, and closes the connection of a peer that does not read. So a timer sends frames on its streams,
 * {@link LegacyWriter} gives frames an order that it can handle, {@link LegacyListener} ignores frames that it should
 * not send, and room for data beyond its windows is borrowed from the memory budget. Confined to the session's event
 * loop.
 */
final class LegacyPeer {

    /** How often streams are checked: much shorter than the limits that follow. */
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** R4: a stream without a frame for this time gets one, long before the 10 s are over. */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(4);

    /** R5: an upload that stands still gets an empty piece. */
    private static final long UPLOAD_GAP_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** R8: an end whose writes are not read for 5 s closes the session. */
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final LiveSession session;
    private final Channel channel;
    private final int bufferBytes;
    private final IntObjectMap<Awake> streams = new IntObjectHashMap<>();

    private @Nullable LegacyWriter writer; // from wrap on
    private @Nullable ScheduledFuture<?> tick;
    private @Nullable ScheduledFuture<?> pause;
    private long overdrawn;
    private boolean over;

    /** @param bufferBytes bytes that a stream may send beyond its window */
    LegacyPeer(LiveSession session, Channel channel, int bufferBytes) {
        this.session = session;
        this.channel = channel;
        this.bufferBytes = bufferBytes;
    }

    FrameWriter wrap(FrameWriter plain) {
        LegacyWriter wrapped = new LegacyWriter(this, plain);
        writer = wrapped;
        return wrapped;
    }

    FrameListener wrap(FrameListener plain) {
        return new LegacyListener(this, session, plain);
    }

    /**
     * The send window of one stream. A proxy does not wait for updates, because an origin of amahi/spdy-proxy sends
     * none for uploads.
     */
    SendWindow sendWindow() {
        return session.role() == Role.INITIATOR ? SendWindow.unlimited() : new LegacySendWindow();
    }

    // ---- signs of life

    private static final class Awake {
        private long lastFrameAt;
        private long lastDataSentAt;
    }

    void opened(int streamId) {
        Awake awake = new Awake();
        awake.lastFrameAt = session.nanos();
        awake.lastDataSentAt = awake.lastFrameAt;
        streams.put(streamId, awake);
        if (tick == null && !over) {
            tick = session.eventLoop()
                    .scheduleWithFixedDelay(this::lookAfterStreams, TICK_NANOS, TICK_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    /** A frame of a stream came or went. */
    void heardOf(int streamId) {
        Awake awake = streams.get(streamId);
        if (awake != null) {
            awake.lastFrameAt = session.nanos();
        }
    }

    void sentData(int streamId) {
        Awake awake = streams.get(streamId);
        if (awake != null) {
            awake.lastFrameAt = session.nanos();
            awake.lastDataSentAt = awake.lastFrameAt;
        }
    }

    private void lookAfterStreams() {
        long now = session.nanos();
        for (Integer id : List.copyOf(streams.keySet())) { // a write may fail and end the session, and so all streams
            Awake awake = streams.get(id);
            SpdyStream stream = session.streams().get(id);
            if (awake != null && stream != null) {
                lookAfter(stream, awake, now);
            } else {
                streams.remove(id);
            }
        }
        if (streams.isEmpty()) {
            stopTicking();
        }
    }

    private void lookAfter(SpdyStream stream, Awake awake, long now) {
        LegacyWriter out = writer;
        if (out == null) {
            return;
        }
        boolean isUpload = session.role() == Role.INITIATOR && stream.state().maySend();
        if (isUpload && now - awake.lastDataSentAt >= UPLOAD_GAP_NANOS) {
            out.data(stream.id(), Unpooled.EMPTY_BUFFER, Fin.MORE);
        } else if (now - awake.lastFrameAt >= QUIET_NANOS) {
            out.windowUpdate(stream.id(), 1); // a PING does not count; a byte that nobody minds does
        }
    }

    private void stopTicking() {
        if (tick != null) {
            tick.cancel(false);
            tick = null;
        }
    }

    // ---- what comes without room for it

    /** Counts the bytes of a stream, and borrows missing room. Returns false if that is too much. */
    boolean use(ReceiveWindow window, int bytes) {
        int missing = bytes - window.credit();
        if (missing > 0) {
            if (window.overdrawn() + missing > bufferBytes || !window.overdraw(missing)) {
                return false;
            }
            overdrawn += missing;
            if (overdrawn > bufferBytes / 2) {
                pauseReading();
            }
        }
        return window.use(bytes);
    }

    /** Bytes of a stream were consumed; returns the room to announce. */
    int consumed(ReceiveWindow window, int bytes) {
        int before = window.overdrawn();
        int update = window.consumed(bytes, session.nanos());
        repaid(before - window.overdrawn());
        return update;
    }

    /** Gives back the held bytes of a stream, because they will not be reported as consumed. */
    void writeOff(ReceiveWindow window) {
        int owed = window.overdrawn();
        window.writeOff();
        repaid(owed);
    }

    private void repaid(int bytes) {
        overdrawn -= bytes;
        if (pause != null && overdrawn < bufferBytes / 4) {
            readOn();
        }
    }

    private void pauseReading() {
        if (pause == null && !over) {
            channel.config().setAutoRead(false);
            pause = session.eventLoop().schedule(this::readOn, LONGEST_PAUSE_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    /** Reads at least once: the received data may cause the next pause. */
    private void readOn() {
        if (pause != null) {
            pause.cancel(false);
            pause = null;
            channel.config().setAutoRead(true);
        }
    }

    String tooMuch() {
        return "more than " + bufferBytes + " bytes (legacyBuffer) came beyond the window";
    }

    /** The session is over. */
    void stop() {
        over = true;
        stopTicking();
        if (pause != null) {
            pause.cancel(false);
            pause = null;
        }
        streams.clear();
    }
}
