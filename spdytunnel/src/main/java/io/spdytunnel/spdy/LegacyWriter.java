package io.spdytunnel.spdy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.FrameListener;
import io.spdytunnel.wire.FrameWriter;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.SessionStatus;
import io.spdytunnel.wire.Settings;
import io.spdytunnel.wire.StreamStatus;

/**
 * Gives frames an order that an end of amahi/spdy-proxy can handle. That end inflates the header blocks of several
 * streams concurrently from one zlib stream, unless DATA of the same stream follows each block (R1, R3). It does not
 * use HEADERS (R6).
 */
final class LegacyWriter implements FrameWriter {

    private final LegacyPeer peer;
    private final FrameWriter frames;

    LegacyWriter(LegacyPeer peer, FrameWriter frames) {
        this.peer = peer;
        this.frames = frames;
    }

    @Override
    public void data(int streamId, ByteBuf bytes, Fin fin) {
        frames.data(streamId, bytes, fin);
        peer.sentData(streamId);
    }

    @Override
    public void synStream(
            int streamId, int associatedTo, int priority, Fin fin, FrameListener.Answer answer, HeaderBlock head) {
        if (associatedTo != 0) {
            throw new IllegalStateException("push " + streamId + " to a legacy end");
        }
        frames.synStream(streamId, 0, priority, Fin.MORE, answer, head);
        peer.opened(streamId);
        data(streamId, Unpooled.EMPTY_BUFFER, fin);
    }

    @Override
    public void synReply(int streamId, Fin fin, HeaderBlock head) {
        frames.synReply(streamId, Fin.MORE, head);
        data(streamId, Unpooled.EMPTY_BUFFER, fin);
    }

    @Override
    public void rstStream(int streamId, StreamStatus status) {
        frames.rstStream(streamId, status);
    }

    @Override
    public void settings(Settings settings) {
        frames.settings(settings);
    }

    @Override
    public void ping(int id) {
        frames.ping(id);
    }

    @Override
    public void goAway(int lastGoodStreamId, SessionStatus status) {
        frames.goAway(lastGoodStreamId, status);
    }

    /** Trailers are dropped; their FIN is sent. */
    @Override
    public void headers(int streamId, Fin fin, HeaderBlock headers) {
        if (fin.isLast()) {
            data(streamId, Unpooled.EMPTY_BUFFER, fin);
        }
    }

    @Override
    public void windowUpdate(int streamId, int delta) {
        frames.windowUpdate(streamId, delta);
        peer.heardOf(streamId);
    }

    @Override
    public void check(HeaderBlock block) {
        frames.check(block);
    }
}
