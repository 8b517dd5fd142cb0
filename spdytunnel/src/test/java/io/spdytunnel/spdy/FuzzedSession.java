package io.spdytunnel.spdy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.StreamAcceptor;
import io.spdytunnel.wire.FrameDecoder;
import io.spdytunnel.wire.FrameLimits;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A session that is told anything, and what must hold whatever it was told: nothing escapes, what it says is legal, it
 * ends or works, and when it is over nothing is left.
 */
public final class FuzzedSession {

    /** What stands above the session, and minds its own manners. */
    public interface Application extends StreamAcceptor {

        /** As initiator: asks for something, as far as the session takes it. */
        void opensStreams(Session session, int count);

        /** Does a little of what it has begun. */
        void goesOn();

        /** The session is over: lets go of all it holds, and objects if it was not told of an end. */
        void comesToAnEnd();
    }

    /** Makes the application, which hears how many streams of the peer it may have running. */
    public interface Floor {

        Application on(Random random, int mostRunning, ByteBufAllocator buffers);
    }

    private static final long MIB = 1024 * 1024;

    /** The longest rest of a frame that is made up to see whether the session still works behind it. */
    private static final int MOST_MADE_UP = 128 * 1024;

    private final UnpooledByteBufAllocator buffers = new UnpooledByteBufAllocator(false, true);
    private final Wire channel = new Wire();
    private final FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULT);
    private final LegalFrames said;
    private final Random random;
    private final Role role;
    private final MemoryBudget budget;
    private final Application application;
    private final LiveSession session;
    private final UnfinishedFrame unfinished = new UnfinishedFrame();
    private long bytesFed;
    private long bytesSaid;

    /** @param ownResets whether the floor above may cut streams because of what went wrong there */
    public FuzzedSession(Role role, Random random, Floor floor, LegalFrames.OwnResets ownResets) {
        this.role = role;
        this.random = random;
        this.said = new LegalFrames(ownResets);
        SessionSettings settings = SessionSettings.DEFAULT
                .withMaxConcurrentStreams(random.nextInt(4) == 0 ? 3 : 1000)
                .withPeer(random.nextInt(4) == 0 ? SessionSettings.Peer.LEGACY : SessionSettings.Peer.KIN)
                .withLegacyBufferBytes(2 * MemoryBudget.STREAM_BYTES);
        this.budget = new MemoryBudget(random.nextInt(4) == 0 ? 6 * MemoryBudget.STREAM_BYTES : 8 * MIB);
        this.application =
                floor.on(random, role == Role.RESPONDER ? settings.maxConcurrentStreams() : Integer.MAX_VALUE, buffers);
        channel.config().setAllocator(buffers);
        channel.freezeTime();
        session = (LiveSession) SpdySession.start(channel, role, settings, budget, application);
    }

    /** Below the session; stops taking bytes when shut, as a peer that does not read makes a socket do. */
    private static final class Wire extends EmbeddedChannel {
        private boolean shut;

        @Override
        protected void doWrite(ChannelOutboundBuffer in) throws Exception {
            if (!shut) {
                super.doWrite(in);
            }
        }
    }

    // ---- feeding

    /** Feeds all of it, in pieces as the mutation likes, and does other things in between. */
    public void isFed(byte[] bytes, Mutation cuts) {
        if (role == Role.INITIATOR) {
            application.opensStreams(session, 6);
        }
        hear();
        for (int at = 0; at < bytes.length && channel.isOpen(); ) {
            int end = cuts.nextRead(at, bytes.length);
            feed(bytes, at, end);
            at = end;
            application.goesOn();
            if (role == Role.INITIATOR && random.nextInt(4) == 0) {
                application.opensStreams(session, 1);
            }
            if (random.nextInt(16) == 0) {
                channel.shut = !channel.shut;
                channel.flush();
            }
            if (random.nextInt(8) == 0) {
                timePasses(random.nextInt(700));
            }
            hear();
        }
        channel.shut = false;
        channel.flush();
        hear();
    }

    private void feed(byte[] bytes, int from, int to) {
        ByteBuf piece = buffers.buffer(to - from).writeBytes(bytes, from, to - from);
        bytesFed += to - from;
        unfinished.take(bytes, from, to);
        channel.writeInbound(piece);
    }

    private void timePasses(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
        hear();
    }

    private void hear() {
        channel.runPendingTasks();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            bytesSaid += out.readableBytes();
            try {
                while (decoder.decode(out, said)) {
                    // goes on
                }
                assertThat(out.isReadable()).as("half a frame was said").isFalse();
            } finally {
                out.release();
            }
        }
    }

    // ---- what must hold

    /**
     * Whatever was said: the session has ended, or answers a PING as soon as the frame under way is over. Returns
     * whether it did.
     */
    public boolean worksOrHasEnded() {
        int rest = unfinished.bytesLeft();
        if (rest > MOST_MADE_UP) {
            return false;
        }
        if (rest > 0 && channel.isOpen()) {
            feed(new byte[rest], 0, rest);
            hear();
            rest = unfinished.bytesLeft(); // more, if it was the header that was not whole
        }
        if (rest > 0 || !channel.isOpen() || !session.isListening()) {
            return false;
        }
        int id = role == Role.RESPONDER ? 0x7FFFFFF1 : 0x7FFFFFF2;
        byte[] ping = new SpdyBytes().ping(id).toByteArray();
        feed(ping, 0, ping.length);
        hear();
        assertThat(said.lastPing()).as("the echo of a PING").isEqualTo(id);
        return true;
    }

    /** A silent peer is given up, and then nothing may be left. */
    public void leavesNothingBehind() {
        for (int i = 0; i < 4 && channel.isOpen(); i++) {
            timePasses(TimeUnit.SECONDS.toMillis(12));
        }
        assertThat(channel.isOpen()).as("connected to a peer long silent").isFalse();
        hear();
        application.comesToAnEnd();
        decoder.close();
        channel.checkException();
        String reason = session.whenEnded().toCompletableFuture().join().reason();
        assertThat(reason).doesNotContain("internal error", "connection failed");
        channel.finishAndReleaseAll();
        assertThat(session.openStreams()).as("streams").isZero();
        assertThat(session.streams().placesTaken()).as("places").isZero();
        assertThat(budget.used()).as("bytes of the budget").isZero();
        assertThat(buffers.metric().usedHeapMemory() + buffers.metric().usedDirectMemory())
                .as("bytes in buffers")
                .isZero();
        assertThat(channel.runScheduledPendingTasks()).as("timers").isEqualTo(-1);
        assertThat(bytesSaid).as("bytes said for %s fed", bytesFed).isLessThan(20 * bytesFed + MIB);
    }

    /** For a case that failed: lets go of what it holds, so that the next one is judged by itself. */
    public void isForgotten() {
        channel.close().syncUninterruptibly();
        channel.finishAndReleaseAll();
        decoder.close();
    }
}
