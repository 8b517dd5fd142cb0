package io.spdytunnel.spdy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamEnd;
import io.spdytunnel.session.StreamListener;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The formula in ARCHITECTURE.md against sessions whose peers fill everything and read nothing. */
class SessionMemoryTest {

    private static final Logger LOG = LoggerFactory.getLogger(SessionMemoryTest.class);

    private static final int KIB = 1024;
    private static final int SESSIONS = 4;
    private static final int STREAMS = 40;
    private static final int FIELDS = 200;
    private static final int HELD_PIECE = 16 * KIB + 200;

    /** Keeps what it is given, and has sent as much as a source's credit lets it. */
    private static final class Hoarder implements StreamListener {
        private final List<Object> kept = new ArrayList<>();
        private final Stream stream;
        private int held;

        Hoarder(Stream stream, HeaderBlock head, ByteBufAllocator buffers) {
            this.stream = stream;
            kept.add(head);
            HeaderBlock answer = largeHead();
            stream.reply(answer, Fin.MORE);
            for (int i = 0; i < 64 * KIB / 100; i++) {
                stream.send(buffers.heapBuffer(100).writeZero(100), Fin.MORE); // not watched for leaks, which costs
            }
        }

        @Override
        public void replied(HeaderBlock head, Fin fin) {}

        @Override
        public void data(ByteBuf bytes, Fin fin) {
            kept.add(bytes.retain());
            held += bytes.readableBytes();
        }

        @Override
        public void headers(HeaderBlock headers, Fin fin) {}

        @Override
        public void sent(int bytes) {}

        @Override
        public void ended(StreamEnd end) {
            kept.forEach(io.netty.util.ReferenceCountUtil::release);
            kept.clear();
            stream.consumed(held);
        }
    }

    /** As large as may be, and all of it fields. */
    private static HeaderBlock largeHead() {
        HeaderBlock head = new HeaderBlock();
        for (int i = 0; i < FIELDS; i++) {
            head.add("x-" + i, "v".repeat(32 * KIB / FIELDS - 20));
        }
        return head;
    }

    private static long usedHeap() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void fill(InMemoryPeer peer) {
        peer.isServedBy((stream, head, fin) -> {
            if (stream.id() == 1) {
                return new Eager(stream);
            }
            return new Hoarder(stream, head, peer.channel().alloc());
        });
        peer.opensStream();
        peer.channel().pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void flush(ChannelHandlerContext context) {
                // the peer does not read
            }
        });
        for (int i = 0; i < STREAMS - 1; i++) {
            int id = 3 + 2 * i;
            peer.writer().synStream(id, 0, Fin.MORE, largeHead());
            for (int held = 0; held + HELD_PIECE < 64 * KIB; held += HELD_PIECE) {
                peer.channel()
                        .writeInbound(new SpdyBytes()
                                .data(id, false, new byte[HELD_PIECE])
                                .data(1, false, new byte[48 * KIB - 300]) // fills the buffer, and is consumed at once
                                .toBuffer());
            }
        }
        for (int i = 0; i < 800; i++) {
            peer.writer().ping(1);
        }
        peer.channel()
                .writeInbound(new SpdyBytes()
                        .controlHeader(1, 0, 64 * KIB)
                        .raw(new byte[64 * KIB - 1])
                        .toBuffer());
    }

    /** Consumes at once. */
    private static final class Eager extends RecordingListener {
        Eager(Stream stream) {
            super(stream);
        }

        @Override
        public void data(ByteBuf bytes, Fin fin) {
            stream().consumed(bytes.readableBytes());
        }
    }

    @Test
    void nothingThatStallsHoldsMoreThanTheFormula() {
        SessionSettings settings = SessionSettings.DEFAULT
                .withMaxConcurrentStreams(STREAMS)
                .withMaxStreamWindowBytes(MemoryBudget.STREAM_BYTES);
        MemoryBudget budget = new MemoryBudget((long) SESSIONS * STREAMS * MemoryBudget.STREAM_BYTES);
        fillAndClose(settings, 1, new MemoryBudget(budget.limit())); // classes, and their pools
        long before = usedHeap();
        long held = fillAndClose(settings, SESSIONS, budget) - before;

        long bound = SessionMemory.bound(budget.limit(), SESSIONS, SESSIONS * STREAMS, settings);
        LOG.info(
                "{} stalled sessions of {} streams hold {} KiB, the formula says {}",
                SESSIONS,
                STREAMS,
                held / KIB,
                bound / KIB);
        assertThat(held).isLessThan(bound);
        assertThat(held).as("else the formula says nothing").isGreaterThan(bound / 3);
        assertThat(usedHeap() - before).as("left behind").isLessThan(2048L * KIB);
    }

    /** Returns the memory in use while all are full. */
    private static long fillAndClose(SessionSettings settings, int sessions, MemoryBudget budget) {
        List<InMemoryPeer> peers = new ArrayList<>();
        for (int i = 0; i < sessions; i++) {
            InMemoryPeer peer = new InMemoryPeer(Role.RESPONDER, settings, budget);
            peers.add(peer);
            fill(peer);
            assertThat(peer.session().openStreams()).isEqualTo(STREAMS);
        }
        assertThat(budget.used()).isLessThanOrEqualTo(budget.limit());
        long used = usedHeap();
        for (InMemoryPeer peer : peers) {
            used += ((UnpooledByteBufAllocator) peer.channel().alloc()).metric().usedDirectMemory();
        }
        peers.forEach(peer -> peer.channel().close().syncUninterruptibly());
        peers.forEach(InMemoryPeer::close);
        return used;
    }

    /** The one number that no allocator of ours counts. */
    @Test
    void anInflaterIsNoLargerThanTheFormulaSays() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/status")), "resident memory is read from /proc");
        byte[] block = new byte[KIB];
        Deflater deflater = new Deflater();
        deflater.setInput(new byte[40 * KIB]);
        int length = deflater.deflate(block, 0, block.length, Deflater.SYNC_FLUSH);
        deflater.end();
        List<Inflater> inflaters = new ArrayList<>();
        inflate(inflaters, 200, block, length);
        long before = residentKib();
        inflate(inflaters, 2000, block, length);
        long each = (residentKib() - before) / 2000;
        inflaters.forEach(Inflater::end);
        LOG.info("an Inflater in use is {} KiB of resident memory", each);
        assertThat(each).isLessThan(48);
    }

    private static void inflate(List<Inflater> inflaters, int count, byte[] block, int length)
            throws DataFormatException {
        byte[] out = new byte[64 * KIB];
        for (int i = 0; i < count; i++) {
            Inflater inflater = new Inflater();
            inflater.setInput(block, 0, length);
            assertThat(inflater.inflate(out)).isEqualTo(40 * KIB);
            inflaters.add(inflater);
        }
    }

    private static long residentKib() throws IOException {
        Matcher resident =
                Pattern.compile("VmRSS:\\s*(\\d+) kB").matcher(Files.readString(Path.of("/proc/self/status")));
        assertThat(resident.find()).isTrue();
        return Long.parseLong(resident.group(1));
    }
}
