package io.spdytunnel.spdy;

import static org.assertj.core.api.Assertions.assertThat;

import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.StreamNotOpenedException;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.RawBlocks;
import io.spdytunnel.wire.SessionStatus;
import io.spdytunnel.wire.Settings;
import io.spdytunnel.wire.StreamStatus;
import java.util.List;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer may try with streams, windows and names: DEFENCES rows 7 to 9. The stream beside it goes on. */
class DefencesStreamsTest {

    private static final int WINDOW = MemoryBudget.STREAM_BYTES;
    private static final HeaderBlock OK =
            new HeaderBlock().add(":status", "200").add(":version", "HTTP/1.1");

    private InMemoryPeer peer;

    @AfterEach
    void nothingIsLeft() {
        if (peer != null) {
            peer.close();
        }
    }

    private void isTold(Role role) {
        if (peer != null) {
            peer.close();
        }
        peer = new InMemoryPeer(role);
        peer.hears();
    }

    /** An end that answers, and a healthy stream on it. */
    private RecordingListener origin() {
        isTold(Role.RESPONDER);
        int id = peer.opensStream();
        assertThat(id).isEqualTo(1);
        RecordingListener healthy = peer.lastAccepted();
        healthy.stream().reply(OK, Fin.MORE);
        peer.hears();
        return healthy;
    }

    /** An end that asks, with a healthy stream on it, and a second one. */
    private RecordingListener proxy() throws StreamNotOpenedException {
        isTold(Role.INITIATOR);
        RecordingListener healthy = peer.isSentAStream(Fin.MORE, 0);
        peer.replies(1);
        peer.isSentAStream(Fin.MORE, 0);
        peer.hears();
        return healthy;
    }

    private void goesOn(RecordingListener healthy) {
        long before = healthy.received();
        peer.sends(1, "still here");
        assertThat(healthy.received()).isEqualTo(before + 10);
        healthy.stream().send(InMemoryPeer.bytes(10), Fin.MORE);
        assertThat(peer.hears()).containsExactly("DATA 1 10");
        peer.isStillConnected();
    }

    private void isReset(int id, StreamStatus status) {
        assertThat(peer.hears()).containsExactly("RST_STREAM " + id + " " + status);
    }

    // ---- ids, order, windows

    @Test
    void row07FramesForAStreamThatNeverWasResetThatStreamOnly() throws Exception {
        RecordingListener healthy = origin();
        peer.writer().synReply(77, Fin.FIN, OK);
        isReset(77, StreamStatus.INVALID_STREAM);
        peer.writer().headers(79, Fin.FIN, OK);
        isReset(79, StreamStatus.INVALID_STREAM);
        peer.sends(81, "x");
        isReset(81, StreamStatus.INVALID_STREAM);
        goesOn(healthy);

        healthy = proxy();
        peer.writer().synReply(77, Fin.FIN, OK);
        isReset(77, StreamStatus.INVALID_STREAM);
        peer.sends(2, "x");
        isReset(2, StreamStatus.INVALID_STREAM);
        goesOn(healthy);
    }

    @Test
    void row07FramesOutOfTurnResetTheirStreamOnly() throws Exception {
        RecordingListener healthy = origin();
        int finished = peer.opensStream(Fin.FIN);
        peer.sends(finished, "x");
        isReset(finished, StreamStatus.STREAM_ALREADY_CLOSED);
        int twice = peer.opensStream();
        peer.opensStreamWithId(twice, Fin.MORE);
        isReset(twice, StreamStatus.PROTOCOL_ERROR);
        int answered = peer.opensStream();
        peer.writer().synReply(answered, Fin.MORE, OK);
        isReset(answered, StreamStatus.PROTOCOL_ERROR);
        goesOn(healthy);

        healthy = proxy();
        peer.sends(3, "x");
        isReset(3, StreamStatus.PROTOCOL_ERROR);
        int second = peer.isSentAStream(Fin.FIN, 0).stream().id();
        peer.hears();
        peer.replies(second);
        peer.replies(second);
        isReset(second, StreamStatus.STREAM_IN_USE);
        goesOn(healthy);
    }

