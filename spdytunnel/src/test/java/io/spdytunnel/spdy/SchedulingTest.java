package io.spdytunnel.spdy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.spdytunnel.session.Role;
import io.spdytunnel.session.StreamNotOpenedException;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.Settings;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whose bytes go first (SPDY/3.1 2.3.3, 2.5). */
class SchedulingTest {

    private static final int MIB = 1024 * 1024;

    private final InMemoryPeer peer = new InMemoryPeer(Role.INITIATOR);

    @AfterEach
    void nothingIsLeft() {
        peer.close();
    }

    private List<RecordingListener> opensWithPriorities(int... priorities) throws StreamNotOpenedException {
        peer.writer().settings(new Settings().add(Settings.INITIAL_WINDOW_SIZE, 64 * MIB));
        List<RecordingListener> streams = new ArrayList<>();
        for (int priority : priorities) {
            streams.add(peer.isSentAStream(Fin.MORE, priority));
        }
        peer.hears();
        return streams;
    }

    /** The session's 64 KiB are used up first, so that what is queued competes for what comes then. */
    private void usesUpTheWindow(RecordingListener stream) {
        stream.stream().send(InMemoryPeer.bytes(65536), Fin.MORE);
        peer.hears();
    }

    @Test
    void equalStreamsGetEqualSharesWhateverTheirPieces() throws Exception {
        List<RecordingListener> streams = opensWithPriorities(3, 3, 3, 3);
        usesUpTheWindow(streams.get(0));
        int[] pieces = {1_000_000, 16_384, 5_000, 1_000};
        for (int i = 0; i < pieces.length; i++) {
            for (int sent = 0; sent < 14 * MIB; sent += pieces[i]) {
                streams.get(i).stream().send(InMemoryPeer.bytes(pieces[i]), Fin.MORE);
            }
        }
        peer.writer().windowUpdate(0, 40 * MIB);
        peer.listen();

        assertThat(peer.dataHeard()).isEqualTo(40 * MIB + 65536);
        long first = streams.get(0).sentBytes() - 65536;
        assertThat(first).isCloseTo(10L * MIB, Percentage.withPercentage(10));
        streams.stream().skip(1).forEach(each -> assertThat(each.sentBytes())
                .isCloseTo(10L * MIB, Percentage.withPercentage(10)));
    }

    @Test
    void urgentOnesGoFirstButNobodyStarves() throws Exception {
        List<RecordingListener> streams = opensWithPriorities(0, 4, 7);
        usesUpTheWindow(streams.get(0));
        streams.forEach(each -> each.stream().send(InMemoryPeer.bytes(8 * MIB), Fin.MORE));
        peer.writer().windowUpdate(0, 4 * MIB);
        peer.listen();

        assertThat(streams.get(0).sentBytes() - 65536).isCloseTo(3_670_016L, within(40_000L)); // 7 of 8 turns
        assertThat(streams.get(1).sentBytes()).isCloseTo(262_144L, within(40_000L));
        assertThat(streams.get(2).sentBytes()).isCloseTo(262_144L, within(40_000L));
    }

    /** With the frame's header, and what TLS adds to a record. */
    @Test
    void aTurnIsSixteenKibibytesAtMost() throws Exception {
        List<RecordingListener> streams = opensWithPriorities(3, 3);
        usesUpTheWindow(streams.get(0));
        streams.forEach(each -> each.stream().send(InMemoryPeer.bytes(2 * 16_320), Fin.FIN));
        peer.writer().windowUpdate(0, MIB);

        assertThat(peer.hears())
                .containsExactly("DATA 1 16320", "DATA 3 16320", "DATA 1 16320 FIN", "DATA 3 16320 FIN");
    }

    @Test
    void piecesThatWaitShareAFrame() throws Exception {
        RecordingListener stream = opensWithPriorities(3).get(0);
        stream.stream().send(InMemoryPeer.bytes("some, "), Fin.MORE);
        stream.stream().send(InMemoryPeer.bytes("more"), Fin.MORE);
        stream.stream().send(InMemoryPeer.bytes(20_000), Fin.FIN);

        assertThat(peer.hears()).containsExactly("DATA 1 16320", "DATA 1 3690 FIN");
        assertThat(stream.sentBytes()).isEqualTo(20_010);
    }

    @Test
    void controlFramesGoAheadOfQueuedData() throws Exception {
        List<RecordingListener> streams = opensWithPriorities(3);
        streams.get(0).stream().send(InMemoryPeer.bytes(MIB), Fin.MORE);
        peer.hears();
        peer.writer().ping(2);
        assertThat(peer.hears()).containsExactly("PING 2");
    }

    @Test
    void whatALoopTurnWritesIsFlushedOnce() throws Exception {
        List<RecordingListener> streams = opensWithPriorities(3, 3);
        streams.forEach(each -> each.stream().send(InMemoryPeer.bytes(10), Fin.MORE));
        assertThat(peer.channel().outboundMessages()).isEmpty(); // nothing leaves before the turn is over
        assertThat(peer.hears()).containsExactly("DATA 1 10", "DATA 3 10");
    }
}
