package io.spdytunnel.spdy;

import static io.spdytunnel.session.MemoryBudget.STREAM_BYTES;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.spdytunnel.session.LoopClock;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.NoOpStreamListener;
import io.spdytunnel.session.ReceiveWindow;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionEnd;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamAcceptor;
import io.spdytunnel.session.StreamEnd;
import io.spdytunnel.session.StreamListener;
import io.spdytunnel.session.StreamNotOpenedException;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.FrameListener;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.SessionError;
import io.spdytunnel.wire.SessionStatus;
import io.spdytunnel.wire.Settings;
import io.spdytunnel.wire.StreamError;
import io.spdytunnel.wire.StreamStatus;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session and its parts: opens and accepts streams, as far as {@link Farewell} still allows it.
 *
 * <p>All of it is confined to one event loop, without locks; what the interface offers to any thread is volatile or
 * handed over.
 */
final class LiveSession implements Session {

    private static final Logger LOG = LoggerFactory.getLogger(LiveSession.class);

    /** The peer's limit of streams before its SETTINGS have come; the draft recommends no less (2.6.4). */
    private static final int STREAMS_BEFORE_SETTINGS = 100;

    /** The limit of streams for a legacy end, which never announces one. */
    private static final int LEGACY_STREAMS = 1000;

    /** If more bytes than this wait for the transport, beyond the channel's high-water mark, no stream is opened. */
    static final int MAX_BACKLOG_BYTES = 1024 * 1024;

    private final ChannelHandlerContext context;
    private final Role role;
    private final SessionSettings settings;
    private final MemoryBudget budget;
    private final StreamAcceptor acceptor;

    private final LoopClock clock;
    private final AbuseGuard guard;
    private final StreamTable streams;
    private final Outbound outbound;
    private final Heartbeat heartbeat;
    private final Farewell farewell;
    private final SessionReceiveWindow window;
    private final Pushes pushes;
    private final FrameListener receiver;
    private final @Nullable LegacyPeer legacy;
    private final int announcedStreams;

    private int initialSendRoom = STREAM_BYTES;
    private volatile int peerAllows;

    LiveSession(
            ChannelHandlerContext context,
            Role role,
            SessionSettings settings,
            MemoryBudget budget,
            StreamAcceptor acceptor) {
        this.context = context;
        this.role = role;
        this.settings = settings;
        this.budget = budget;
        this.acceptor = acceptor;
        int firstId = role == Role.INITIATOR ? 1 : 2; // of streams and of PINGs (2.3.2, 2.6.5)
        this.clock = new LoopClock(eventLoop());
        this.guard = new AbuseGuard(settings.limits(), clock.nanos());
        this.streams = new StreamTable(firstId, settings.peer());
        this.legacy = settings.peer() == SessionSettings.Peer.LEGACY
                ? new LegacyPeer(this, context.channel(), settings.legacyBufferBytes())
                : null;
        this.outbound = new Outbound(context, this, settings, guard);
        this.heartbeat = new Heartbeat(eventLoop(), clock, settings.keepAlive(), this, firstId);
        this.farewell = new Farewell(context, streams, outbound);
        this.window = hasWindow() ? new SessionReceiveWindow() : SessionReceiveWindow.unlimited();
        this.pushes = new Pushes(this, streams, outbound, budget);
        FrameReceiver strict = new FrameReceiver(this, streams, outbound, guard, heartbeat, window);
        this.receiver = legacy == null ? strict : legacy.wrap(strict);
        int wanted = role == Role.INITIATOR ? settings.maxPushes() : settings.maxConcurrentStreams();
        this.announcedStreams = Math.min(wanted, budget.streamLimit());
        // The draft sets no limit before SETTINGS, but who wants pushes says so, and most peers cannot do with them.
        this.peerAllows = role != Role.INITIATOR ? 0 : legacy == null ? STREAMS_BEFORE_SETTINGS : LEGACY_STREAMS;
    }

    /** Sends our SETTINGS and the session's first WINDOW_UPDATE, but not to a legacy peer, and starts the heartbeat. */
    void begin() {
        if (legacy == null) {
            sayHello();
        }
        heartbeat.start();
    }

