package io.spdytunnel.spdy;

import io.netty.buffer.ByteBuf;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.FrameListener;
import io.spdytunnel.wire.FrameType;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.Settings;
import io.spdytunnel.wire.StreamError;

/**
 * Ignores frames that an end of amahi/spdy-proxy sends against the rules: frames for streams that have ended, and
 * updates by 0. Its other errors are handled as for any peer.
 */
final class LegacyListener implements FrameListener {

    private final LegacyPeer peer;
    private final LiveSession session;
    private final FrameListener strict;

    LegacyListener(LegacyPeer peer, LiveSession session, FrameListener strict) {
        this.peer = peer;
        this.session = session;
        this.strict = strict;
    }

    @Override
    public void data(int streamId, ByteBuf bytes, Fin fin) {
        if (mayReceive(streamId)) {
            strict.data(streamId, bytes, fin);
        }
    }

    @Override
    public void synStream(int streamId, int associatedTo, int priority, Fin fin, Answer answer, HeaderBlock head) {
        strict.synStream(streamId, associatedTo, priority, fin, answer, head);
        if (session.hasSentGoAway()) {
            session.refuse(streamId, "this end is going away"); // which a legacy end does not understand
        }
        if (session.streams().get(streamId) != null) {
            peer.opened(streamId);
        }
    }

    @Override
    public void synReply(int streamId, Fin fin, HeaderBlock head) {
        if (mayReceive(streamId)) {
            strict.synReply(streamId, fin, head);
        }
    }

    @Override
    public void headers(int streamId, Fin fin, HeaderBlock headers) {
        if (mayReceive(streamId)) {
            strict.headers(streamId, fin, headers);
        }
    }

    private boolean mayReceive(int streamId) {
        peer.heardOf(streamId);
        SpdyStream stream = session.streams().get(streamId);
        return stream != null && stream.state().mayReceive();
    }

    @Override
    public void rstStream(int streamId, int statusCode) {
        strict.rstStream(streamId, statusCode);
    }

    @Override
    public void settings(Settings settings) {
        strict.settings(settings);
    }

    @Override
    public void ping(int id) {
        strict.ping(id);
    }

    @Override
    public void goAway(int lastGoodStreamId, int statusCode) {
        strict.goAway(lastGoodStreamId, statusCode);
    }

    /** Each update acknowledges a DATA frame (R2), even one without bytes. */
    @Override
    public void windowUpdate(int streamId, int delta) {
        peer.heardOf(streamId);
        if (delta > 0) {
            strict.windowUpdate(streamId, delta);
            return;
        }
        SpdyStream stream = session.streams().get(streamId);
        if (stream != null) {
            stream.sendWindow().grow(0);
            session.outbound().wishChanged(stream);
        }
    }

    @Override
    public void malformed(FrameType type, int streamId, StreamError error) {
        if (type == FrameType.SYN_STREAM || mayReceive(streamId)) {
            strict.malformed(type, streamId, error);
        }
    }
}
