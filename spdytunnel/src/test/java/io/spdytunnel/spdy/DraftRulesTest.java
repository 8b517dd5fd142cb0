package io.spdytunnel.spdy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.ReceiveWindow;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.StreamNotOpenedException;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.SessionStatus;
import io.spdytunnel.wire.Settings;
import io.spdytunnel.wire.StreamStatus;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Single rules of the draft that belong to no larger story (SPDY/3.1 2.3 to 2.6), at the end that accepts streams. */
class DraftRulesTest {

    private static final int FIRST = MemoryBudget.STREAM_BYTES;
    private static final HeaderBlock OK = new HeaderBlock().add(":status", "200");
    private static final HeaderBlock MORE = new HeaderBlock().add("x-more", "1");

    private final InMemoryPeer peer = new InMemoryPeer(
            Role.RESPONDER, SessionSettings.DEFAULT.withMaxConcurrentStreams(2), new MemoryBudget(InMemoryPeer.BUDGET));

    @BeforeEach
    void hello() {
        peer.hears();
    }

    @AfterEach
    void nothingIsLeft() {
        peer.close();
    }

    private RecordingListener opened(Fin fin) {
        peer.opensStream(fin);
        return peer.lastAccepted();
    }

    private RecordingListener replied(Fin fin) {
        RecordingListener stream = opened(fin);
        stream.stream().reply(OK, Fin.MORE);
        peer.hears();
        return stream;
    }

    // ---- streams

    @Test
    void aStreamOfAnotherVersionIsReset() {
        opensWithVersion2(1);
        peer.wasReset(1, StreamStatus.UNSUPPORTED_VERSION);
        peer.isStillConnected();
    }

