package io.spdytunnel.spdy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionEnd;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamAcceptor;
import io.spdytunnel.session.StreamEnd;
import io.spdytunnel.session.StreamNotOpenedException;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.StreamStatus;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Both ends of this project against each other: many streams, long bodies, readers that read in fits and starts. */
class TwoEndsTest {

    private static final int STREAMS = 60;
    private static final int BODY = 1_500_000;

    private final UnpooledByteBufAllocator buffers = new UnpooledByteBufAllocator(false, true);
    private final MemoryBudget budget = new MemoryBudget(24L * 1024 * 1024);
    private final Random random = new Random(7);
    private final EmbeddedChannel proxy = channel();
    private final EmbeddedChannel origin = channel();
    private final List<Echo> echoes = new ArrayList<>();
    private final Session initiator =
            SpdySession.start(proxy, Role.INITIATOR, SessionSettings.DEFAULT, budget, StreamAcceptor.NONE);
    private final Session responder =
            SpdySession.start(origin, Role.RESPONDER, SessionSettings.DEFAULT, budget, (stream, head, fin) -> {
                Echo echo = new Echo(stream);
                echoes.add(echo);
                stream.reply(new HeaderBlock().add(":status", "200"), Fin.MORE);
                return echo;
            });

    private EmbeddedChannel channel() {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(buffers);
        channel.freezeTime();
        return channel;
    }

    @AfterEach
    void nothingIsLeft() {
        proxy.finishAndReleaseAll();
        origin.finishAndReleaseAll();
        assertThat(budget.used()).isZero();
        assertThat(buffers.metric().usedHeapMemory()).isZero();
    }

    /** Carries what each end has written to the other; returns whether there was anything. */
    private boolean carry() {
        boolean down = carry(proxy, origin);
        boolean up = carry(origin, proxy);
        return down || up;
    }

