package io.spdytunnel.spdy;

import static org.assertj.core.api.Assertions.assertThat;

import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.ReceiveWindow;
import io.spdytunnel.session.Role;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.SessionStatus;
import io.spdytunnel.wire.Settings;
import io.spdytunnel.wire.StreamStatus;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Room for DATA, both ways (SPDY/3.1 2.6.8). */
class WindowsTest {

    private static final int FIRST = 65536;
    private static final Duration SLOWLY = Duration.ofMillis(501);

    private final InMemoryPeer peer = new InMemoryPeer(Role.RESPONDER);

    @BeforeEach
    void hello() {
        peer.hears();
    }

    @AfterEach
    void nothingIsLeft() {
        peer.close();
    }

    private RecordingListener opened() {
        peer.opensStream();
        return peer.lastAccepted();
    }

    private RecordingListener replied() {
        RecordingListener stream = opened();
        stream.stream().reply(new HeaderBlock().add(":status", "200"), Fin.MORE);
        peer.hears();
        return stream;
    }

    // ---- receiving

    @Test
    void aStreamGivesRoomOnlyForWhatIsConsumed() {
        RecordingListener stream = opened();
        peer.sends(1, FIRST);
        peer.heardNothing();

        peer.staysSilentFor(SLOWLY);
        stream.consumes(FIRST / 2);
        assertThat(peer.hears()).containsExactly("WINDOW_UPDATE 1 " + FIRST / 2);
        stream.consumes(100);
        peer.heardNothing();
    }

    @Test
    void moreThanTheWindowResetsTheStream() {
        opened();
        peer.sends(1, FIRST + 1);
        peer.wasReset(1, StreamStatus.FLOW_CONTROL_ERROR);
        peer.isStillConnected();
    }

    @Test
    void theSessionGivesRoomOnReceiptEvenForDataInError() {
        for (int i = 0; i < 64; i++) { // 4 MiB for a stream that never was: first a reset, then silence
            peer.sends(77, FIRST);
        }
        assertThat(peer.hears()).containsExactly("RST_STREAM 77 INVALID_STREAM", "WINDOW_UPDATE 0 " + 4 * 1024 * 1024);
    }

    @Test
    void aQuickReaderEarnsALargerWindow() {
        RecordingListener stream = opened();
        int window = proven(stream);
        for (int i = 0; i < 3; i++) {
            peer.sends(1, window);
            stream.consumesAll();
            assertThat(peer.hears()).contains("WINDOW_UPDATE 1 " + 2 * window);
            window *= 2;
        }
        assertThat(peer.budget().used()).isEqualTo(window);
    }

    /** Consumes what the sockets of a visitor who reads nothing could take, and returns the window's size. */
    private int proven(RecordingListener stream) {
        peer.sends(1, FIRST);
        stream.consumesAll();
        int window = ReceiveWindow.UNPROVEN_SIZE;
        for (int consumed = FIRST; consumed + window < ReceiveWindow.UNPROVEN_BYTES; consumed += window) {
            peer.sends(1, window);
            stream.consumesAll();
        }
        peer.hears();
        return window;
    }

    /** DEFENCES 31: the kernels take some hundred KiB of what a visitor never reads; none of it may count as read. */
    @Test
    void whatTheSocketsOfAVisitorMayTakeEarnsNoMoreThanHalfAsMuchAgain() {
        RecordingListener stream = opened();
        int window = proven(stream);

        assertThat(peer.budget().used()).isEqualTo(window);
        peer.sends(1, window + 1);
        peer.wasReset(1, StreamStatus.FLOW_CONTROL_ERROR);
    }

