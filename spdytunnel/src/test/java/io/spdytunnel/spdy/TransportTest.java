package io.spdytunnel.spdy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.SessionEnd;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.StreamEnd;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.SessionStatus;
import io.spdytunnel.wire.Settings;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A transport that is slow, stuck or broken. */
class TransportTest {

    private final InMemoryPeer peer = new InMemoryPeer(Role.RESPONDER);
    private final Valve valve = new Valve();

    @AfterEach
    void nothingIsLeft() {
        peer.close();
    }

    /** Below the session: holds what is flushed until it is opened, or fails what is written. */
    private static final class Valve extends ChannelOutboundHandlerAdapter {
        private boolean shut;
        private boolean broken;

        @Override
        public void flush(ChannelHandlerContext context) {
            if (!shut) {
                context.flush();
            }
        }

        @Override
        public void write(ChannelHandlerContext context, Object bytes, ChannelPromise promise) throws Exception {
            if (broken) {
                ReferenceCountUtil.release(bytes);
                promise.setFailure(new IOException("no route to host"));
            } else {
                super.write(context, bytes, promise);
            }
        }
    }

    private void peerStopsReading() {
        peer.hears();
        peer.channel().pipeline().addFirst(valve);
        valve.shut = true;
    }

    private RecordingListener replied() {
        peer.opensStream();
        peer.lastAccepted().stream().reply(new HeaderBlock().add(":status", "200"), Fin.MORE);
        peer.hears();
        return peer.lastAccepted();
    }

    @Test
    void noMoreThanTheChannelsBufferLeavesTheQueuesOfAPeerThatDoesNotRead() {
        peer.writer().settings(new Settings().add(Settings.INITIAL_WINDOW_SIZE, 1 << 30));
        peer.writer().windowUpdate(0, 1 << 30);
        RecordingListener stream = replied();
        peerStopsReading();
        stream.stream().send(InMemoryPeer.bytes(1_000_000), Fin.FIN);
        peer.listen();
        assertThat(stream.sentBytes()).isLessThanOrEqualTo(64 * 1024 + 16 * 1024);

        valve.shut = false;
        peer.channel().pipeline().lastContext().flush();
        peer.listen();

        assertThat(stream.sentBytes()).isEqualTo(1_000_000);
        assertThat(peer.dataHeard()).isEqualTo(1_000_000);
    }

    @Test
    void aPeerThatMakesUsAnswerAndDoesNotReadIsClosed() {
        peerStopsReading();
        for (int i = 0; i < SessionSettings.DEFAULT.limits().maxUnflushedReplies(); i++) {
            peer.writer().ping(2 * i + 1);
        }
        assertThat(peer.session().isAcceptingStreams()).isTrue();
        peer.writer().ping(1);
        assertThat(peer.session().isAcceptingStreams()).isFalse();
        peer.staysSilentFor(Duration.ofSeconds(1)); // the last words are not waited for any longer
        peer.isDisconnected();
        assertThat(peer.end().by()).isEqualTo(SessionEnd.By.PROTOCOL_ERROR);
    }

    @Test
    void aPeerThatReadsMayAskAsOftenAsItLikes() {
        for (int i = 0; i < 10 * SessionSettings.DEFAULT.limits().maxUnflushedReplies(); i++) {
            peer.writer().ping(1);
        }
        peer.isStillConnected();
    }

    @Test
    void aFailedWriteEndsTheSession() {
        RecordingListener stream = replied();
        peerStopsReading();
        valve.broken = true;
        stream.stream().send(InMemoryPeer.bytes(10), Fin.MORE);
        peer.listen();
        peer.isDisconnected();
        assertThat(peer.end().by()).isEqualTo(SessionEnd.By.LOST);
        assertThat(stream.end().cause()).isEqualTo(StreamEnd.Cause.SESSION_ENDED);
    }

    @Test
    void aStuckTransportDoesNotOutliveASilentPeer() {
        peerStopsReading();
        peer.staysSilentFor(Duration.ofSeconds(12));
        peer.staysSilentFor(Duration.ofSeconds(10));
        peer.staysSilentFor(Duration.ofSeconds(1));
        peer.isDisconnected();
        assertThat(peer.end().by()).isEqualTo(SessionEnd.By.LOST);
    }

    @Test
    void aFailedReadEndsTheSessionWithoutAWord() {
        peer.hears();
        peer.channel().pipeline().fireExceptionCaught(new IOException("connection reset"));
        peer.heardNothing();
        peer.isDisconnected();
        assertThat(peer.end().by()).isEqualTo(SessionEnd.By.LOST);
    }

    @Test
    void aBugOfOursIsSaidBeforeTheEnd() {
        peer.hears();
        peer.channel().pipeline().fireExceptionCaught(new IllegalStateException("a bug"));
        peer.wasToldToGoAway(0, SessionStatus.INTERNAL_ERROR);
        peer.isDisconnected();
    }

    @Test
    void aPeerThatIsCutAtTheDeadlineHasTimeToHearIt() {
        replied();
        peer.session().drain(Duration.ZERO);
        peer.staysSilentFor(Duration.ZERO);
        assertThat(peer.hears()).containsExactly("GOAWAY 1 OK", "RST_STREAM 1 CANCEL");
        peer.isStillConnected();
        peer.sends(1, "in flight");
        peer.staysSilentFor(Duration.ofSeconds(1));
        peer.isDisconnected();
    }
}