    private void sayHello() {
        outbound.settings(new Settings()
                .add(Settings.MAX_CONCURRENT_STREAMS, announcedStreams)
                .add(Settings.INITIAL_WINDOW_SIZE, STREAM_BYTES));
        int room = window.firstUpdate();
        if (room > 0) {
            outbound.windowUpdate(0, room);
        }
        outbound.flush();
    }

    // ---- parts

    StreamTable streams() {
        return streams;
    }

    Outbound outbound() {
        return outbound;
    }

    Pushes pushes() {
        return pushes;
    }

    FrameListener receiver() {
        return receiver;
    }

    Role role() {
        return role;
    }

    /** The special cases of a legacy peer; null for other peers. */
    @Nullable
    LegacyPeer legacy() {
        return legacy;
    }

    long nanos() {
        return clock.nanos();
    }

    void assertInLoop() {
        assert eventLoop().inEventLoop() : "a session's state is touched on " + Thread.currentThread();
    }

    // ---- what the layers above see

    @Override
    public EventLoop eventLoop() {
        return context.channel().eventLoop();
    }

    @Override
    public @Nullable SocketAddress remoteAddress() {
        return context.channel().remoteAddress();
    }

    @Override
    public SessionSettings.Peer peer() {
        return settings.peer();
    }

    @Override
    public int freeStreams() {
        if (!isAcceptingStreams()) {
            return 0;
        }
        int room = role == Role.RESPONDER ? Integer.MAX_VALUE : budget.roomForStreams(); // a push receives nothing
        return Math.max(0, Math.min(peerAllows - streams.openedHere(), room));
    }

    @Override
    public int openStreams() {
        return streams.count();
    }

    @Override
    public boolean isAcceptingStreams() {
        boolean peerTakesNone = role == Role.INITIATOR && peerAllows == 0; // it is about to say GOAWAY
        return farewell.isNotSaid() && !peerTakesNone;
    }

    @Override
    public boolean isOverdue() {
        return heartbeat.isOverdue();
    }

    @Override
    public boolean isUsedUp() {
        assertInLoop();
        return role == Role.INITIATOR ? !streams.hasOwnId() : streams.highestReceived() == Integer.MAX_VALUE;
    }

    @Override
    public Stream open(HeaderBlock head, Fin fin, int priority, StreamListener listener)
            throws StreamNotOpenedException {
        assertInLoop();
        if (role == Role.RESPONDER) {
            throw new StreamNotOpenedException("this end of the session may open only pushes");
        }
        if (!streams.hasOwnId()) {
            farewell.drainWithoutDeadline(); // another session has ids again (2.3.2)
        }
        checkMayOpen(priority);
        if (!budget.take(STREAM_BYTES)) {
            throw new StreamNotOpenedException(
                    "no memory for another stream: " + budget.used() + " of " + budget.limit() + " bytes are taken");
        }
        int id = streams.ownId();
        try {
            outbound.synStream(id, priority, fin, head);
        } catch (IllegalArgumentException refused) {
            budget.giveBack(STREAM_BYTES);
            throw refused;
        }
        streams.useOwnId();
        SpdyStream stream = newStream(id, priority, SpdyStream.Opener.THIS_END, null, listener);
        stream.openedWith(fin);
        return stream;
    }

    /** Whether this end may open one more stream of this priority now, a push or not. */
    void checkMayOpen(int priority) throws StreamNotOpenedException {
        if (priority < 0 || priority >= Scheduler.CLASSES) {
            throw new IllegalArgumentException("priority " + priority + " is not between 0 and 7 (SPDY/3.1 2.3.3)");
        }
        if (!streams.hasOwnId()) {
            throw new StreamNotOpenedException("all stream ids of the session are used up");
        }
        if (!isAcceptingStreams()) {
            throw new StreamNotOpenedException("the session is ending");
        }
        if (streams.openedHere() >= peerAllows) {
            throw new StreamNotOpenedException(
                    "the peer allows " + peerAllows + " streams, " + streams.openedHere() + " are open");
        }
        if (context.channel().bytesBeforeWritable() > MAX_BACKLOG_BYTES) {
            throw new StreamNotOpenedException(
                    "the connection is congested: " + context.channel().bytesBeforeWritable() + " bytes wait");
        }
    }

