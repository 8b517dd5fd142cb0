package io.spdytunnel.spdy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.spdytunnel.session.KeepAlive;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.SessionEnd;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamEnd.Cause;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.StreamStatus;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A proxy's session with an origin of amahi's: docs/legacy-ends.md, rules of the proxy. */
class LegacyOriginTest {

    private static final int BUFFER = 1024 * 1024;

    private final InMemoryPeer origin = new InMemoryPeer(
            Role.INITIATOR,
            SessionSettings.DEFAULT
                    .withPeer(SessionSettings.Peer.LEGACY)
                    .withKeepAlive(KeepAlive.NONE)
                    .withLegacyBufferBytes(BUFFER),
            new MemoryBudget(InMemoryPeer.BUDGET));

    @AfterEach
    void nothingIsLeft() {
        origin.close();
        assertThat(origin.budget().used()).isZero();
    }

    /** In steps, as a timer would see it. */
    private void silenceOf(Duration time) {
        for (long ms = 0; ms < time.toMillis(); ms += 100) {
            origin.staysSilentFor(Duration.ofMillis(100));
        }
    }

    @Test
    void nothingIsSaidBeforeTheFirstRequest() {
        origin.heardNothing();
        silenceOf(Duration.ofMinutes(1));
        origin.heardNothing();
    }

    @Test
    void r1DataStandsBehindEachHead() throws Exception {
        origin.isSentAStream(Fin.FIN, 0);
        origin.isSentAStream(Fin.MORE, 0);
        assertThat(origin.hears()).containsExactly("SYN_STREAM 1", "DATA 1 0 FIN", "SYN_STREAM 3", "DATA 3 0");
    }

    @Test
    void anUploadWaitsForNoUpdates() throws Exception {
        Stream upload = origin.isSentAStream(Fin.MORE, 0).stream();
        upload.send(InMemoryPeer.bytes(1_000_000), Fin.FIN);
        origin.hears();
        assertThat(origin.dataHeard()).isEqualTo(1_000_000);
    }

    @Test
    void r4AQuietStreamGetsAnUpdateEveryFewSeconds() throws Exception {
        origin.isSentAStream(Fin.FIN, 0);
        origin.hears();
        silenceOf(Duration.ofMillis(3_900));
        origin.heardNothing();
        silenceOf(Duration.ofMillis(700));
        assertThat(origin.hears()).containsExactly("WINDOW_UPDATE 1 1");
        silenceOf(Duration.ofMillis(4_600));
        assertThat(origin.hears()).containsExactly("WINDOW_UPDATE 1 1");
    }

    @Test
    void r4WhatTheOriginSendsIsASignOfLifeToo() throws Exception {
        origin.isSentAStream(Fin.FIN, 0);
        origin.hears();
        origin.replies(1);
        for (int i = 0; i < 10; i++) {
            silenceOf(Duration.ofSeconds(2));
            origin.sends(1, "x");
        }
        assertThat(origin.hears()).isEmpty();
    }

