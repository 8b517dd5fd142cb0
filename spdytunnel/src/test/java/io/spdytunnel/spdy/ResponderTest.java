package io.spdytunnel.spdy;

import static io.spdytunnel.wire.StreamStatus.INVALID_STREAM;
import static io.spdytunnel.wire.StreamStatus.PROTOCOL_ERROR;
import static io.spdytunnel.wire.StreamStatus.STREAM_ALREADY_CLOSED;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.SessionEnd;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamEnd;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.SessionStatus;
import io.spdytunnel.wire.StreamStatus;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The end that accepts streams: the origin. */
class ResponderTest {

    private final InMemoryPeer peer = new InMemoryPeer(Role.RESPONDER);

    @BeforeEach
    void hello() {
        assertThat(peer.hears()).containsExactly("Settings{4=1000, 7=65536}", "WINDOW_UPDATE 0 16711680");
    }

    @AfterEach
    void nothingIsLeft() {
        peer.close();
    }

    @Test
    void aRequestIsAnsweredWithHeadBodyAndTrailers() {
        int id = peer.opensStream();
        peer.sends(id, "hello ");
        peer.sendsLast(id, "world");

        RecordingListener request = peer.lastAccepted();
        assertThat(request.calls()).containsExactly("data hello ", "data world FIN");
        request.stream().reply(new HeaderBlock().add(":status", "200"), Fin.MORE);
        request.stream().send(InMemoryPeer.bytes("abc"), Fin.MORE);
        request.stream().sendTrailers(new HeaderBlock().add("x", "y"));

        assertThat(peer.hears()).containsExactly("SYN_REPLY " + id, "DATA " + id + " 3", "HEADERS " + id + " FIN");
        assertThat(request.end().cause()).isEqualTo(StreamEnd.Cause.FINISHED);
        assertThat(request.sentBytes()).isEqualTo(3);
        assertThat(peer.session().openStreams()).isZero();
    }

    @Test
    void finRidesOnTheLastPieceOfTheSameBatch() {
        int id = peer.opensStream(Fin.FIN);
        Stream stream = peer.lastAccepted().stream();

        stream.reply(new HeaderBlock().add(":status", "200"), Fin.MORE);
        stream.send(InMemoryPeer.bytes("abc"), Fin.MORE);
        stream.send(Unpooled.EMPTY_BUFFER, Fin.FIN);

        assertThat(peer.hears()).containsExactly("SYN_REPLY " + id, "DATA " + id + " 3 FIN");
    }

    @Test
    void emptyTrailersAreNoMoreThanFin() {
        int id = peer.opensStream(Fin.FIN);
        Stream stream = peer.lastAccepted().stream();
        stream.reply(new HeaderBlock().add(":status", "200"), Fin.MORE);
        assertThat(peer.hears()).containsExactly("SYN_REPLY " + id);
        stream.sendTrailers(HeaderBlock.empty());

        assertThat(peer.hears()).containsExactly("DATA " + id + " 0 FIN");
    }

    @Test
    void dataAfterFinResetsTheStreamAndSparesTheSession() {
        int finished = peer.opensStream();
        peer.sendsLast(finished, "all of it");
        int healthy = peer.opensStream();

        peer.sends(finished, "one more thing");

        peer.wasReset(finished, STREAM_ALREADY_CLOSED);
        peer.sends(healthy, "still here");
        peer.heardNothing();
        peer.isStillConnected();
        assertThat(peer.lastAccepted().calls()).containsExactly("data still here");
    }

    @Test
    void dataForAStreamThatNeverWasIsInvalid() {
        peer.sends(99, "who am I");
        peer.wasReset(99, INVALID_STREAM);
        peer.isStillConnected();
    }

    @Test
    void dataForAStreamThatHasFinishedIsAProtocolError() {
        int id = peer.opensStream(Fin.FIN);
        peer.lastAccepted().stream().reply(new HeaderBlock().add(":status", "200"), Fin.FIN);
        assertThat(peer.hears()).containsExactly("SYN_REPLY " + id + " FIN");

        peer.sends(id, "too late");

        peer.wasReset(id, PROTOCOL_ERROR);
    }

    @Test
    void dataThatCrossesOurResetIsIgnored() {
        int id = peer.opensStream();
        peer.lastAccepted().stream().reset(StreamStatus.CANCEL);
        peer.wasReset(id, StreamStatus.CANCEL);

        peer.sends(id, "in flight");
        peer.sendsLast(id, "in flight");

        peer.heardNothing();
        assertThat(peer.lastAccepted().calls()).containsExactly("ended RESET_BY_US");
    }

