package io.spdytunnel.spdy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.StreamEnd;
import io.spdytunnel.session.StreamNotOpenedException;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How the network cuts the bytes changes nothing (DEFENCES row 11). */
class SplitsTest {

    /** What an end said, and what the floor above it heard. */
    private record Outcome(String said, List<List<String>> heard) {}

    /** Hears pieces as one, since where a DATA frame is cut depends on the reads. */
    private static final class Listener extends RecordingListener {
        private final List<String> heard = new ArrayList<>();
        private int bytes;

        private void note(String what) {
            if (bytes > 0) {
                heard.add(bytes + " bytes");
                bytes = 0;
            }
            heard.add(what);
        }

        @Override
        public void replied(HeaderBlock head, Fin fin) {
            note("replied " + head + " " + fin);
        }

        @Override
        public void data(ByteBuf piece, Fin fin) {
            super.data(piece, fin);
            bytes += piece.readableBytes();
            if (fin.isLast()) {
                note("end");
            }
        }

        @Override
        public void headers(HeaderBlock headers, Fin fin) {
            note("headers " + headers + " " + fin);
        }

        @Override
        public void ended(StreamEnd end) {
            super.ended(end);
            note(end.toString());
        }
    }

    /** An end that hears all there is to hear, and only then reads it and answers. */
    private static Outcome tell(Role role, byte[] bytes, int... cuts) {
        UnpooledByteBufAllocator buffers = new UnpooledByteBufAllocator(false, true);
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(buffers);
        channel.freezeTime();
        List<Listener> listeners = new ArrayList<>();
        Session session = SpdySession.start(
                channel, role, SessionSettings.DEFAULT, new MemoryBudget(InMemoryPeer.BUDGET), (stream, head, fin) -> {
                    Listener listener = new Listener();
                    listener.on(stream).calls();
                    listeners.add(listener);
                    return listener;
                });
        for (int i = 0; role == Role.INITIATOR && i < 6; i++) {
            Listener listener = new Listener();
            try {
                listener.on(session.open(InMemoryPeer.head(), Fin.of(i % 2 == 0), 0, listener));
            } catch (StreamNotOpenedException full) {
                throw new AssertionError(full);
            }
            listeners.add(listener);
        }
        int from = 0;
        for (int i = 0; i <= cuts.length && channel.isOpen(); i++) {
            int to = i < cuts.length ? cuts[i] : bytes.length;
            channel.writeInbound(buffers.buffer(to - from).writeBytes(bytes, from, to - from));
            from = to;
        }
        listeners.forEach(Listener::consumesAll);
        if (role == Role.RESPONDER) {
            listeners.forEach(listener -> listener.stream().reply(InMemoryPeer.head(), Fin.FIN));
        }
        channel.runPendingTasks();
        String said = said(channel);
        channel.finishAndReleaseAll();
        assertThat(buffers.metric().usedHeapMemory()).isZero();
        return new Outcome(
                said, listeners.stream().map(listener -> listener.heard).toList());
    }

    private static String said(EmbeddedChannel channel) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            all.writeBytes(ByteBufUtil.getBytes(out));
            out.release();
        }
        return HexFormat.of().formatHex(all.toByteArray());
    }

    private static byte[] join(List<byte[]> frames) {
        return ByteBufUtil.getBytes(Unpooled.wrappedBuffer(frames.toArray(byte[][]::new)));
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void row11EveryFrameSplitAtEveryByteHasTheSameOutcome(Role role) {
        List<List<byte[]>> sessions = RecordedSessions.to(role);
        for (List<byte[]> session : sessions.subList(3, sessions.size())) {
            byte[] bytes = join(session);
            Outcome whole = tell(role, bytes);
            for (int cut = 1; cut < bytes.length; cut++) {
                assertThat(tell(role, bytes, cut)).as("cut at %s", cut).isEqualTo(whole);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void row11OneByteAtATimeHasTheSameOutcome(Role role) {
        for (List<byte[]> session : RecordedSessions.to(role)) {
            byte[] bytes = join(session);
            int[] everywhere = IntStream.range(1, bytes.length).toArray();
            assertThat(tell(role, bytes, everywhere)).isEqualTo(tell(role, bytes));
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void row11AThousandFramesInOneReadHaveTheSameOutcome(Role role) {
        SpdyBytes bytes = new SpdyBytes();
        int parity = role == Role.RESPONDER ? 1 : 2;
        for (int i = 0; i < 250; i++) {
            bytes.ping(4 * i + parity);
            if (role == Role.RESPONDER) {
                int id = 2 * i + 1;
                bytes.post(id, 10).data(id, true, new byte[10]).windowUpdate(i % 100 == 0 ? id : 0x7FFFFFFF, 10);
            } else {
                bytes.data(2 * i + 101, true, new byte[10]).control(99, 0, new byte[i]);
                bytes.control(100 + i, 0, new byte[1]);
            }
        }
        byte[] all = bytes.toByteArray();
        List<byte[]> frames = SpdyBytes.frames(all);
        assertThat(frames).hasSize(1000);
        int[] betweenFrames = new int[frames.size() - 1];
        int at = 0;
        for (int i = 0; i < betweenFrames.length; i++) {
            at += frames.get(i).length;
            betweenFrames[i] = at;
        }
        assertThat(tell(role, all)).isEqualTo(tell(role, all, betweenFrames));
    }
}
