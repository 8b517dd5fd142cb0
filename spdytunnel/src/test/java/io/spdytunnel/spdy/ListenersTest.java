package io.spdytunnel.spdy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.StreamEnd;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.StreamStatus;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a listener may do from within a callback, and what happens when it fails. */
class ListenersTest {

    private static final HeaderBlock OK = new HeaderBlock().add(":status", "200");

    private final InMemoryPeer peer = new InMemoryPeer(Role.RESPONDER);

    @BeforeEach
    void hello() {
        peer.hears();
    }

    @AfterEach
    void nothingIsLeft() {
        peer.close();
    }

    @Test
    void anAcceptorMayReplyAndFinish() {
        peer.isServedBy((stream, head, fin) -> {
            stream.reply(OK, Fin.FIN);
            return new RecordingListener(stream);
        });
        peer.opensStream(Fin.FIN);
        assertThat(peer.hears()).containsExactly("SYN_REPLY 1 FIN");
        assertThat(peer.session().openStreams()).isZero();
    }

    @Test
    void anAcceptorsResetIsToldToItsListenerAfterwards() {
        RecordingListener listener = new RecordingListener();
        peer.isServedBy((stream, head, fin) -> {
            stream.reset(StreamStatus.REFUSED_STREAM);
            assertThat(listener.hasEnded()).isFalse();
            return listener;
        });
        peer.opensStream();
        peer.wasReset(1, StreamStatus.REFUSED_STREAM);
        assertThat(listener.calls()).containsExactly("ended RESET_BY_US");
    }

    @Test
    void aListenerThatResetsWithinACallHearsTheEndBehindIt() {
        RecordingListener[] listener = new RecordingListener[1];
        peer.isServedBy((stream, head, fin) -> {
            listener[0] = new RecordingListener(stream) {
                @Override
                public void data(ByteBuf bytes, Fin last) {
                    stream.reset(StreamStatus.CANCEL);
                    assertThat(hasEnded()).isFalse();
                    stream.consumed(bytes.readableBytes());
                    stream.send(InMemoryPeer.bytes("ignored"), Fin.FIN);
                }
            };
            return listener[0];
        });
        peer.opensStream();
        peer.sendsLast(1, "x");
        peer.wasReset(1, StreamStatus.CANCEL);
        assertThat(listener[0].calls()).containsExactly("ended RESET_BY_US");
    }

    @Test
    void aListenerMaySendMoreWhenItHearsThatSomethingLeft() {
        peer.isServedBy((stream, head, fin) -> {
            stream.reply(OK, Fin.MORE);
            stream.send(InMemoryPeer.bytes(1000), Fin.MORE);
            return new RecordingListener(stream) {
                @Override
                public void sent(int bytes) {
                    super.sent(bytes);
                    stream.send(InMemoryPeer.bytes(1000), Fin.of(sentBytes() == 9000));
                }
            };
        });
        peer.opensStream(Fin.FIN);
        peer.listen();
        assertThat(peer.dataHeard()).isEqualTo(10_000);
        assertThat(peer.session().openStreams()).isZero();
    }

    @Test
    void aListenerMayDrainTheSessionWithinACall() {
        peer.isServedBy((stream, head, fin) -> new RecordingListener(stream) {
            @Override
            public void data(ByteBuf bytes, Fin last) {
                stream.consumed(bytes.readableBytes());
                peer.session().drain(Duration.ZERO);
                stream.reset(StreamStatus.CANCEL);
            }
        });
        peer.opensStream();
        peer.sends(1, "x");
        assertThat(peer.hears()).containsExactly("GOAWAY 1 OK", "RST_STREAM 1 CANCEL");
        peer.staysSilentFor(Duration.ZERO);
        peer.isDisconnected();
    }

    @Test
    void aListenerThatThrowsLosesItsStreamAndNothingElse() {
        peer.isServedBy((stream, head, fin) -> new RecordingListener(stream) {
            @Override
            public void data(ByteBuf bytes, Fin last) {
                throw new IllegalStateException("no disk");
            }
        });
        peer.opensStream();
        peer.sends(1, "x");
        peer.wasReset(1, StreamStatus.INTERNAL_ERROR);
        assertThat(peer.budget().used()).isZero();
        peer.isStillConnected();
    }

    @Test
    void aListenerThatThrowsAtTheEndStopsNobody() {
        peer.isServedBy((stream, head, fin) -> new RecordingListener(stream) {
            @Override
            public void ended(StreamEnd end) {
                throw new IllegalStateException("no disk");
            }
        });
        peer.opensStream();
        peer.opensStream();
        peer.closesTheConnection();
        peer.isDisconnected();
    }
}
