package io.spdytunnel.spdy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyHeadersFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyHeadersFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.StreamStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A peer whose every header block leans on the ones before it: one that is not inflated, whatever becomes of its
 * stream, makes all later ones unreadable (SPDY/3.1 2.4.1).
 */
class CompressedPeerTest {

    private static final String COOKIE = "a value long enough to be worth a reference to where it stood before";

    private final EmbeddedChannel netty = new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
    private final List<String> paths = new ArrayList<>();

    @AfterEach
    void free() {
        netty.finishAndReleaseAll();
    }

    private void sends(InMemoryPeer peer, SpdyFrame frame) {
        netty.writeOutbound(frame);
        for (ByteBuf out = netty.readOutbound(); out != null; out = netty.readOutbound()) {
            int[] bytes = new int[out.readableBytes()];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = out.readUnsignedByte();
            }
            out.release();
            peer.sendsRaw(bytes);
        }
    }

    private static SpdyHeadersFrame with(SpdyHeadersFrame frame, String path) {
        frame.headers().add(":path", path).add("cookie", COOKIE);
        return frame;
    }

    private static SpdyHeadersFrame opening(int id, String path) {
        return with(new DefaultSpdySynStreamFrame(id, 0, (byte) 0), path);
    }

    private InMemoryPeer responder(int streams) {
        InMemoryPeer peer = new InMemoryPeer(
                Role.RESPONDER,
                SessionSettings.DEFAULT.withMaxConcurrentStreams(streams),
                new MemoryBudget(InMemoryPeer.BUDGET));
        peer.isServedBy((stream, head, fin) -> {
            assertThat(head.first("cookie")).isEqualTo(COOKIE);
            paths.add(head.first(":path"));
            return new RecordingListener(stream);
        });
        peer.hears();
        return peer;
    }

    @Test
    void blocksOfRefusedMalformedAndUnknownStreamsAreInflated() {
        try (InMemoryPeer peer = responder(1)) {
            sends(peer, opening(1, "/first"));
            sends(peer, opening(3, "/refused"));
            peer.wasReset(3, StreamStatus.REFUSED_STREAM);
            SpdyHeadersFrame broken = opening(5, "/broken");
            broken.headers().add("split", "a\rb");
            sends(peer, broken);
            peer.wasReset(5, StreamStatus.PROTOCOL_ERROR);
            sends(peer, with(new DefaultSpdyHeadersFrame(99), "/headers-of-none"));
            peer.wasReset(99, StreamStatus.INVALID_STREAM);
            sends(peer, with(new DefaultSpdySynReplyFrame(98), "/reply-to-none"));
            peer.wasReset(98, StreamStatus.INVALID_STREAM);
            sends(peer, with(new DefaultSpdyHeadersFrame(3), "/headers-that-crossed"));
            peer.writer().rstStream(1, StreamStatus.CANCEL);
            sends(peer, opening(7, "/last"));

            assertThat(paths).containsExactly("/first", "/last");
            peer.isStillConnected();
        }
    }

    @Test
    void blocksOfStreamsIgnoredAfterOurGoodbyeAreInflated() {
        try (InMemoryPeer peer = responder(10)) {
            sends(peer, opening(1, "/first"));
            peer.session().drain(Duration.ofSeconds(30));
            peer.hears();
            sends(peer, opening(3, "/ignored"));
            sends(peer, with(new DefaultSpdyHeadersFrame(3), "/ignored"));
            sends(peer, with(new DefaultSpdyHeadersFrame(1), "/trailers").setLast(true));
            peer.heardNothing();
            peer.isStillConnected();
            assertThat(paths).containsExactly("/first");
        }
    }

    @Test
    void blocksOfPushesThatNobodyWantsAreInflated() throws Exception {
        try (InMemoryPeer peer = new InMemoryPeer(Role.INITIATOR)) {
            RecordingListener request = peer.isSentAStream(Fin.FIN, 0);
            peer.hears();
            SpdyHeadersFrame push = new DefaultSpdySynStreamFrame(2, 1, (byte) 0).setUnidirectional(true);
            sends(peer, with(push, "/pushed"));
            peer.wasReset(2, StreamStatus.REFUSED_STREAM);
            SpdyHeadersFrame reply = new DefaultSpdySynReplyFrame(1);
            reply.headers().add(":status", COOKIE);
            sends(peer, reply);
            assertThat(request.calls()).containsExactly("replied " + COOKIE);
        }
    }
}
