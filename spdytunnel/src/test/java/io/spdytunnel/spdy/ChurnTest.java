package io.spdytunnel.spdy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamAcceptor;
import io.spdytunnel.session.StreamEnd;
import io.spdytunnel.session.StreamListener;
import io.spdytunnel.session.StreamNotOpenedException;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.StreamStatus;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams that come and go on one session, which must not remember them. A day's worth, at 60 a second, in minutes:
 *
 * <pre>
 *     mvn test -pl camel-spdytunnel -Dtest=ChurnTest -Dchurn.streams=5000000
 * </pre>
 */
class ChurnTest {

    private static final Logger LOG = LoggerFactory.getLogger(ChurnTest.class);

    private static final int STREAMS = Integer.getInteger("churn.streams", 50_000);
    private static final int SAMPLES = 10;
    private static final long MIB = 1024 * 1024;
    private static final int BODY = 200;
    private static final HeaderBlock OK =
            new HeaderBlock().add(":status", "200").add(":version", "HTTP/1.1");

    private final UnpooledByteBufAllocator buffers = new UnpooledByteBufAllocator(false, true);
    private final MemoryBudget budget = new MemoryBudget(128 * MIB);
    private final EmbeddedChannel proxy = channel();
    private final EmbeddedChannel origin = channel();
    private final Session initiator =
            SpdySession.start(proxy, Role.INITIATOR, SessionSettings.DEFAULT, budget, StreamAcceptor.NONE);
    private final Session responder =
            SpdySession.start(origin, Role.RESPONDER, SessionSettings.DEFAULT, budget, this::answer);
    private int asked;
    private int answered;
    private int cut;

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

    // ---- two ends

    private StreamListener answer(Stream stream, HeaderBlock head, Fin fin) {
        stream.reply(OK, Fin.MORE);
        if (stream.id() % 3 == 0) {
            stream.send(InMemoryPeer.bytes(BODY), Fin.FIN);
        } else {
            stream.send(InMemoryPeer.bytes(BODY), Fin.MORE);
            stream.sendTrailers(new HeaderBlock().add("x-checksum", "abc"));
        }
        return new Reader(stream);
    }

    /** Consumes at once, and counts ends. */
    private final class Reader implements StreamListener {
        private Stream stream;

        Reader(Stream stream) {
            this.stream = stream;
        }

        @Override
        public void replied(HeaderBlock head, Fin fin) {}

        @Override
        public void data(ByteBuf bytes, Fin fin) {
            stream.consumed(bytes.readableBytes());
        }

        @Override
        public void headers(HeaderBlock headers, Fin fin) {}

        @Override
        public void sent(int bytes) {}

        @Override
        public void ended(StreamEnd end) {
            if (stream.session() == initiator) {
                answered += end.cause() == StreamEnd.Cause.FINISHED ? 1 : 0;
                cut += end.cause() == StreamEnd.Cause.RESET_BY_US ? 1 : 0;
            }
        }
    }

    private Reader ask() throws StreamNotOpenedException {
        Reader reader = new Reader(null);
        boolean post = asked % 2 == 0;
        reader.stream = initiator.open(InMemoryPeer.head(), Fin.of(!post), asked % 8, reader);
        asked++;
        if (post) {
            reader.stream.send(InMemoryPeer.bytes(BODY), Fin.FIN);
        }
        return reader;
    }

    private void carryAll() {
        boolean moved = true;
        while (moved) {
            boolean down = carry(proxy, origin);
            moved = carry(origin, proxy) || down;
        }
    }

    private static boolean carry(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        boolean any = false;
        for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            any = true;
            to.writeInbound(bytes);
        }
        return any;
    }

    private void timePasses(long millis) {
        for (EmbeddedChannel end : List.of(proxy, origin)) {
            end.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
            end.runScheduledPendingTasks();
        }
    }

    // ---- stories

    @Test
    void tenThousandStreamsOneAfterAnother() throws Exception {
        carryAll();
        for (int i = 0; i < 10_000; i++) {
            ask();
            carryAll();
            assertThat(initiator.openStreams()).isZero();
        }
        assertThat(answered).isEqualTo(10_000);
    }

    @Test
    void aThousandStreamsAtOnce() throws Exception {
        carryAll();
        for (int i = 0; i < 1000; i++) {
            ask();
        }
        assertThat(initiator.openStreams()).isEqualTo(1000);
        carryAll();
        assertThat(answered).isEqualTo(1000);
        assertThat(responder.openStreams()).isZero();
    }

    @Test
    void aDaysWorthOfStreamsLeavesNothingBehind() throws Exception {
        carryAll();
        List<Long> heap = new ArrayList<>();
        int sampled = STREAMS / SAMPLES;
        while (asked < STREAMS) {
            for (int i = 0; i < 20; i++) {
                Reader reader = ask();
                if (asked % 500 == 0) {
                    reader.stream.reset(StreamStatus.CANCEL);
                }
            }
            carryAll();
            timePasses(333); // 60 a second
            if (asked % sampled == 0) {
                assertThat(buffers.metric().usedHeapMemory() + buffers.metric().usedDirectMemory())
                        .as("bytes in buffers")
                        .isLessThan(MIB);
                assertThat(budget.used()).isZero();
                heap.add(heapAfterCollection());
            }
        }
        assertThat(answered + cut).isEqualTo(asked);
        LOG.info("{} streams, {} of them cut; heap after each tenth, KiB: {}", asked, cut, heap);
        long growth = heap.get(SAMPLES - 1) - heap.get(SAMPLES / 2);
        assertThat(growth).as("KiB that the heap grew over the second half").isLessThan(1024);
    }

    /** In KiB. */
    private static long heapAfterCollection() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least / 1024;
    }
}
