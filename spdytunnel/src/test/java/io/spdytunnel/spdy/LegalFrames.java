package io.spdytunnel.spdy;

import io.netty.buffer.ByteBuf;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.FrameListener;
import io.spdytunnel.wire.FrameType;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.SessionStatus;
import io.spdytunnel.wire.Settings;
import io.spdytunnel.wire.StreamError;
import io.spdytunnel.wire.StreamStatus;
import java.util.HashSet;
import java.util.Set;

/** Hears what one end says, and objects to what SPDY/3.1 forbids it, and to confessions of bugs. */
public final class LegalFrames implements FrameListener {

    /** Whether RST_STREAM with INTERNAL_ERROR may be said. */
    public enum OwnResets {
        /** Nothing goes wrong above the session. */
        NEVER,
        /** An answer may break off, as the request does that it is made of. */
        ALLOWED
    }

    private final OwnResets ownResets;

    private final Set<Integer> finished = new HashSet<>();
    private final Set<Integer> opened = new HashSet<>();
    private final Set<Integer> replied = new HashSet<>();
    private int highestOpened;
    private int lastPing;
    private boolean saidGoodbye;

    LegalFrames(OwnResets ownResets) {
        this.ownResets = ownResets;
    }

    int lastPing() {
        return lastPing;
    }

    private void mayTalk(int streamId, FrameType type, Fin fin) {
        if (finished.contains(streamId)) {
            throw new AssertionError(type + " on stream " + streamId + ", whose half was over (2.3.6)");
        }
        if (fin.isLast()) {
            finished.add(streamId);
        }
    }

    @Override
    public void data(int streamId, ByteBuf bytes, Fin fin) {
        if (!opened.contains(streamId) && !replied.contains(streamId)) {
            throw new AssertionError("DATA on stream " + streamId + ", neither opened nor replied to");
        }
        if (finished.contains(streamId)) {
            throw new AssertionError("DATA on stream " + streamId + ", whose half was over (2.3.6)");
        }
        if (fin.isLast()) {
            finished.add(streamId);
        }
    }

    @Override
    public void synStream(int streamId, int to, int priority, Fin fin, Answer answer, HeaderBlock head) {
        if (streamId <= highestOpened || saidGoodbye) {
            throw new AssertionError("SYN_STREAM " + streamId + " after " + highestOpened + " (2.3.2, 2.6.6)");
        }
        highestOpened = streamId;
        opened.add(streamId);
        mayTalk(streamId, FrameType.SYN_STREAM, fin);
    }

    @Override
    public void synReply(int streamId, Fin fin, HeaderBlock head) {
        mayTalk(streamId, FrameType.SYN_REPLY, fin);
        if (!replied.add(streamId)) {
            throw new AssertionError("second SYN_REPLY on stream " + streamId);
        }
    }

    @Override
    public void rstStream(int streamId, int statusCode) {
        StreamStatus status = StreamStatus.of(statusCode);
        if (status == null || (status == StreamStatus.INTERNAL_ERROR && ownResets == OwnResets.NEVER)) {
            throw new AssertionError("RST_STREAM " + streamId + " with status " + statusCode);
        }
        if (opened.contains(streamId) || replied.contains(streamId)) { // else the stream may still come, and be legal
            finished.add(streamId);
        }
    }

    @Override
    public void settings(Settings settings) {}

    @Override
    public void ping(int id) {
        lastPing = id;
    }

    @Override
    public void goAway(int lastGoodStreamId, int statusCode) {
        saidGoodbye = true;
        if (SessionStatus.of(statusCode) == SessionStatus.INTERNAL_ERROR) {
            throw new AssertionError("GOAWAY confesses a bug");
        }
    }

    @Override
    public void headers(int streamId, Fin fin, HeaderBlock headers) {
        mayTalk(streamId, FrameType.HEADERS, fin);
    }

    @Override
    public void windowUpdate(int streamId, int delta) {
        if (delta <= 0) {
            throw new AssertionError("WINDOW_UPDATE by " + delta);
        }
    }

    @Override
    public void malformed(FrameType type, int streamId, StreamError error) {
        throw new AssertionError(error);
    }
}
