package io.spdytunnel.spdy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.SessionLimits;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamAcceptor;
import io.spdytunnel.session.StreamEnd;
import io.spdytunnel.session.StreamListener;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.StreamStatus;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** More of the legal than anybody needs: DEFENCES rows 13 to 15 at one session, memory counted buffer by buffer. */
class DefencesFloodsTest {

    private static final int KIB = 1024;
    private static final HeaderBlock OK =
            new HeaderBlock().add(":status", "200").add(":version", "HTTP/1.1");

    /** Below the session: a socket into which nothing fits any more. */
    private static final class FullSocket extends ChannelOutboundHandlerAdapter {
        @Override
        public void flush(ChannelHandlerContext context) {
            // the peer does not read
        }
    }

    private static InMemoryPeer peer(Role role, SessionSettings settings) {
        InMemoryPeer peer = new InMemoryPeer(role, settings, new MemoryBudget(InMemoryPeer.BUDGET));
        peer.hears();
        return peer;
    }

    private static long bytesHeld(InMemoryPeer peer) {
        var metric = ((UnpooledByteBufAllocator) peer.channel().alloc()).metric();
        return metric.usedHeapMemory() + metric.usedDirectMemory();
    }

    /** An end that counts what runs: every stream's work goes on until it is told that it is over. */
    private static final class Busy implements StreamAcceptor {
        private final ArrayDeque<Stream> running = new ArrayDeque<>();
        private int most;

        @Override
        public StreamListener accept(Stream stream, HeaderBlock head, Fin fin) {
            stream.keepPlace();
            running.add(stream);
            most = Math.max(most, running.size());
            return new RecordingListener(stream);
        }
    }

    // ---- 13: open and cut

    private static int openAndCut(InMemoryPeer peer, int times) {
        int done = 0;
        while (done < times && peer.session().isAcceptingStreams()) {
            int id = peer.opensStream();
            done++;
            if (peer.session().isAcceptingStreams()) {
                peer.writer().rstStream(id, StreamStatus.CANCEL);
            }
        }
        return done;
    }

    @Test
    void row13ATunnelWhoseProxyOpensAndCutsIsClosedAtMaxResets() {
        try (InMemoryPeer peer = peer(Role.RESPONDER, SessionSettings.DEFAULT)) {
            assertThat(openAndCut(peer, 10_000)).isEqualTo(2001);
            peer.isDisconnected();
            assertThat(peer.end().reason()).contains("more than 2000 streams reset within 30 s");
        }
    }

    @Test
    void row13AVisitorsOwnSessionIsClosedAfter200() {
        try (InMemoryPeer peer = peer(Role.RESPONDER, SessionSettings.DEFAULT.withLimits(SessionLimits.VISITOR))) {
            assertThat(openAndCut(peer, 10_000)).isEqualTo(201);
            peer.isDisconnected();
        }
    }

    @Test
    void row13AnApplicationNeverSeesMoreThanTheAnnouncedNumberRunning() {
        try (InMemoryPeer peer = peer(Role.RESPONDER, SessionSettings.DEFAULT.withMaxConcurrentStreams(50))) {
            Busy busy = new Busy();
            peer.isServedBy(busy);
            openAndCut(peer, 10_000);
            assertThat(busy.most).isEqualTo(50);
            busy.running.forEach(Stream::givePlaceBack);
        }
    }

    @Test
    void row13AnApplicationThatIsCutWhileItsStreamsFinishSeesNoMoreEither() {
        try (InMemoryPeer peer = peer(Role.RESPONDER, SessionSettings.DEFAULT.withMaxConcurrentStreams(50))) {
            Busy busy = new Busy();
            peer.isServedBy(busy);
            for (int i = 0; i < 1500 && peer.session().isAcceptingStreams(); i++) {
                openAndCut(peer, 1);
                if (i % 3 == 0 && busy.running.size() > 10) {
                    busy.running.remove().givePlaceBack();
                }
            }
            assertThat(busy.most).isEqualTo(50);
            busy.running.forEach(Stream::givePlaceBack);
        }
    }

    /** CVE-2025-8671: the attacker lets us do the resetting. */
    @Test
    void row13RequestsThatMakeTheApplicationResetAreCountedLikeFramesInError() {
        try (InMemoryPeer peer = peer(Role.RESPONDER, SessionSettings.DEFAULT)) {
            peer.isServedBy((stream, head, fin) -> {
                stream.reset(StreamStatus.PROTOCOL_ERROR);
                return new RecordingListener(stream);
            });
            int opened = 0;
            while (opened < 10_000 && peer.session().isAcceptingStreams()) {
                peer.opensStream();
                opened++;
            }
            assertThat(opened).isEqualTo(201);
            peer.isDisconnected();
        }
    }

