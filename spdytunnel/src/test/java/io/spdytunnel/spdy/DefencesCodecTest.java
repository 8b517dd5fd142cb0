package io.spdytunnel.spdy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.StreamNotOpenedException;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.RawBlocks;
import io.spdytunnel.wire.SessionStatus;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a peer may try with the bytes of its frames: DEFENCES rows 1 to 6, against an end of either role. */
class DefencesCodecTest {

    private static final int KIB = 1024;
    private static final int MIB = KIB * KIB;

    private static final int SYN_STREAM = 1;
    private static final int SYN_REPLY = 2;
    private static final int SETTINGS = 4;

    private final MemoryBudget budget = new MemoryBudget(InMemoryPeer.BUDGET);
    private final RawBlocks blocks = new RawBlocks();

    @AfterEach
    void free() {
        blocks.close();
    }

    private InMemoryPeer attacker(Role role) {
        InMemoryPeer peer = new InMemoryPeer(role, SessionSettings.DEFAULT, budget);
        peer.hears();
        return peer;
    }

    private static void says(InMemoryPeer peer, SpdyBytes bytes) {
        peer.channel().writeInbound(bytes.toBuffer());
        peer.listen();
    }

    /** A frame with a header block that an end of this role would judge. */
    private static SpdyBytes withBlock(Role role, byte[] block) {
        byte[] before = role == Role.RESPONDER ? new byte[] {0, 0, 0, 1, 0, 0, 0, 0, 0, 0} : new byte[] {0, 0, 0, 1};
        byte[] content = Arrays.copyOf(before, before.length + block.length);
        System.arraycopy(block, 0, content, before.length, block.length);
        return new SpdyBytes().control(role == Role.RESPONDER ? SYN_STREAM : SYN_REPLY, 0, content);
    }

    /** What the attack costs this thread in heap, in bytes, and what it costs in buffers is let go at once. */
    private static long heapGrowth(Runnable attack) {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        attack.run();
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    }

    private static void wasClosedForAProtocolError(InMemoryPeer peer) {
        peer.wasToldToGoAway(0, SessionStatus.PROTOCOL_ERROR);
        peer.isDisconnected();
        assertThat(inflaterOf(peer)).as("the native inflater").isNull();
    }

    private static Object inflaterOf(InMemoryPeer peer) {
        try {
            return field(field(field(peer.handler(), "frames"), "blocks"), "inflater");
        } catch (ReflectiveOperationException renamed) {
            throw new LinkageError("a field was renamed", renamed);
        }
    }

    private static Object field(Object owner, String name) throws ReflectiveOperationException {
        Field field = owner.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(owner);
    }

    /** Another session of the same component serves on. */
    private void othersWorkOn() {
        try (InMemoryPeer other = attacker(Role.RESPONDER)) {
            int id = other.opensStream(Fin.FIN);
            other.lastAccepted().stream().reply(new HeaderBlock().add(":status", "200"), Fin.FIN);
            assertThat(other.hears()).containsExactly("SYN_REPLY " + id + " FIN");
        }
    }

    private void endsTheSession(Role role, long mostHeap, SpdyBytes attack) {
        InMemoryPeer warm = attacker(role); // classes are loaded at somebody else's cost
        says(warm, new SpdyBytes().control(SETTINGS, -1, 1));
        warm.close();

        try (InMemoryPeer peer = attacker(role)) {
            if (role == Role.INITIATOR) {
                try {
                    peer.isSentAStream(Fin.FIN, 0);
                } catch (StreamNotOpenedException full) {
                    throw new AssertionError(full);
                }
                peer.hears();
            }
            ByteBuf bytes = attack.toBuffer();
            long grown = heapGrowth(() -> peer.channel().writeInbound(bytes));
            assertThat(grown).as("heap").isLessThan(mostHeap);
            wasClosedForAProtocolError(peer);
        }
        othersWorkOn();
    }

    // ---- SETTINGS

