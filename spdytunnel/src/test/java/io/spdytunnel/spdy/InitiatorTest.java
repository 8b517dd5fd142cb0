package io.spdytunnel.spdy;

import static io.spdytunnel.wire.StreamStatus.PROTOCOL_ERROR;
import static io.spdytunnel.wire.StreamStatus.REFUSED_STREAM;
import static io.spdytunnel.wire.StreamStatus.STREAM_IN_USE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spdytunnel.session.Role;
import io.spdytunnel.session.SessionEnd;
import io.spdytunnel.session.StreamEnd.Cause;
import io.spdytunnel.session.StreamNotOpenedException;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.SessionStatus;
import io.spdytunnel.wire.Settings;
import io.spdytunnel.wire.StreamStatus;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The end that opens streams: the proxy. */
class InitiatorTest {

    private final InMemoryPeer peer = new InMemoryPeer(Role.INITIATOR);

    @BeforeEach
    void hello() {
        assertThat(peer.hears()).containsExactly("Settings{4=0, 7=65536}", "WINDOW_UPDATE 0 16711680");
    }

    @AfterEach
    void nothingIsLeft() {
        peer.close();
    }

    private RecordingListener opens(Fin fin) throws StreamNotOpenedException {
        return peer.isSentAStream(fin, 3);
    }

    @Test
    void aRequestIsSentAndItsReplyHeard() throws Exception {
        RecordingListener request = opens(Fin.FIN);
        assertThat(peer.hears()).containsExactly("SYN_STREAM 1 FIN");

        peer.replies(1);
        peer.sends(1, "some");
        peer.writer().headers(1, Fin.FIN, new HeaderBlock().add("trailer", "x"));

        assertThat(request.calls())
                .containsExactly("replied 200", "data some", "headers trailer FIN", "ended FINISHED");
    }

    @Test
    void theBodyGoesBeforeTheReply() throws Exception {
        RecordingListener request = opens(Fin.MORE);
        request.stream().send(InMemoryPeer.bytes("body"), Fin.FIN);
        assertThat(peer.hears()).containsExactly("SYN_STREAM 1", "DATA 1 4 FIN");
        assertThat(request.sentBytes()).isEqualTo(4);
    }

    @Test
    void dataBeforeTheReplyResetsTheStream() throws Exception {
        RecordingListener request = opens(Fin.FIN);
        peer.hears();
        peer.sends(1, "early");
        peer.wasReset(1, PROTOCOL_ERROR);
        assertThat(request.calls()).containsExactly("ended RESET_BY_US");
    }

    @Test
    void aSecondReplyResetsTheStream() throws Exception {
        opens(Fin.FIN);
        peer.hears();
        peer.replies(1);
        peer.replies(1);
        peer.wasReset(1, STREAM_IN_USE);
    }

    @Test
    void aRefusedStreamIsToldFromAResetOne() throws Exception {
        RecordingListener refused = opens(Fin.FIN);
        RecordingListener reset = opens(Fin.FIN);
        RecordingListener refusedLate = opens(Fin.FIN);
        peer.replies(5);
        peer.writer().rstStream(1, REFUSED_STREAM);
        peer.writer().rstStream(3, StreamStatus.CANCEL);
        peer.writer().rstStream(5, REFUSED_STREAM);

        assertThat(refused.end().cause()).isEqualTo(Cause.REFUSED);
        assertThat(reset.end().cause()).isEqualTo(Cause.RESET_BY_PEER);
        assertThat(refusedLate.end().cause()).isEqualTo(Cause.RESET_BY_PEER);
        assertThat(peer.hears()).filteredOn(frame -> frame.startsWith("RST")).isEmpty(); // 2.4.2
    }

    @Test
    void pushesAreRefused() {
        peer.opensStreamWithId(2, Fin.MORE);
        peer.wasReset(2, REFUSED_STREAM);
        peer.isStillConnected();
    }

    @Test
    void thePeersLimitIsRespected() throws Exception {
        peer.writer().settings(new Settings().add(Settings.MAX_CONCURRENT_STREAMS, 2));
        assertThat(peer.session().freeStreams()).isEqualTo(2);
        opens(Fin.FIN);
        opens(Fin.FIN);
        assertThat(peer.session().freeStreams()).isZero();
        assertThatThrownBy(() -> opens(Fin.FIN)).isInstanceOf(StreamNotOpenedException.class);

        peer.replies(1);
        peer.sendsLast(1, "done");

        opens(Fin.FIN);
        assertThat(peer.hears()).endsWith("SYN_STREAM 5 FIN");
    }