    @Test
    void row07MoreThanTheStreamsWindowResetsItAndMoreThanTheSessionsEndsIt() {
        RecordingListener healthy = origin();
        int greedy = peer.opensStream();
        peer.sends(greedy, WINDOW + 1);
        isReset(greedy, StreamStatus.FLOW_CONTROL_ERROR);
        goesOn(healthy);

        peer.sends(greedy, SessionReceiveWindow.BYTES - 2 * WINDOW); // its room comes back, whatever becomes of it
        assertThat(peer.hears()).allMatch(frame -> frame.startsWith("WINDOW_UPDATE 0 "));
        goesOn(healthy);
        peer.channel()
                .writeInbound(new SpdyBytes()
                        .data(greedy, false, new byte[SessionReceiveWindow.BYTES / 8])
                        .data(greedy, false, new byte[0xFFFFFF])
                        .toBuffer());
        peer.isDisconnected();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5})
    void row07AnIdThatIsNotLargerEndsTheSession(int id) {
        origin();
        peer.opensStream(); // 3
        peer.opensStream(); // 5
        peer.accepted().forEach(each -> each.stream().reset(StreamStatus.CANCEL));
        peer.hears();
        peer.opensStreamWithId(id, Fin.FIN);
        peer.wasToldToGoAway(5, SessionStatus.PROTOCOL_ERROR);
        peer.isDisconnected();
    }

    @Test
    void row07AnIdOfZeroOrOfTheOtherEndsParityEndsTheSession() throws Exception {
        origin();
        peer.opensStreamWithId(4, Fin.FIN);
        peer.isDisconnected();
        proxy();
        peer.opensStreamWithId(5, Fin.FIN);
        peer.isDisconnected();
        origin();
        peer.sendsRaw(0, 0, 0, 0, 0, 0, 0, 1, 0);
        peer.isDisconnected();
    }

    @Test
    void row07EveryFrameInErrorCountsAsAResetWeWereMadeToSend() {
        List<IntConsumer> offences = List.of(
                i -> peer.sends(100_001 + 2 * i, "x"),
                i -> peer.writer().synReply(100_001 + 2 * i, Fin.FIN, OK),
                i -> peer.writer().headers(100_001 + 2 * i, Fin.FIN, OK),
                i -> peer.sends(peer.opensStream(Fin.FIN), "x"),
                i -> peer.sends(peer.opensStream(), WINDOW + 1));
        for (IntConsumer offence : offences) {
            isTold(Role.RESPONDER);
            int limit = SessionSettings.DEFAULT.limits().maxErrors();
            for (int i = 0; i < limit; i++) {
                offence.accept(i);
            }
            peer.isStillConnected();
            offence.accept(limit);
            peer.isDisconnected();
            assertThat(peer.end().reason()).contains("more than 200 frames in error within 30 s");
        }
    }

    // ---- windows

    @Test
    void row08UpdatesOfZeroOrPastTheLargestWindowCostTheStreamOrTheSession() {
        RecordingListener healthy = origin();
        int zero = peer.opensStream();
        peer.writer().windowUpdate(zero, 0);
        isReset(zero, StreamStatus.PROTOCOL_ERROR);
        int huge = peer.opensStream();
        peer.writer().windowUpdate(huge, Integer.MAX_VALUE);
        isReset(huge, StreamStatus.FLOW_CONTROL_ERROR);
        peer.writer().windowUpdate(huge, 1); // closed: harmless
        peer.writer().windowUpdate(9_999, 0);
        goesOn(healthy);

        peer.writer().windowUpdate(0, Integer.MAX_VALUE);
        peer.isDisconnected();
        origin();
        peer.writer().windowUpdate(0, 0);
        peer.isDisconnected();
    }

    @Test
    void row08AWindowLoweredUnderOpenStreamsHoldsThemUpAndLetsThemGoOn() {
        RecordingListener stream = origin();
        peer.writer().settings(new Settings().add(Settings.INITIAL_WINDOW_SIZE, 10));
        stream.stream().send(InMemoryPeer.bytes(2 * WINDOW), Fin.FIN);
        assertThat(peer.dataHeard()).isEqualTo(10);
        peer.writer().settings(new Settings().add(Settings.INITIAL_WINDOW_SIZE, 0));
        peer.writer().windowUpdate(1, 5);
        assertThat(peer.dataHeard()).as("room is -5").isEqualTo(10);
        peer.writer().windowUpdate(1, 8);
        assertThat(peer.dataHeard()).isEqualTo(13);
        peer.writer().settings(new Settings().add(Settings.INITIAL_WINDOW_SIZE, 2 * WINDOW));
        peer.writer().windowUpdate(0, 2 * WINDOW);
        assertThat(peer.dataHeard()).isEqualTo(2 * WINDOW);
    }

    // ---- names and values

    @Test
    void row09ABlockThatBreaksARuleCostsItsStreamAndTheNextOneIsUnderstood() {
        isTold(Role.RESPONDER);
        String[][] offences = {
            {"Upper-Case", "x"},
            {"", "x"},
            {"twice", "x", "twice", "y"},
            {"x", "\0y"},
            {"x", "y\0"},
            {"x", "y\0\0z"},
            {"x", "y\r\nset-cookie: z"},
            {"x", "y\nz"},
            {"x", "\u0001"},
            {"x", "\u007f"},
            {"x\r\ny", "z"},
            {"x\0y", "z"},
            {"x\u0080", "z"}
        };
        int id = 1;
        try (RawBlocks blocks = new RawBlocks()) {
            for (String[] offence : offences) {
                opens(id, blocks.deflate(RawBlocks.plain(offence)));
                isReset(id, StreamStatus.PROTOCOL_ERROR);
                opens(id + 2, blocks.deflate(RawBlocks.plain("x", "a\tb", "y", "", "z", "1\0002")));
                peer.heardNothing();
                assertThat(peer.lastAccepted().stream().id()).isEqualTo(id + 2);
                id += 4;
            }
        }
        peer.isStillConnected();
    }

    private void opens(int id, byte[] block) {
        java.nio.ByteBuffer content = java.nio.ByteBuffer.allocate(10 + block.length);
        content.putInt(id).putInt(0).putShort((short) 0).put(block);
        peer.channel()
                .writeInbound(new SpdyBytes().control(1, 1, content.array()).toBuffer());
        peer.listen();
    }
}