    @Test
    void row13AnApplicationsOwnResetsAreNotThePeersFault() {
        try (InMemoryPeer peer = peer(Role.RESPONDER, SessionSettings.DEFAULT)) {
            peer.isServedBy((stream, head, fin) -> {
                stream.reset(StreamStatus.CANCEL);
                return new RecordingListener(stream);
            });
            for (int i = 0; i < 5000; i++) {
                peer.opensStream();
            }
            peer.isStillConnected();
        }
    }

    // ---- 14: without reading the answers

    /** Says it up to 100 000 times into a session whose answers nobody reads; returns the most bytes held. */
    private static long flood(InMemoryPeer peer, Runnable frame) {
        peer.channel().pipeline().addFirst(new FullSocket());
        long most = 0;
        int times = 0;
        while (times < 100_000 && peer.session().isAcceptingStreams()) {
            frame.run();
            times++;
            most = Math.max(most, bytesHeld(peer));
        }
        assertThat(times).as("closed").isLessThan(100_000);
        peer.staysSilentFor(Duration.ofSeconds(1)); // the last words are not waited for any longer
        peer.isDisconnected();
        return most;
    }

    @Test
    void row14PingsWithoutReadingTheirEchoesCloseTheSession() {
        for (Role role : Role.values()) {
            try (InMemoryPeer peer = peer(role, SessionSettings.DEFAULT)) {
                int id = role == Role.RESPONDER ? 1 : 2;
                assertThat(flood(peer, () -> peer.writer().ping(id))).isLessThan(64 * KIB);
            }
        }
    }

    /** The kernel takes megabytes of echoes before it shows that they are not read, and all that time we work. */
    @Test
    void row14PingsWhoseEchoesAreReadCloseTheSessionToo() {
        for (Role role : Role.values()) {
            try (InMemoryPeer peer = peer(role, SessionSettings.DEFAULT)) {
                int id = role == Role.RESPONDER ? 1 : 2;
                int sent = 0;
                while (sent < 100_000 && peer.session().isAcceptingStreams()) {
                    peer.writer().ping(id);
                    peer.hears();
                    sent++;
                }
                assertThat(sent).isEqualTo(1001);
                peer.isDisconnected();
                assertThat(peer.end().reason()).contains("more than 1000 PINGs within 30 s");
            }
        }
    }

    @Test
    void row14APeerThatMeasuresItsRoundTripsThirtyTimesASecondIsNoAttacker() {
        try (InMemoryPeer peer = peer(Role.RESPONDER, SessionSettings.DEFAULT)) {
            for (int second = 0; second < 120; second++) {
                for (int i = 0; i < 30; i++) {
                    peer.writer().ping(1);
                }
                peer.staysSilentFor(Duration.ofSeconds(1));
            }
            peer.isStillConnected();
        }
    }

    @Test
    void row14SettingsCloseTheSession() {
        for (Role role : Role.values()) {
            try (InMemoryPeer peer = peer(role, SessionSettings.DEFAULT)) {
                assertThat(flood(peer, () -> peer.channel()
                                .writeInbound(
                                        new SpdyBytes().settings(7, 70_000).toBuffer())))
                        .isLessThan(4 * KIB);
            }
        }
    }

    @Test
    void row14EmptyDataClosesTheSession() {
        try (InMemoryPeer peer = peer(Role.RESPONDER, SessionSettings.DEFAULT)) {
            int id = peer.opensStream();
            assertThat(flood(peer, () -> peer.writer().data(id, io.netty.buffer.Unpooled.EMPTY_BUFFER, Fin.MORE)))
                    .isLessThan(4 * KIB);
        }
    }

    @Test
    void row14UpdatesOfOneByteCloseTheSession() {
        for (Role role : Role.values()) {
            try (InMemoryPeer peer = peer(role, SessionSettings.DEFAULT)) {
                assertThat(flood(peer, () -> peer.writer().windowUpdate(0, 1))).isLessThan(4 * KIB);
            }
        }
    }

    @Test
    void row14StreamsThatTheApplicationCutsCloseTheSessionThatDoesNotReadIt() {
        try (InMemoryPeer peer = peer(Role.RESPONDER, SessionSettings.DEFAULT)) {
            peer.isServedBy((stream, head, fin) -> {
                stream.reset(StreamStatus.CANCEL);
                return new RecordingListener(stream);
            });
            assertThat(flood(peer, peer::opensStream)).isLessThan(64 * KIB);
        }
    }

    @Test
    void row14RequestsWhoseAnswersNobodyReadsAreNoMoreThanWereAnnounced() {
        try (InMemoryPeer peer = peer(Role.RESPONDER, SessionSettings.DEFAULT.withMaxConcurrentStreams(100))) {
            peer.isServedBy((stream, head, fin) -> {
                stream.reply(OK, Fin.MORE);
                stream.send(InMemoryPeer.bytes(64 * KIB), Fin.FIN);
                return new RecordingListener(stream);
            });
            assertThat(flood(peer, () -> peer.opensStream(Fin.FIN))).isLessThan(300 * KIB);
        }
    }