    @ParameterizedTest
    @EnumSource(Role.class)
    void row01SettingsCountOfFourBillionIn12BytesEndsTheSession(Role role) {
        endsTheSession(role, MIB, new SpdyBytes().control(SETTINGS, -1, 0x01000004, 7));
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void row02AThirtyThirdSettingIsRefusedBeforeTheFrameIsThere(Role role) {
        endsTheSession(role, MIB, new SpdyBytes().controlHeader(SETTINGS, 0, 4 + 8 * 262_144));
        endsTheSession(role, MIB, new SpdyBytes().controlHeader(SETTINGS, 0, 4 + 8 * 33));
        try (InMemoryPeer peer = attacker(role)) {
            says(
                    peer,
                    new SpdyBytes()
                            .settings(java.util.stream.IntStream.range(100, 164).toArray()));
            peer.heardNothing();
            peer.isStillConnected();
        }
    }

    // ---- header blocks

    @ParameterizedTest
    @EnumSource(Role.class)
    void row03NumbersThatABlockCannotHoldEndTheSessionAndAllocateNothing(Role role) {
        byte[] manyPairs = RawBlocks.plainOf(0x7FFFFFFF, "a", "b");
        byte[] longName = {0, 0, 0, 1, -1, -1, -1, -1, 'a', 0, 0, 0, 0};
        byte[] longValue = {0, 0, 0, 1, 0, 0, 0, 1, 'a', 0, 0, 0, 9, 'b'};
        for (byte[] plain : List.of(manyPairs, longName, longValue)) {
            try (RawBlocks fresh = new RawBlocks()) {
                endsTheSession(role, 256 * KIB, withBlock(role, fresh.deflate(plain)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void row04TenKibibytesThatInflateToTenMebibytesStopAtTheLimit(Role role) {
        byte[] bomb = blocks.deflate(new byte[10 * MIB]);
        assertThat(bomb).hasSizeLessThan(12 * KIB);
        endsTheSession(role, 512 * KIB, withBlock(role, bomb));
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void row05ABlockThatDoesNotInflateEndsTheSession(Role role) {
        byte[] plain = RawBlocks.plain(":method", "GET", ":path", "/");
        byte[] corrupt = {0x78, (byte) 0xbb, (byte) 0xe3, (byte) 0xc6, (byte) 0xa7, (byte) 0xc2, 7, 7, 7, 7};
        byte[] finished = blocks.deflateLast(plain);
        byte[] truncated;
        try (RawBlocks fresh = new RawBlocks()) {
            byte[] whole = fresh.deflate(plain);
            truncated = Arrays.copyOf(whole, whole.length - 8);
        }
        for (byte[] block : List.of(corrupt, finished, truncated, zlib(plain, null), zlib(plain, new byte[100]))) {
            endsTheSession(role, 256 * KIB, withBlock(role, block));
        }
    }

    private static byte[] zlib(byte[] plain, byte[] dictionary) {
        Deflater deflater = new Deflater();
        if (dictionary != null) {
            deflater.setDictionary(dictionary);
        }
        deflater.setInput(plain);
        byte[] out = new byte[KIB];
        int length = deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(out, length);
    }

    // ---- long frames

    @ParameterizedTest
    @EnumSource(Role.class)
    void row06AControlFrameOf16MebibytesIsRefusedBeforeItIsThere(Role role) {
        endsTheSession(role, 256 * KIB, new SpdyBytes().controlHeader(SYN_STREAM, 0, 0xFFFFFF));
        endsTheSession(role, 256 * KIB, new SpdyBytes().controlHeader(SYN_REPLY, 0, 64 * KIB + 1));
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void row06AnUnknownControlFrameOf16MebibytesIsIgnoredAndHeldNowhere(Role role) {
        try (InMemoryPeer peer = attacker(role)) {
            UnpooledByteBufAllocator buffers =
                    (UnpooledByteBufAllocator) peer.channel().alloc();
            says(peer, new SpdyBytes().controlHeader(1000, 0, 0xFFFFFF));
            ByteBuf piece = Unpooled.wrappedBuffer(new byte[64 * KIB - 1]);
            int left = 0xFFFFFF;
            while (left > 0) {
                int length = Math.min(left, piece.capacity());
                peer.channel().writeInbound(piece.retainedSlice(0, length));
                left -= length;
                assertThat(buffers.metric().usedHeapMemory()).isLessThan(128 * KIB);
            }
            piece.release();
            int id = role == Role.RESPONDER ? 1 : 2;
            says(peer, new SpdyBytes().ping(id));
            assertThat(peer.hears()).containsExactly("PING " + id);
        }
    }

    // ---- PING

    @Test
    void row10AnEchoIsNeverEchoed() {
        try (InMemoryPeer proxy = attacker(Role.RESPONDER);
                InMemoryPeer origin = attacker(Role.INITIATOR)) {
            says(proxy, new SpdyBytes().ping(2).ping(0x7FFFFFFE));
            says(origin, new SpdyBytes().ping(1).ping(0x7FFFFFFF));
            proxy.heardNothing();
            origin.heardNothing();
            says(proxy, new SpdyBytes().ping(1));
            assertThat(proxy.hears()).containsExactly("PING 1");
        }
    }
}