    @Test
    void noRoomIsAnnouncedForMoreThanIsToCome() {
        RecordingListener stream = opened();
        stream.stream().expectsAtMost(FIRST + 10_000);
        peer.sends(1, FIRST / 2);
        peer.staysSilentFor(SLOWLY);
        stream.consumesAll();
        assertThat(peer.hears()).as("needed").containsExactly("WINDOW_UPDATE 1 " + FIRST / 2);

        peer.sends(1, FIRST / 2);
        stream.consumesAll();
        peer.staysSilentFor(SLOWLY.multipliedBy(3));
        peer.sends(1, 9_999);
        stream.consumesAll();

        peer.heardNothing();
        assertThat(peer.budget().used()).as("what is promised, and no more").isEqualTo(FIRST - FIRST / 2 - 9_999);
        peer.sendsLast(1, "x");
        stream.consumesAll();
        assertThat(peer.budget().used()).isZero();
    }

    @Test
    void aStreamThatSaidTooLittleIsReceivedAsFarAsThereIsRoom() {
        RecordingListener stream = opened();
        stream.stream().expectsAtMost(10);
        peer.sends(1, FIRST);
        stream.consumesAll();
        peer.heardNothing();
        assertThat(peer.budget().used()).isZero();
        peer.sends(1, 1);
        peer.wasReset(1, StreamStatus.FLOW_CONTROL_ERROR);
    }

    /** Room announced by halves would leave almost a half unannounced for a whole round trip. */
    @Test
    void aSenderFarAwayMayUseMostOfItsWindowInEachRoundTrip() {
        int largest = 8 << 20;
        int piece = 16_000; // no part of a window
        MemoryBudget budget = new MemoryBudget(4L * largest);
        budget.take(FIRST);
        ReceiveWindow window = new ReceiveWindow(budget, largest, 0);
        long room = FIRST;
        long inOneRound = 0;
        for (int round = 0; round < 50; round++) {
            long now = Duration.ofMillis(50L * round).toNanos();
            inOneRound = room;
            room = 0;
            for (long left = inOneRound; left > 0; left -= piece) {
                int arrives = (int) Math.min(piece, left);
                assertThat(window.use(arrives)).isTrue();
                room += window.consumed(arrives, now);
            }
        }
        assertThat(inOneRound).isGreaterThan(largest * 3L / 4);
    }

    /** It reads less than an update is worth, in bursts as the visitor's kernel takes them; its sender minds the time, too. */
    @Test
    void aReaderWhoTurnsSlowIsHeardOfSeveralTimesASecond() {
        RecordingListener stream = opened();
        peer.sends(1, FIRST);
        for (int burst = 0; burst < 4; burst++) {
            peer.staysSilentFor(Duration.ofMillis(250));
            stream.consumes(1000);
            assertThat(peer.hears()).as("burst %s", burst).containsExactly("WINDOW_UPDATE 1 1000");
        }
        peer.staysSilentFor(Duration.ofMillis(249));
        stream.consumes(1000);
        peer.heardNothing();
    }

    @Test
    void aSlowReaderEarnsNothing() {
        RecordingListener stream = opened();
        peer.sends(1, FIRST);
        stream.consumes(1);
        peer.staysSilentFor(SLOWLY);
        stream.consumesAll();
        assertThat(peer.hears()).containsExactly("WINDOW_UPDATE 1 " + FIRST);
    }

    @Test
    void aFinishedStreamAsksForNothingMore() {
        RecordingListener stream = opened();
        peer.sends(1, 40_000);
        peer.sendsLast(1, "end");
        assertThat(peer.budget().used()).isEqualTo(40_003);
        stream.consumesAll();
        peer.heardNothing();
        assertThat(peer.budget().used()).isZero();
    }

    @Test
    void bytesConsumedAfterTheEndGoBackToTheBudgetOnce() {
        RecordingListener stream = opened();
        peer.sends(1, 10_000);
        stream.stream().reset(StreamStatus.CANCEL);
        assertThat(peer.budget().used()).isEqualTo(10_000);
        stream.consumes(4_000);
        assertThat(peer.budget().used()).isEqualTo(6_000);
    }

    // ---- sending