    /** They may cross our RST_STREAM, so they are no error, but a small frame may inflate to 32 KiB. */
    @Test
    void row14HeadersForAStreamThatWasResetCloseTheSession() throws Exception {
        HeaderBlock large = new HeaderBlock().add("x", "y".repeat(30 * KIB));
        for (Role role : Role.values()) {
            try (InMemoryPeer peer = peer(role, SessionSettings.DEFAULT)) {
                int id = role == Role.RESPONDER ? peer.opensStream() : 1;
                if (role == Role.INITIATOR) {
                    peer.isSentAStream(Fin.FIN, 0);
                }
                peer.lastAccepted().stream().reset(StreamStatus.CANCEL);
                peer.hears();
                for (int i = 0; i < 10; i++) {
                    peer.writer().headers(id, Fin.MORE, large);
                }
                peer.heardNothing();
                int more = 0;
                while (more < 1000 && peer.session().isAcceptingStreams()) {
                    peer.writer().headers(id, Fin.MORE, large);
                    more++;
                }
                assertThat(more).isEqualTo(201);
                peer.isDisconnected();
            }
        }
    }

    /** Each one looks through all streams, and nothing answers it. */
    @Test
    void row14GoAwayAgainAndAgainClosesTheSession() throws Exception {
        try (InMemoryPeer peer = peer(Role.INITIATOR, SessionSettings.DEFAULT)) {
            RecordingListener stream = peer.isSentAStream(Fin.FIN, 0);
            for (int i = 0; i < 100_000 && peer.channel().isOpen(); i++) {
                peer.writer().goAway(1, io.spdytunnel.wire.SessionStatus.PROTOCOL_ERROR);
            }
            peer.isDisconnected();
            assertThat(stream.end().cause()).isEqualTo(StreamEnd.Cause.SESSION_ENDED);
        }
    }

    // ---- 15: single bytes

    @Test
    void row15AMillionOneByteFramesOfOneStreamLeaveTheOthersTheirShare() throws Exception {
        try (InMemoryPeer peer = peer(Role.INITIATOR, SessionSettings.DEFAULT)) {
            List<RecordingListener> others = new ArrayList<>();
            RecordingListener flooded = peer.isSentAStream(Fin.FIN, 0);
            peer.replies(1);
            for (int i = 0; i < 10; i++) {
                others.add(peer.isSentAStream(Fin.FIN, 0));
                peer.replies(3 + 2 * i);
            }
            byte[] bytes = new byte[1000 * 9];
            for (int i = 0; i < bytes.length; i += 9) {
                bytes[i + 3] = 1; // the stream
                bytes[i + 7] = 1; // the length
            }
            long most = 0;
            for (int round = 0; round < 1000; round++) {
                ByteBuf read = peer.channel().alloc().heapBuffer(bytes.length).writeBytes(bytes);
                peer.channel().writeInbound(read);
                flooded.consumesAll();
                peer.sends(3 + 2 * (round % 10), 100);
                most = Math.max(most, bytesHeld(peer));
            }
            assertThat(flooded.received()).isEqualTo(1_000_000);
            assertThat(others).allMatch(other -> other.received() == 100 * 100);
            assertThat(most).isLessThan(64 * KIB);
            assertThat(Arrays.stream(peer.hears().toArray())
                            .filter(line -> line.toString().startsWith("WINDOW_UPDATE 1")))
                    .as("updates for a million bytes")
                    .hasSizeLessThan(100);
        }
    }

    /** What is queued counts by bytes; single ones must not cost a buffer each. */
    @Test
    void row15AWindowFullOfSingleBytesToASilentPeerIsNotMegabytes() {
        try (InMemoryPeer peer = peer(Role.RESPONDER, SessionSettings.DEFAULT)) {
            peer.opensStream();
            Stream stream = peer.lastAccepted().stream();
            stream.reply(OK, Fin.MORE);
            peer.listen();
            peer.channel().pipeline().addFirst(new FullSocket());
            stream.send(InMemoryPeer.bytes(128 * KIB), Fin.MORE);
            peer.channel().runPendingTasks();
            long before = usedHeap();
            for (int i = 0; i < 64 * KIB; i++) {
                stream.send(InMemoryPeer.bytes(1), Fin.MORE);
            }
            assertThat(usedHeap() - before).isLessThan(1024 * KIB);
        }
    }

    private static long usedHeap() {
        System.gc();
        return java.lang.management.ManagementFactory.getMemoryMXBean()
                .getHeapMemoryUsage()
                .getUsed();
    }
}
