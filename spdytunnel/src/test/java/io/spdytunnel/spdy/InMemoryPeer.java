package io.spdytunnel.spdy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
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
import io.spdytunnel.session.StreamListener;
import io.spdytunnel.session.StreamNotOpenedException;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.FrameDecoder;
import io.spdytunnel.wire.FrameLimits;
import io.spdytunnel.wire.FrameListener;
import io.spdytunnel.wire.FrameType;
import io.spdytunnel.wire.FrameWriter;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.NettySpdyFrameWriter;
import io.spdytunnel.wire.SessionStatus;
import io.spdytunnel.wire.Settings;
import io.spdytunnel.wire.StreamError;
import io.spdytunnel.wire.StreamStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The other end of a session under test: sends and reads real frames, without a socket or a second thread, and turns
 * the clock. What the session's end says is kept as one line a frame, in order; what the floor above hears is kept by
 * {@link RecordingListener}s.
 */
final class InMemoryPeer implements AutoCloseable {

    static final long BUDGET = 64L * 1024 * 1024;

    private final UnpooledByteBufAllocator buffers = new UnpooledByteBufAllocator(false, true);
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final FrameDecoder decoder = new FrameDecoder(FrameLimits.DEFAULT);
    private final FrameWriter writer;
    private final MemoryBudget budget;
    private final Session session;
    private final SessionHandler handler;
    private final List<String> heard = new ArrayList<>();
    private final List<RecordingListener> accepted = new ArrayList<>();
    private StreamAcceptor acceptor = this::record;
    private int nextId;
    private long dataHeard;

    InMemoryPeer(Role testedRole) {
        this(testedRole, SessionSettings.DEFAULT, new MemoryBudget(BUDGET));
    }

    InMemoryPeer(Role testedRole, SessionSettings settings, MemoryBudget budget) {
        this.budget = budget;
        this.nextId = testedRole == Role.RESPONDER ? 1 : 2;
        channel.config().setAllocator(buffers);
        channel.freezeTime();
        writer = new NettySpdyFrameWriter(buffers, this::write, 64 * 1024, 10_000);
        session = SpdySession.start(
                channel, testedRole, settings, budget, (stream, head, fin) -> acceptor.accept(stream, head, fin));
        handler = channel.pipeline().get(SessionHandler.class); // gone from there once the channel is closed
        listen();
    }

    private StreamListener record(Stream stream, HeaderBlock head, Fin fin) {
        RecordingListener listener = new RecordingListener(stream);
        accepted.add(listener);
        return listener;
    }

    /** What decides about the streams this peer opens from now on; at first all are recorded. */
    void isServedBy(StreamAcceptor acceptor) {
        this.acceptor = acceptor;
    }

    Session session() {
        return session;
    }

    SessionHandler handler() {
        return handler;
    }

    EmbeddedChannel channel() {
        return channel;
    }

    MemoryBudget budget() {
        return budget;
    }

    /** The listener of the stream this peer opened last. */
    RecordingListener lastAccepted() {
        return accepted.get(accepted.size() - 1);
    }

    List<RecordingListener> accepted() {
        return accepted;
    }

    /** The session's end opens a stream to this peer. */
    RecordingListener isSentAStream(Fin fin, int priority) throws StreamNotOpenedException {
        RecordingListener listener = new RecordingListener();
        listener.on(session.open(head(), fin, priority, listener));
        accepted.add(listener);
        return listener;
    }

    // ---- says

    static HeaderBlock head() {
        return new HeaderBlock().add(":method", "GET").add(":path", "/");
    }