    private void opensWithVersion2(int id) {
        peer.sendsRaw(0x80, 2, 0, 1, 0, 0, 0, 10, 0, 0, 0, id, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void refusedAndMalformedStreamsCountAsReceived() {
        opened(Fin.MORE);
        opened(Fin.MORE);
        peer.opensStreamWithId(9, Fin.MORE);
        peer.wasReset(9, StreamStatus.REFUSED_STREAM);
        opensWithVersion2(13);
        peer.wasReset(13, StreamStatus.UNSUPPORTED_VERSION);
        peer.opensStreamWithId(11, Fin.MORE);
        peer.wasToldToGoAway(3, SessionStatus.PROTOCOL_ERROR);
        peer.isDisconnected();
    }

    @Test
    void lastGoodIsZeroUntilAnApplicationHasSeenAStream() {
        peer.budget().take(InMemoryPeer.BUDGET);
        peer.opensStream();
        peer.wasReset(1, StreamStatus.REFUSED_STREAM);
        peer.budget().giveBack(InMemoryPeer.BUDGET);
        peer.session().drain(Duration.ZERO);
        peer.wasToldToGoAway(0, SessionStatus.OK);
    }

    @Test
    void framesInFlightForARefusedStreamAreTolerated() {
        opened(Fin.MORE);
        opened(Fin.MORE);
        int refused = peer.opensStream();
        peer.wasReset(refused, StreamStatus.REFUSED_STREAM);
        peer.sends(refused, "in flight");
        peer.writer().windowUpdate(refused, 5);
        peer.writer().headers(refused, Fin.FIN, MORE);
        peer.heardNothing();
        peer.isStillConnected();
    }

    @Test
    void headersMayComeBetweenData() {
        RecordingListener stream = opened(Fin.MORE);
        peer.writer().headers(1, Fin.MORE, MORE);
        peer.sends(1, "a");
        peer.writer().headers(1, Fin.MORE, MORE);
        peer.sends(1, "b");
        peer.writer().headers(1, Fin.FIN, MORE);
        assertThat(stream.calls())
                .containsExactly("headers x-more", "data a", "headers x-more", "data b", "headers x-more FIN");
    }

    @Test
    void afterFinNothingIsSentButRoom() {
        RecordingListener stream = replied(Fin.MORE);
        stream.stream().send(InMemoryPeer.bytes("all"), Fin.FIN);
        assertThat(peer.hears()).containsExactly("DATA 1 3 FIN");
        assertThatThrownBy(() -> stream.stream().send(InMemoryPeer.bytes("x"), Fin.MORE))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> stream.stream().sendHeaders(MORE, Fin.MORE)).isInstanceOf(IllegalStateException.class);

        peer.sends(1, FIRST);
        stream.consumesAll();

        assertThat(peer.hears()).containsExactly("WINDOW_UPDATE 1 " + ReceiveWindow.UNPROVEN_SIZE);
    }

    @Test
    void afterThePeersResetNothingIsSent() {
        RecordingListener stream = replied(Fin.MORE);
        peer.sends(1, FIRST);
        stream.stream().send(InMemoryPeer.bytes(2 * FIRST), Fin.MORE);
        peer.hears();
        peer.writer().rstStream(1, StreamStatus.CANCEL);
        peer.writer().windowUpdate(1, FIRST);
        stream.stream().send(InMemoryPeer.bytes("x"), Fin.FIN);
        stream.stream().sendHeaders(MORE, Fin.FIN);
        stream.stream().reset(StreamStatus.INTERNAL_ERROR);
        stream.consumesAll();
        peer.heardNothing();
        assertThat(stream.sentBytes()).isEqualTo(2L * FIRST);
    }

    @Test
    void aResetIsNeverAnswered() {
        peer.writer().rstStream(1, StreamStatus.CANCEL);
        peer.writer().rstStream(2, StreamStatus.CANCEL);
        opened(Fin.MORE);
        peer.writer().rstStream(1, StreamStatus.CANCEL);
        peer.writer().rstStream(1, StreamStatus.CANCEL);
        peer.heardNothing();
        peer.isStillConnected();
    }

    @Test
    void aResetWithAStatusThatIsNoneEndsTheStreamAllTheSame() {
        RecordingListener stream = opened(Fin.MORE);
        peer.sendsRaw(0x80, 3, 0, 3, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 0);
        assertThat(stream.calls()).containsExactly("ended RESET_BY_PEER");
        assertThat(stream.end().status()).isNull();
        peer.heardNothing();
    }

    @Test
    void headersForNoStreamAreInvalid() {
        peer.writer().headers(5, Fin.MORE, MORE);
        peer.wasReset(5, StreamStatus.INVALID_STREAM);
        peer.writer().headers(5, Fin.MORE, MORE); // one reset says enough
        peer.writer().synReply(7, Fin.MORE, OK);
        peer.wasReset(7, StreamStatus.INVALID_STREAM);
    }

    @Test
    void headersAfterFinResetTheStream() {
        opened(Fin.FIN);
        peer.writer().headers(1, Fin.FIN, MORE);
        peer.wasReset(1, StreamStatus.STREAM_ALREADY_CLOSED);
    }

    @Test
    void aReplyToItsOwnStreamIsAProtocolError() {
        opened(Fin.MORE);
        peer.replies(1);
        peer.wasReset(1, StreamStatus.PROTOCOL_ERROR);
    }

    // ---- settings

    @Test
    void theMostRecentSettingsCount() throws Exception {
        peer.allowsStreams(0);
        peer.allowsStreams(2);
        RecordingListener page = opened(Fin.MORE);
        page.stream().push(InMemoryPeer.pushHead(), 0, new RecordingListener());
        peer.allowsStreams(1);
        assertThatThrownBy(() -> page.stream().push(InMemoryPeer.pushHead(), 0, new RecordingListener()))
                .isInstanceOf(StreamNotOpenedException.class);
    }

    @Test
    void informativeAndUnknownSettingsChangeNothingAndAreNotAnswered() {
        Settings all = new Settings().add(99, 1).add(0, 1);
        for (int id : new int[] {1, 2, 3, 5, 6, 8}) {
            all.add(id, 1);
        }
        peer.writer().settings(all);
        peer.heardNothing();
        RecordingListener stream = replied(Fin.FIN);
        stream.stream().send(InMemoryPeer.bytes(FIRST), Fin.FIN);
        peer.hears();
        assertThat(peer.dataHeard()).isEqualTo(FIRST);
    }

    @Test
    void persistenceIsNeitherAnsweredNorEchoed() {
        peer.sendsRaw(0x80, 3, 0, 4, 1, 0, 0, 12, 0, 0, 0, 1, 1, 0, 0, 4, 0, 0, 0, 9);
        peer.heardNothing();
        peer.isStillConnected();
    }

    // ---- windows

    @Test
    void theInitialWindowIsNotTheSessions() {
        peer.writer().settings(new Settings().add(Settings.INITIAL_WINDOW_SIZE, 10 * FIRST));
        RecordingListener stream = replied(Fin.FIN);
        stream.stream().send(InMemoryPeer.bytes(10 * FIRST), Fin.FIN);
        peer.hears();
        assertThat(peer.dataHeard()).isEqualTo(FIRST); // the session's
        peer.writer().settings(new Settings().add(Settings.INITIAL_WINDOW_SIZE, 20 * FIRST));
        peer.heardNothing();
        peer.writer().windowUpdate(0, 9 * FIRST);
        peer.hears();
        assertThat(peer.dataHeard()).isEqualTo(10L * FIRST);
    }

    @Test
    void roomMayComeAfterThePeersFin() {
        RecordingListener stream = replied(Fin.FIN);
        stream.stream().send(InMemoryPeer.bytes(FIRST + 10), Fin.FIN);
        peer.writer().windowUpdate(0, 10);
        peer.hears();
        peer.writer().windowUpdate(1, 10);
        assertThat(peer.hears()).containsExactly("DATA 1 10 FIN");
    }

    @Test
    void whatNeedsNoRoomIsTakenWhenThereIsNone() {
        RecordingListener stream = opened(Fin.MORE);
        peer.sends(1, FIRST);
        peer.writer().headers(1, Fin.MORE, MORE);
        peer.writer().data(1, Unpooled.EMPTY_BUFFER, Fin.MORE);
        peer.writer().headers(1, Fin.FIN, MORE);
        peer.heardNothing();
        assertThat(stream.calls()).containsExactly("data " + FIRST, "headers x-more", "data ", "headers x-more FIN");
    }

    private void theSessionsRoomComesBackFor(int id) {
        for (int sent = 0; sent < SessionReceiveWindow.BYTES / 4; sent += FIRST) {
            peer.sends(id, FIRST);
        }
        assertThat(peer.hears()).contains("WINDOW_UPDATE 0 " + SessionReceiveWindow.BYTES / 4);
        peer.isStillConnected();
    }

    @Test
    void bytesBeyondAStreamsWindowAreCountedAndGivenBack() {
        opened(Fin.MORE);
        theSessionsRoomComesBackFor(1);
    }

    @Test
    void bytesAfterAResetAreCountedAndGivenBack() {
        opened(Fin.MORE).stream().reset(StreamStatus.CANCEL);
        theSessionsRoomComesBackFor(1);
    }

    @Test
    void bytesAfterFinAreCountedAndGivenBack() {
        opened(Fin.FIN);
        theSessionsRoomComesBackFor(1);
    }

    @Test
    void bytesOfStreamsIgnoredAfterOurGoodbyeAreCountedAndGivenBack() {
        opened(Fin.MORE);
        peer.session().drain(Duration.ofSeconds(30));
        int ignored = peer.opensStream();
        peer.hears();
        theSessionsRoomComesBackFor(ignored);
        peer.writer().rstStream(1, StreamStatus.CANCEL);
    }

    @Test
    void aSessionWindowKnowsWhenItIsOverrun() {
        SessionReceiveWindow window = new SessionReceiveWindow();
        assertThat(window.use(SessionReceiveWindow.BYTES)).isTrue();
        assertThat(window.use(1)).isFalse();
    }
}