    /** A stream whose first window has been taken from the budget, if it has one: our pushes receive nothing. */
    SpdyStream newStream(
            int id, int priority, SpdyStream.Opener opener, @Nullable SpdyStream associated, StreamListener listener) {
        boolean oneWay = associated != null && opener == SpdyStream.Opener.THIS_END;
        ReceiveWindow window = oneWay
                ? ReceiveWindow.none(budget)
                : new ReceiveWindow(budget, settings.maxStreamWindowBytes(), clock.nanos());
        SpdyStream stream = new SpdyStream(this, id, priority, opener, associated, window, listener);
        streams.add(stream);
        return stream;
    }

    @Override
    public CompletionStage<Duration> ping() {
        if (eventLoop().inEventLoop()) {
            return heartbeat.measure();
        }
        try {
            return CompletableFuture.supplyAsync(heartbeat::measure, eventLoop())
                    .thenCompose(echo -> echo);
        } catch (RejectedExecutionException shutDown) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("the session has ended with its event loop", shutDown));
        }
    }

    /**
     * Uses a PING: frames keep their order, so streams that the peer opened before have arrived when its echo arrives.
     */
    @Override
    public CompletionStage<Void> asksForNoMore(Duration patience) {
        CompletableFuture<Void> asked = new CompletableFuture<>();
        if (role != Role.RESPONDER || legacy != null || patience.isZero()) {
            asked.complete(null);
            return asked;
        }
        try {
            eventLoop().execute(() -> {
                if (farewell.isNotSaid()) {
                    outbound.settings(new Settings().add(Settings.MAX_CONCURRENT_STREAMS, 0));
                }
                ping(patience).whenComplete((roundTrip, none) -> asked.complete(null));
            });
        } catch (RejectedExecutionException shutDown) {
            asked.complete(null);
        }
        return asked;
    }

    @Override
    public void drain(Duration patience) {
        if (eventLoop().inEventLoop()) {
            farewell.drain(patience);
        } else {
            try {
                eventLoop().execute(() -> farewell.drain(patience));
            } catch (RejectedExecutionException shutDown) {
                LOG.debug("the session is over: its event loop ended before the drain began");
            }
        }
    }

    @Override
    public CompletionStage<SessionEnd> whenEnded() {
        return farewell.whenEnded();
    }

    // ---- what the peer does

    void heardFromPeer() {
        heartbeat.heard();
    }

    boolean isOwnParity(int id) {
        return heartbeat.isOwn(id);
    }

    /** A stream of the peer whose id and block are in order: accepted if there is room for it. */
    void accept(int id, int priority, HeaderBlock head, Fin fin) {
        if (streams.openedByPeer() >= announcedStreams) {
            throw StreamError.of(
                    id, StreamStatus.REFUSED_STREAM, "2.6.4", "the " + announcedStreams + " streams allowed are open");
        }
        if (streams.placesTaken() >= announcedStreams) {
            // The peer reset some whose work goes on, and cannot know that: it is no error, but no free ride either.
            refuse(id, "requests of streams that were reset are still in progress");
            guard.countReset(clock.nanos());
        } else if (!budget.take(STREAM_BYTES)) {
            refuse(id, "no memory for another stream");
        } else {
            newStream(id, priority, SpdyStream.Opener.PEER, null, NoOpStreamListener.INSTANCE)
                    .acceptedBy(acceptor, head, fin);
        }
    }

    /** Refuses a stream of the peer without counting an error. */
    void refuse(int id, String why) {
        LOG.debug("refused stream {}: {}", id, why);
        streams.rememberReset(id);
        outbound.rejectStream(id, StreamStatus.REFUSED_STREAM);
    }

    /** Whether bytes are counted over all streams, too (3.1). */
    boolean hasWindow() {
        return settings.hasSessionWindow();
    }

    int announcedStreams() {
        return announcedStreams;
    }

    int initialSendRoom() {
        return initialSendRoom;
    }

    void initialSendRoom(int bytes) {
        initialSendRoom = bytes;
    }

    /** @param streams as sent, to be read as unsigned */
    void peerAllowsStreams(int streams) {
        if (legacy != null && role == Role.RESPONDER) {
            return; // R6: whatever it says, it takes no pushes
        }
        peerAllows = streams < 0 ? Integer.MAX_VALUE : streams;
    }

    /** Whether the peer has sent GOAWAY. */
    boolean isPeerGoing() {
        return farewell.hasPeerSaidIt();
    }

    void peerGoesAway(int lastGoodStreamId, SessionStatus status) {
        farewell.peerGoesAway(lastGoodStreamId, status);
    }

    // ---- ends

    boolean hasSentGoAway() {
        return farewell.hasSentGoAway();
    }

    /** Whether frames of the peer still mean something. */
    boolean isListening() {
        return farewell.isListening();
    }

    /** We reset a stream: the layer above wants it, or has failed. */
    void cut(SpdyStream stream, StreamStatus status, String why) {
        streams.rememberReset(stream.id());
        stream.leaveRing(); // nothing of it may follow its RST_STREAM, whatever that write sets off
        if (stream.opener() == SpdyStream.Opener.PEER) {
            outbound.rejectStream(stream.id(), status); // a peer that opens and does not read can have any number
        } else {
            outbound.rstStream(stream.id(), status);
        }
        stream.end(new StreamEnd(StreamEnd.Cause.RESET_BY_US, status, "stream " + stream.id() + ": " + why));
    }

    /**
     * The peer broke a rule on a stream, open or not (2.4.2).
     *
     * @throws SessionError if it did so too often
     */
    void streamError(StreamError error) {
        LOG.debug("reset {}", error.getMessage());
        int id = error.streamId();
        streams.rememberReset(id);
        SpdyStream stream = streams.get(id);
        if (stream != null) {
            stream.leaveRing();
        }
        outbound.rejectStream(id, error.status());
        if (stream != null) {
            stream.end(new StreamEnd(StreamEnd.Cause.RESET_BY_US, error.status(), error.getMessage()));
        }
        guard.countError(clock.nanos());
    }

    /** The layer above found an error of the peer on one of its streams. It counts like an error found here. */
    void countFault() {
        try {
            guard.countError(clock.nanos());
        } catch (SessionError oneTooMany) {
            sessionError(oneTooMany);
        }
    }

    /** The peer broke a rule, and the session cannot go on (2.4.1). */
    void sessionError(SessionError error) {
        end(error.status(), SessionEnd.By.PROTOCOL_ERROR, error.getMessage());
    }

    /** An internal error: the session's state is no longer reliable. */
    void failedInside(Throwable bug) {
        LOG.error("closing session after an internal error", bug);
        end(SessionStatus.INTERNAL_ERROR, SessionEnd.By.US, "internal error: " + bug);
    }

    private void end(SessionStatus status, SessionEnd.By by, String reason) {
        if (legacy != null && isListening()) {
            streams.forEach(stream -> outbound.rstStream(stream.id(), StreamStatus.CANCEL)); // R9: it waits for them
        }
        farewell.end(status, by, reason);
    }

    /** The peer is silent. */
    void lost(String why) {
        end(SessionStatus.OK, SessionEnd.By.LOST, why);
    }

    /** Reading or writing failed, so no GOAWAY can be sent. */
    void transportFailed(Throwable cause) {
        farewell.abandon("the connection failed: " + cause);
    }

    /** Bytes came that mean nothing any more. */
    void discarded(int bytes) {
        farewell.discarded(bytes);
    }

    void streamEnded() {
        farewell.streamEnded();
    }

    /** The transport is closed. */
    void transportClosed() {
        SessionEnd end = farewell.transportClosed();
        heartbeat.stop(end.reason());
        clock.stop();
        if (legacy != null) {
            legacy.stop();
        }
        farewell.complete(end);
    }
}