    /** The first sign of life fails, and the session with it, while the second stream is still to be looked after. */
    @Test
    void r4TheConnectionMayBreakWhileStreamsAreLookedAfter() throws Exception {
        origin.isSentAStream(Fin.FIN, 0);
        origin.isSentAStream(Fin.FIN, 0);
        origin.hears();
        origin.channel().pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext context, Object frame, ChannelPromise written) {
                ReferenceCountUtil.release(frame);
                written.setFailure(new ClosedChannelException());
            }
        });

        silenceOf(Duration.ofSeconds(5));

        assertThat(origin.end().by()).isEqualTo(SessionEnd.By.LOST);
    }

    @Test
    void r5AnUploadThatStandsStillGetsAnEmptyPieceEverySecond() throws Exception {
        Stream upload = origin.isSentAStream(Fin.MORE, 0).stream();
        origin.hears();
        silenceOf(Duration.ofMillis(5_600));
        assertThat(origin.hears()).hasSizeBetween(4, 6).containsOnly("DATA 1 0");
        upload.send(InMemoryPeer.bytes("rest"), Fin.FIN);
        assertThat(origin.hears()).containsExactly("DATA 1 4 FIN");
        silenceOf(Duration.ofSeconds(3));
        origin.heardNothing();
    }

    @Test
    void r6TrailersAreDroppedAndTheirFinIsNot() throws Exception {
        Stream upload = origin.isSentAStream(Fin.MORE, 0).stream();
        upload.send(InMemoryPeer.bytes("body"), Fin.MORE);
        upload.sendTrailers(new HeaderBlock().add("x-last", "1"));
        assertThat(origin.hears()).containsExactly("SYN_STREAM 1", "DATA 1 0", "DATA 1 4", "DATA 1 0 FIN");
    }

    @Test
    void r9StreamsAreResetBeforeASessionIsClosed() throws Exception {
        origin.isSentAStream(Fin.FIN, 0);
        origin.hears();
        origin.sendsRaw(0x80, 3, 0, 6, 0, 0, 0, 4, 0, 0, 0, 0); // PING 0 is fine; the next frame is not
        origin.sendsRaw(0x80, 3, 0, 4, 0, 0, 0, 4, 0x7F, 0xFF, 0xFF, 0xFF); // SETTINGS without room for its entries
        assertThat(origin.hears()).contains("RST_STREAM 1 CANCEL").anyMatch(frame -> frame.startsWith("GOAWAY"));
    }

    @Test
    void moreStreamsAreOpenedThanASilentPeerUsuallyAllows() throws Exception {
        for (int i = 0; i < 128; i++) {
            origin.isSentAStream(Fin.FIN, 0);
        }
        assertThat(origin.session().openStreams()).isEqualTo(128);
    }

    @Test
    void framesOfStreamsThatAreOverAreIgnored() throws Exception {
        RecordingListener request = origin.isSentAStream(Fin.FIN, 0);
        request.stream().reset(StreamStatus.CANCEL);
        origin.hears();
        for (int i = 0; i < 1000; i++) {
            origin.replies(1);
            origin.sends(1, "late");
            origin.sendsLast(1, "");
            origin.sendsLast(99, "never opened");
        }
        assertThat(origin.hears()).isEmpty();
        origin.isStillConnected();
    }

    @Test
    void aBodyBeyondItsWindowIsTakenUpToTheBuffer() throws Exception {
        RecordingListener request = origin.isSentAStream(Fin.FIN, 0);
        origin.replies(1);
        origin.hears();
        origin.sends(1, BUFFER);
        assertThat(request.hasEnded()).isFalse();
        assertThat(origin.hears()).isEmpty();

        origin.sends(1, 2 * MemoryBudget.STREAM_BYTES);
        assertThat(request.end().cause()).isEqualTo(Cause.RESET_BY_US);
        assertThat(request.end().reason()).contains("legacyBuffer", "1048576");
        assertThat(origin.hears()).containsExactly("RST_STREAM 1 CANCEL");
    }

    @Test
    void whatWasBorrowedGoesBackAsItIsConsumed() throws Exception {
        RecordingListener request = origin.isSentAStream(Fin.FIN, 0);
        origin.replies(1);
        origin.sends(1, BUFFER);
        assertThat(origin.budget().used()).isEqualTo(BUFFER);
        request.consumesAll();
        assertThat(origin.budget().used()).isLessThanOrEqualTo(2 * MemoryBudget.STREAM_BYTES);
    }

    @Test
    void withoutMemoryABodyBeyondItsWindowIsReset() throws Exception {
        try (InMemoryPeer poor = new InMemoryPeer(
                Role.INITIATOR,
                SessionSettings.DEFAULT.withPeer(SessionSettings.Peer.LEGACY),
                new MemoryBudget(4 * MemoryBudget.STREAM_BYTES))) {
            RecordingListener request = poor.isSentAStream(Fin.FIN, 0);
            poor.replies(1);
            poor.sends(1, 5 * MemoryBudget.STREAM_BYTES);
            assertThat(request.end().cause()).isEqualTo(Cause.RESET_BY_US);
        }
    }

    @Test
    void r8ReadingPausesForThreeSecondsAtMost() throws Exception {
        RecordingListener request = origin.isSentAStream(Fin.FIN, 0);
        origin.replies(1);
        origin.sends(1, BUFFER / 2 + 2 * MemoryBudget.STREAM_BYTES);
        assertThat(origin.channel().config().isAutoRead()).isFalse();
        silenceOf(Duration.ofMillis(2_900));
        assertThat(origin.channel().config().isAutoRead()).isFalse();
        silenceOf(Duration.ofMillis(200));
        assertThat(origin.channel().config().isAutoRead()).isTrue();

        origin.sends(1, 1000);
        assertThat(origin.channel().config().isAutoRead()).isFalse();
        request.consumesAll();
        assertThat(origin.channel().config().isAutoRead()).isTrue();
    }
}