    @Test
    void anIdInUseResetsTheStream() {
        int id = peer.opensStream();
        peer.opensStreamWithId(id, Fin.MORE);
        peer.wasReset(id, PROTOCOL_ERROR);
        assertThat(peer.lastAccepted().end().status()).isEqualTo(PROTOCOL_ERROR);
    }

    @Test
    void aSmallerIdEndsTheSession() {
        peer.opensStreamWithId(9, Fin.MORE);
        peer.opensStreamWithId(7, Fin.MORE);
        peer.wasToldToGoAway(9, SessionStatus.PROTOCOL_ERROR);
        peer.isDisconnected();
        assertThat(peer.end().by()).isEqualTo(SessionEnd.By.PROTOCOL_ERROR);
        assertThat(peer.end().reason()).isEqualTo("stream 7 after stream 9 [PROTOCOL_ERROR, SPDY/3.1 2.3.2]");
    }

    @Test
    void anIdOfOurParityEndsTheSession() {
        peer.opensStreamWithId(2, Fin.MORE);
        peer.wasToldToGoAway(0, SessionStatus.PROTOCOL_ERROR);
        peer.isDisconnected();
    }

    @Test
    void pingIsEchoedAndAnUnaskedEchoIgnored() {
        peer.writer().ping(7);
        assertThat(peer.hears()).containsExactly("PING 7");
        peer.writer().ping(8);
        peer.heardNothing();
    }

    @Test
    void silentPeerIsPingedThenGivenUp() {
        peer.staysSilentFor(Duration.ofSeconds(12));
        assertThat(peer.hears()).containsExactly("PING 2");

        peer.staysSilentFor(Duration.ofSeconds(10));

        peer.wasToldToGoAway(0, SessionStatus.OK);
        peer.isDisconnected();
        assertThat(peer.end().by()).isEqualTo(SessionEnd.By.LOST);
    }

    @Test
    void anEchoKeepsTheSessionAlive() {
        for (int i = 1; i <= 5; i++) {
            peer.staysSilentFor(Duration.ofSeconds(12));
            assertThat(peer.hears()).containsExactly("PING " + 2 * i);
            peer.writer().ping(2 * i);
        }
        peer.isStillConnected();
    }

    @Test
    void aListenerThatThrowsCostsItsStreamOnly() {
        peer.isServedBy((stream, head, fin) -> {
            throw new IllegalArgumentException("cannot serve that");
        });
        int id = peer.opensStream();
        peer.wasReset(id, StreamStatus.INTERNAL_ERROR);
        peer.isStillConnected();
    }

    @Test
    void drainIgnoresNewStreamsLetsOldOnesFinishAndCloses() {
        int id = peer.opensStream(Fin.FIN);
        peer.session().drain(Duration.ofSeconds(30));
        peer.wasToldToGoAway(id, SessionStatus.OK);

        peer.opensStream(Fin.FIN);
        peer.heardNothing();
        assertThat(peer.accepted()).hasSize(1);
        peer.isStillConnected();

        peer.lastAccepted().stream().reply(new HeaderBlock().add(":status", "200"), Fin.FIN);
        assertThat(peer.hears()).containsExactly("SYN_REPLY " + id + " FIN");
        peer.isStillConnected(); // for a moment, so that the peer can close first
        peer.staysSilentFor(Duration.ofSeconds(1));
        peer.isDisconnected();
        assertThat(peer.end()).isEqualTo(new SessionEnd(SessionEnd.By.US, "drained"));
    }

    @Test
    void drainCutsWhatIsLeftAtItsDeadline() {
        int id = peer.opensStream();
        peer.session().drain(Duration.ofSeconds(30));
        peer.session().drain(Duration.ofSeconds(5));
        peer.hears();

        peer.staysSilentFor(Duration.ofSeconds(5));

        peer.wasReset(id, StreamStatus.CANCEL);
        peer.isDisconnected();
        assertThat(peer.lastAccepted().end().cause()).isEqualTo(StreamEnd.Cause.RESET_BY_US);
    }

    @Test
    void aClosedConnectionEndsEveryStream() {
        peer.opensStream();
        peer.opensStream();
        peer.closesTheConnection();
        peer.accepted().forEach(each -> assertThat(each.end().cause()).isEqualTo(StreamEnd.Cause.SESSION_ENDED));
        assertThat(peer.end().by()).isEqualTo(SessionEnd.By.PEER);
    }
}