    static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, ISO_8859_1);
    }

    static ByteBuf bytes(int length) {
        return Unpooled.wrappedBuffer(new byte[length]);
    }

    private void write(ByteBuf frame) {
        channel.writeInbound(frame);
        listen();
    }

    FrameWriter writer() {
        return writer;
    }

    int opensStream() {
        return opensStream(Fin.MORE);
    }

    int opensStream(Fin fin) {
        int id = nextId;
        nextId += 2;
        opensStreamWithId(id, fin);
        return id;
    }

    void opensStreamWithId(int id, Fin fin) {
        writer.synStream(id, 0, fin, head());
    }

    static HeaderBlock pushHead() {
        return new HeaderBlock().add(":scheme", "https").add(":host", "h").add(":path", "/style.css");
    }

    /** Pushes a stream that belongs to one of the session's end. */
    void pushes(int id, int associatedTo, Fin fin) {
        pushes(id, associatedTo, fin, pushHead());
    }

    void pushes(int id, int associatedTo, Fin fin, HeaderBlock head) {
        writer.synStream(id, associatedTo, 0, fin, FrameListener.Answer.FORBIDDEN, head);
    }

    void allowsStreams(int number) {
        writer.settings(new Settings().add(Settings.MAX_CONCURRENT_STREAMS, number));
    }

    void sends(int id, String text) {
        writer.data(id, bytes(text), Fin.MORE);
    }

    void sendsLast(int id, String text) {
        writer.data(id, bytes(text), Fin.FIN);
    }

    void sends(int id, int length) {
        writer.data(id, bytes(length), Fin.MORE);
    }

    void replies(int id) {
        writer.synReply(id, Fin.MORE, new HeaderBlock().add(":status", "200"));
    }

    void sendsRaw(int... bytes) {
        ByteBuf raw = buffers.buffer();
        for (int b : bytes) {
            raw.writeByte(b);
        }
        write(raw);
    }

    void staysSilentFor(Duration time) {
        channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
        listen();
    }

    void closesTheConnection() {
        channel.close().syncUninterruptibly();
        listen();
    }

    // ---- hears

    /** Lets the session's end do what it has put off, and reads what it sent. */
    void listen() {
        channel.runPendingTasks();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            while (decoder.decode(out, new Ear())) {
                // goes on
            }
            assertThat(out.isReadable()).isFalse();
            out.release();
        }
    }

    /** Everything heard since the last call, one line a frame. */
    List<String> hears() {
        listen();
        List<String> lines = List.copyOf(heard);
        heard.clear();
        return lines;
    }

    /** Bytes of DATA heard in all. */
    long dataHeard() {
        listen();
        return dataHeard;
    }

    void heardNothing() {
        assertThat(hears()).isEmpty();
    }

    void wasReset(int id, StreamStatus status) {
        assertThat(hears()).containsExactly("RST_STREAM " + id + " " + status);
    }

    void wasToldToGoAway(int lastGood, SessionStatus status) {
        assertThat(hears()).contains("GOAWAY " + lastGood + " " + status);
    }

    void isStillConnected() {
        assertThat(channel.isOpen()).isTrue();
    }

    /** The transport is closed, at the latest when this peer has had a second to hear why. */
    void isDisconnected() {
        staysSilentFor(Duration.ofSeconds(1));
        assertThat(channel.isOpen()).isFalse();
        assertThat(session.whenEnded().toCompletableFuture()).isDone();
    }

    SessionEnd end() {
        return session.whenEnded().toCompletableFuture().join();
    }

    /** Ends the session and counts: no buffer, no byte of the budget, no timer may be left. */
    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        listen();
        decoder.close();
        accepted.forEach(RecordingListener::consumesAll);
        assertThat(channel.isOpen()).isFalse();
        channel.finishAndReleaseAll();
        assertThat(session.openStreams()).isZero();
        assertThat(budget.used()).as("bytes of the budget").isZero();
        assertThat(buffers.metric().usedHeapMemory() + buffers.metric().usedDirectMemory())
                .as("bytes in buffers")
                .isZero();
        assertThat(channel.runScheduledPendingTasks()).as("timers").isEqualTo(-1);
    }

    private final class Ear implements FrameListener {
        @Override
        public void data(int streamId, ByteBuf bytes, Fin fin) {
            dataHeard += bytes.readableBytes();
            heard.add("DATA " + streamId + " " + bytes.readableBytes() + last(fin));
        }

        private String last(Fin fin) {
            return fin.isLast() ? " FIN" : "";
        }

        @Override
        public void synStream(int streamId, int to, int priority, Fin fin, Answer answer, HeaderBlock head) {
            String push = (to == 0 ? "" : " OF " + to) + (answer == Answer.FORBIDDEN ? " ONE-WAY" : "");
            heard.add("SYN_STREAM " + streamId + push + last(fin));
        }

        @Override
        public void synReply(int streamId, Fin fin, HeaderBlock head) {
            heard.add("SYN_REPLY " + streamId + last(fin));
        }

        @Override
        public void rstStream(int streamId, int statusCode) {
            heard.add("RST_STREAM " + streamId + " " + StreamStatus.of(statusCode));
        }

        @Override
        public void settings(Settings settings) {
            heard.add(settings.toString());
        }

        @Override
        public void ping(int id) {
            heard.add("PING " + id);
        }

        @Override
        public void goAway(int lastGoodStreamId, int statusCode) {
            heard.add("GOAWAY " + lastGoodStreamId + " " + SessionStatus.of(statusCode));
        }

        @Override
        public void headers(int streamId, Fin fin, HeaderBlock headers) {
            heard.add("HEADERS " + streamId + last(fin));
        }

        @Override
        public void windowUpdate(int streamId, int delta) {
            heard.add("WINDOW_UPDATE " + streamId + " " + delta);
        }

        @Override
        public void malformed(FrameType type, int streamId, StreamError error) {
            throw new AssertionError(error);
        }
    }
}