    @Test
    void nothingLeavesBeyondTheStreamsWindow() {
        RecordingListener stream = replied();
        stream.stream().send(InMemoryPeer.bytes(100_000), Fin.FIN);
        assertThat(peer.hears()).hasSize(5).last().isEqualTo("DATA 1 256"); // behind four of full size
        assertThat(peer.dataHeard()).isEqualTo(FIRST);

        peer.writer().windowUpdate(0, 100_000);
        peer.heardNothing();
        peer.writer().windowUpdate(1, 100_000);

        assertThat(peer.hears()).last().isEqualTo("DATA 1 1824 FIN");
        assertThat(peer.dataHeard()).isEqualTo(100_000);
    }

    @Test
    void aShutSessionWindowHoldsUpBytesButNoHeadNorFin() {
        RecordingListener first = replied();
        first.stream().send(InMemoryPeer.bytes(FIRST), Fin.MORE); // the session's 64 KiB are gone
        peer.hears();
        RecordingListener second = opened();
        second.stream().reply(new HeaderBlock().add(":status", "200"), Fin.MORE);
        RecordingListener third = opened();
        third.stream().reply(new HeaderBlock().add(":status", "204"), Fin.FIN);
        second.stream().send(InMemoryPeer.bytes("later"), Fin.FIN);
        first.stream().send(InMemoryPeer.bytes(0), Fin.FIN);

        assertThat(peer.hears()).containsExactlyInAnyOrder("SYN_REPLY 3", "SYN_REPLY 5 FIN", "DATA 1 0 FIN");
        peer.writer().windowUpdate(0, 5);
        assertThat(peer.hears()).containsExactly("DATA 3 5 FIN");
    }

    @Test
    void aLoweredInitialWindowMayMakeRoomNegative() {
        RecordingListener stream = replied();
        stream.stream().send(InMemoryPeer.bytes(60_000), Fin.MORE);
        peer.hears();
        peer.writer().settings(new Settings().add(Settings.INITIAL_WINDOW_SIZE, 10_000)); // room is now -50 000
        stream.stream().send(InMemoryPeer.bytes(100), Fin.FIN);
        peer.heardNothing();
        peer.writer().windowUpdate(1, 50_000);
        peer.heardNothing();
        peer.writer().windowUpdate(1, 1);
        assertThat(peer.hears()).containsExactly("DATA 1 1");
        peer.writer().settings(new Settings().add(Settings.INITIAL_WINDOW_SIZE, 11_000));
        assertThat(peer.hears()).containsExactly("DATA 1 99 FIN");
    }

    @Test
    void updatesOfZeroAreErrors() {
        opened();
        peer.writer().windowUpdate(1, 0);
        peer.wasReset(1, StreamStatus.PROTOCOL_ERROR);
        peer.writer().windowUpdate(0, 0);
        peer.wasToldToGoAway(1, SessionStatus.PROTOCOL_ERROR);
        peer.isDisconnected();
    }

    @Test
    void updatesPastTheLargestWindowAreErrors() {
        opened();
        peer.writer().windowUpdate(1, Integer.MAX_VALUE);
        peer.wasReset(1, StreamStatus.FLOW_CONTROL_ERROR);
        peer.writer().windowUpdate(0, Integer.MAX_VALUE);
        peer.wasToldToGoAway(1, SessionStatus.PROTOCOL_ERROR);
        peer.isDisconnected();
    }

    @Test
    void aSettingPastTheLargestWindowResetsTheStreamsItConcerns() {
        opened();
        peer.writer().windowUpdate(1, Integer.MAX_VALUE - FIRST);
        peer.heardNothing();
        peer.writer().settings(new Settings().add(Settings.INITIAL_WINDOW_SIZE, FIRST + 1));
        peer.wasReset(1, StreamStatus.FLOW_CONTROL_ERROR);
        peer.isStillConnected();
    }

    @Test
    void anUpdateForAFinishedStreamIsHarmless() {
        peer.writer().windowUpdate(1, 5);
        peer.heardNothing();
        peer.isStillConnected();
    }
}