    @Test
    void streamsBeyondTheLastGoodOneEndAndTheOthersGoOn() throws Exception {
        RecordingListener good = opens(Fin.FIN);
        RecordingListener beyond = opens(Fin.FIN);
        peer.hears();

        peer.writer().goAway(1, SessionStatus.OK);

        assertThat(beyond.end().cause()).isEqualTo(Cause.BEYOND_LAST_GOOD);
        assertThat(good.hasEnded()).isFalse();
        assertThat(peer.session().isAcceptingStreams()).isFalse();
        assertThatThrownBy(() -> opens(Fin.FIN)).isInstanceOf(StreamNotOpenedException.class);
        peer.replies(1);
        peer.sendsLast(1, "done");
        assertThat(good.end().cause()).isEqualTo(Cause.FINISHED);
        peer.wasToldToGoAway(0, SessionStatus.OK);
        peer.isDisconnected();
        assertThat(peer.end().by()).isEqualTo(SessionEnd.By.PEER);
    }

    @Test
    void aPeerThatBlamesUsIsRememberedForIt() throws Exception {
        opens(Fin.FIN);

        peer.writer().goAway(1, SessionStatus.PROTOCOL_ERROR);
        peer.closesTheConnection();

        assertThat(peer.end().by()).isEqualTo(SessionEnd.By.ACCUSED);
        assertThat(peer.end().reason()).isEqualTo("the peer closed the connection [PROTOCOL_ERROR]");
    }

    @Test
    void aHeadThatMayNotBeSentChangesNothing() throws Exception {
        HeaderBlock split = new HeaderBlock().add("x", "a\r\nb");
        assertThatThrownBy(() -> peer.session().open(split, Fin.FIN, 0, new RecordingListener()))
                .isInstanceOf(IllegalArgumentException.class);
        peer.heardNothing();
        assertThat(peer.budget().used()).isZero();
        opens(Fin.FIN);
        assertThat(peer.hears()).containsExactly("SYN_STREAM 1 FIN");
    }

    @Test
    void aRoundTripIsMeasured() {
        CompletableFuture<Duration> echo = peer.session().ping().toCompletableFuture();
        assertThat(peer.hears()).containsExactly("PING 1");
        peer.staysSilentFor(Duration.ofMillis(30));
        peer.writer().ping(1);
        assertThat(echo).isCompletedWithValue(Duration.ofMillis(30));
    }

    @Test
    void aRoundTripThatTheSessionDoesNotOutliveFails() {
        CompletableFuture<Duration> echo = peer.session().ping().toCompletableFuture();
        peer.closesTheConnection();
        assertThat(echo).isCompletedExceptionally();
    }

    @Test
    void aPeerIsOverdueFromTwoSecondsAfterItWasAskedUntilItIsHeard() {
        for (int second = 0; second < 9; second++) { // asked after 8 to 12
            peer.staysSilentFor(Duration.ofSeconds(1));
        }
        assertThat(peer.session().isOverdue()).isFalse();
        for (int second = 9; second < 15; second++) {
            peer.staysSilentFor(Duration.ofSeconds(1));
        }
        assertThat(peer.session().isOverdue()).isTrue();

        peer.writer().ping(2);

        assertThat(peer.session().isOverdue()).isFalse();
        for (int second = 0; second < 23; second++) {
            peer.staysSilentFor(Duration.ofSeconds(1));
        }
        peer.isDisconnected();
    }

    @Test
    void droppedBytesAreReportedBeforeTheEnd() throws Exception {
        RecordingListener request = opens(Fin.MORE);
        request.stream().send(InMemoryPeer.bytes(100_000), Fin.MORE);
        peer.hears();
        assertThat(request.sentBytes()).isEqualTo(65536);
        request.stream().reset(StreamStatus.CANCEL);
        assertThat(request.sentBytes()).isEqualTo(100_000);
        request.stream().send(InMemoryPeer.bytes(10), Fin.MORE);
        peer.wasReset(1, StreamStatus.CANCEL);
    }
}