    private static boolean carry(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        boolean any = false;
        for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            any = true;
            if (to.isOpen()) {
                to.writeInbound(bytes);
            } else {
                bytes.release();
            }
        }
        return any;
    }

    private void timePasses(long millis) {
        proxy.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        origin.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        proxy.runScheduledPendingTasks();
        origin.runScheduledPendingTasks();
    }

    @Test
    void everyByteComesBackOnEveryStream() throws Exception {
        carry();
        List<Caller> callers = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            callers.add(new Caller(i));
        }
        for (int round = 0; round < 100_000 && !callers.stream().allMatch(Caller::isDone); round++) {
            boolean moved = carry();
            assertThat(budget.used()).isLessThanOrEqualTo(budget.limit());
            for (Echo echo : echoes) {
                echo.forwardSome();
            }
            callers.forEach(Caller::readSome);
            if (!moved) {
                timePasses(1);
            }
        }

        assertThat(callers).allMatch(Caller::isDone);
        assertThat(callers).allMatch(caller -> caller.received == BODY);
        assertThat(initiator.openStreams()).isZero();
        assertThat(responder.openStreams()).isZero();
        assertThat(budget.used()).isZero();
    }

    @Test
    void aDrainedSessionClosesAtBothEndsAndSaysWhatItHasNotDone() throws Exception {
        carry();
        responder.drain(Duration.ofSeconds(30));
        RecordingListener crossing = new RecordingListener();
        crossing.on(initiator.open(InMemoryPeer.head(), Fin.FIN, 0, crossing));
        while (carry()) {
            // until nothing moves
        }
        assertThat(crossing.end().cause()).isEqualTo(StreamEnd.Cause.BEYOND_LAST_GOOD);
        proxy.runPendingTasks();
        origin.runPendingTasks();
        assertThat(responder.whenEnded().toCompletableFuture().join().by()).isEqualTo(SessionEnd.By.US);
        assertThat(initiator.whenEnded().toCompletableFuture().join().by()).isEqualTo(SessionEnd.By.PEER);
    }

    @Test
    void aPushArrivesWithItsPageAndOutlivesIt() throws Exception {
        try (TwoEnds ends = new TwoEnds()) {
            RecordingListener page = ends.asksForAPage();
            ends.carry();
            Stream served = ends.served();
            RecordingListener pushed = new RecordingListener();
            pushed.on(served.push(InMemoryPeer.pushHead(), 0, pushed));
            served.reply(new HeaderBlock().add(":status", "200"), Fin.FIN);
            ends.carry();
            pushed.stream().sendHeaders(new HeaderBlock().add(":status", "200"), Fin.MORE);
            pushed.stream().send(InMemoryPeer.bytes(200_000), Fin.FIN);
            ends.carry();

            assertThat(page.calls()).containsExactly("pushed 2 /style.css", "replied 200 FIN", "ended FINISHED");
            RecordingListener style = page.pushes().get(0);
            assertThat(style.received()).isEqualTo(65536);
            style.consumesAll();
            ends.carry();
            style.consumesAll();
            ends.carry();
            assertThat(style.received()).isEqualTo(200_000);
            assertThat(style.hasEnded()).isTrue();
            assertThat(pushed.end().cause()).isEqualTo(StreamEnd.Cause.FINISHED);
            style.consumesAll();
        }
    }

    @Test
    void aCancelledPageEndsItsPushAtBothEnds() throws Exception {
        try (TwoEnds ends = new TwoEnds()) {
            RecordingListener page = ends.asksForAPage();
            ends.carry();
            RecordingListener pushed = new RecordingListener();
            pushed.on(ends.served().push(InMemoryPeer.pushHead(), 0, pushed));
            pushed.stream().send(InMemoryPeer.bytes(200_000), Fin.FIN);
            ends.carry();
            page.stream().reset(StreamStatus.CANCEL);
            ends.carry();
            page.pushes().get(0).consumesAll();
            assertThat(page.pushes().get(0).end().cause()).isEqualTo(StreamEnd.Cause.RESET_BY_US);
            assertThat(pushed.end().status()).isEqualTo(StreamStatus.CANCEL);
            assertThat(pushed.sentBytes()).isEqualTo(200_000);
        }
    }

    /** Two more ends, of which the initiator takes pushes. */
    private final class TwoEnds implements AutoCloseable {
        private final EmbeddedChannel asking = channel();
        private final EmbeddedChannel serving = channel();
        private final List<Stream> streams = new ArrayList<>();
        private final Session asker = SpdySession.start(
                asking, Role.INITIATOR, SessionSettings.DEFAULT.withMaxPushes(5), budget, StreamAcceptor.NONE);

        TwoEnds() {
            SpdySession.start(serving, Role.RESPONDER, SessionSettings.DEFAULT, budget, (stream, head, fin) -> {
                streams.add(stream);
                return new RecordingListener(stream);
            });
            carry();
        }

        RecordingListener asksForAPage() throws StreamNotOpenedException {
            RecordingListener page = new RecordingListener().takesPushes();
            return page.on(asker.open(InMemoryPeer.head(), Fin.FIN, 0, page));
        }

        Stream served() {
            return streams.get(0);
        }

        /** Until nothing moves. */
        void carry() {
            boolean moved;
            do {
                moved = TwoEndsTest.carry(asking, serving);
                moved |= TwoEndsTest.carry(serving, asking);
            } while (moved);
        }

        @Override
        public void close() {
            asking.finishAndReleaseAll();
            serving.finishAndReleaseAll();
        }
    }

    @Test
    void twoIdleEndsKeepEachOtherAlive() {
        for (int i = 0; i < 120; i++) {
            timePasses(1000);
            while (carry()) {
                // until nothing moves
            }
        }
        assertThat(initiator.isAcceptingStreams()).isTrue();
        assertThat(responder.isAcceptingStreams()).isTrue();
    }

    private static byte at(int stream, int position) {
        return (byte) (position * 31 + stream + (position >> 11));
    }

    /** Sends a body as windows allow and checks what comes back. */
    private final class Caller extends RecordingListener {
        private final int number;
        private int given;
        private int received;
        private int unread;

        Caller(int number) throws StreamNotOpenedException {
            this.number = number;
            on(initiator.open(InMemoryPeer.head(), Fin.MORE, number % 8, this));
            give();
        }

        private void give() {
            while (given < BODY && given - sentBytes() < 64 * 1024) {
                int length = Math.min(BODY - given, 1 + random.nextInt(30_000));
                byte[] piece = new byte[length];
                for (int i = 0; i < length; i++) {
                    piece[i] = at(number, given + i);
                }
                given += length;
                stream().send(Unpooled.wrappedBuffer(piece), Fin.of(given == BODY));
            }
        }

        @Override
        public void sent(int bytes) {
            super.sent(bytes);
            give();
        }

        @Override
        public void data(ByteBuf bytes, Fin fin) {
            for (int i = 0; i < bytes.readableBytes(); i++) {
                if (bytes.getByte(bytes.readerIndex() + i) != at(number, received + i)) {
                    throw new AssertionError("stream " + number + " differs at " + (received + i));
                }
            }
            received += bytes.readableBytes();
            unread += bytes.readableBytes();
        }

        void readSome() {
            if (unread > 0 && random.nextInt(3) == 0) {
                int bytes = 1 + random.nextInt(unread);
                unread -= bytes;
                stream().consumed(bytes);
            }
        }

        boolean isDone() {
            return hasEnded() && unread == 0;
        }
    }

    /** Sends back what it receives, now and then. */
    private final class Echo extends RecordingListener {
        private final ArrayDeque<ByteBuf> pieces = new ArrayDeque<>();
        private boolean complete;
        private boolean finished;

        Echo(Stream stream) {
            super(stream);
        }

        @Override
        public void data(ByteBuf bytes, Fin fin) {
            pieces.add(bytes.retain());
            complete = fin.isLast();
        }

        void forwardSome() {
            for (int i = random.nextInt(4); i > 0 && !pieces.isEmpty(); i--) {
                stream().send(pieces.remove(), Fin.MORE);
            }
            if (complete && pieces.isEmpty() && !finished) {
                finished = true;
                stream().send(Unpooled.EMPTY_BUFFER, Fin.FIN);
            }
        }

        @Override
        public void sent(int bytes) {
            stream().consumed(bytes); // held until it has left again
        }
    }
}
