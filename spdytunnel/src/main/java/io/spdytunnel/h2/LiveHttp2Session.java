package io.spdytunnel.h2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.spdytunnel.h2.Http2Heads.Malformed;
import io.spdytunnel.net.AddressText;
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
import io.spdytunnel.session.TokenBucket;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One HTTP/2 connection: hears what Netty has read, finds the stream it belongs to, and keeps the session's rules. */
final class LiveHttp2Session extends Http2EventAdapter implements Session {

    private static final Logger LOG = LoggerFactory.getLogger(LiveHttp2Session.class);

    private static final long PERIOD_NANOS = 30_000_000_000L;

    private final Channel channel;
    private final EventLoop loop;
    private final Role role;
    private final SessionSettings settings;
    private final MemoryBudget budget;
    private final StreamAcceptor acceptor;
    private final DefaultHttp2Connection connection;
    private final Http2Connection.PropertyKey key;
    private final Http2Credit credit;
    private final Http2Farewell farewell;
    private final Http2Pings pings;
    private final LoopClock clock;
    private final TokenBucket errors;
    private final TokenBucket resets;
    private final Set<LiveHttp2Stream> open = new LinkedHashSet<>();
    private final Http2Faults faults = new Http2Faults();
    private final CompletableFuture<Session> up = new CompletableFuture<>();
    private final CompletableFuture<SessionEnd> ended = new CompletableFuture<>();

    private @Nullable SocketAddress remote;
    private @Nullable Http2SessionHandler handler;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Http2Output out;
    private boolean isUp;
    private int lastGood = Integer.MAX_VALUE;

    /** Streams of the peer that are open, or whose requests are still worked on. */
    private int places;

    private volatile int openStreams;
    private volatile int freeStreams;
    private volatile boolean accepting = true;

    LiveHttp2Session(
            Channel channel, Role role, SessionSettings settings, MemoryBudget budget, StreamAcceptor acceptor) {
        this.channel = channel;
        this.loop = channel.eventLoop();
        this.role = role;
        this.settings = settings;
        this.budget = budget;
        this.acceptor = acceptor;
        this.remote = channel.remoteAddress();
        this.connection = new DefaultHttp2Connection(role == Role.RESPONDER, 0);
        this.key = connection.newKey();
        this.credit = new Http2Credit(this, settings.maxStreamWindowBytes());
        this.clock = new LoopClock(loop);
        this.errors = new TokenBucket(settings.limits().maxErrors(), PERIOD_NANOS, clock.nanos());
        this.resets = new TokenBucket(settings.limits().maxResets(), PERIOD_NANOS, clock.nanos());
        this.farewell = new Http2Farewell(this, loop);
        this.pings = new Http2Pings(this, loop, settings.keepAlive());
    }

    // ---- for the parts of the session

    SessionSettings settings() {
        return settings;
    }

    DefaultHttp2Connection connection() {
        return connection;
    }

    Http2Credit credit() {
        return credit;
    }

    boolean isInitiator() {
        return role == Role.INITIATOR;
    }

    long nanos() {
        return clock.nanos();
    }

    CompletionStage<Session> whenUp() {
        return up.minimalCompletionStage();
    }

    /** The handler is in the pipeline, and about to write our preface and SETTINGS. */
    void begins(Http2SessionHandler speaksFor, ChannelHandlerContext ctx) {
        handler = speaksFor;
        context = ctx;
        out = new Http2Output(speaksFor, ctx);
    }

    /** They are written. */
    void begun() {
        credit.begin();
        pings.begin();
        out().flushSoon();
    }

    @Nullable
    LiveHttp2Stream streamOf(@Nullable Http2Stream stream) {
        return stream == null ? null : stream.getProperty(key);
    }

    Http2Output out() {
        return Objects.requireNonNull(out, "not added to a pipeline");
    }

    /** Said once at most: we take no more streams. */
    void goAway(long code, String why) {
        accepting = false;
        settle();
        out().goAway(code, why);
    }

    /** @throws IllegalArgumentException if the head is longer than the peer takes, or we send */
    Http2Headers fitting(Http2Headers head) {
        return out().fitting(head, settings.frames().maxControlBytes());
    }

    void close() {
        channel.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    // ---- frames

    void heardFromPeer() {
        pings.heardFromPeer();
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings theirs) {
        isUp = true;
        settle();
        up.complete(this);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int id,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean last)
            throws Http2Exception {
        onHeadersRead(ctx, id, headers, padding, last);
    }

    @Override
    public void onHeadersRead(ChannelHandlerContext ctx, int id, Http2Headers headers, int padding, boolean last)
            throws Http2Exception {
        Http2Stream known = connection.stream(id);
        LiveHttp2Stream stream = streamOf(known);
        try {
            if (stream != null) {
                stream.receive(headers, Fin.of(last));
            } else if (known != null) {
                opened(known, headers, Fin.of(last));
            }
        } catch (Malformed malformed) {
            throw Http2Exception.streamError(id, Http2Error.PROTOCOL_ERROR, "%s", malformed.getMessage());
        }
    }

    private void opened(Http2Stream netty, Http2Headers headers, Fin fin) throws Malformed, Http2Exception {
        faults.opened(netty.id());
        HeaderBlock head = Http2Heads.request(headers);
        if (places >= settings.maxConcurrentStreams()) {
            throw Http2Exception.streamError(
                    netty.id(),
                    Http2Error.REFUSED_STREAM,
                    "all %d streams that are allowed are open [RFC 9113 5.1.2]",
                    places);
        }
        if (!budget.take(MemoryBudget.STREAM_BYTES)) {
            faults.resetHere(netty.id());
            out().reset(netty.id(), Http2Error.REFUSED_STREAM.code()); // our lack, not the peer's fault
            return;
        }
        boolean expectsContinue =
                HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(headers.get(HttpHeaderNames.EXPECT));
        LiveHttp2Stream stream = add(netty, true, NoOpStreamListener.INSTANCE);
        places++;
        settle();
        stream.acceptedBy(acceptor, head, fin, expectsContinue);
    }

    private LiveHttp2Stream add(Http2Stream netty, boolean byPeer, StreamListener listener) {
        ReceiveWindow window = new ReceiveWindow(budget, settings.maxStreamWindowBytes(), clock.nanos());
        LiveHttp2Stream stream = new LiveHttp2Stream(this, netty.id(), byPeer, window, listener);
        netty.setProperty(key, stream);
        open.add(stream);
        return stream;
    }

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean last) {
        LiveHttp2Stream stream = streamOf(connection.stream(id));
        if (stream == null || stream.isOver()) {
            return data.readableBytes() + padding;
        }
        stream.receive(data, Fin.of(last));
        return padding; // the rest when its reader says so
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int id, long code) throws Http2Exception {
        LiveHttp2Stream stream = streamOf(connection.stream(id));
        // Who closes a page, or seeks in a film, resets what has been answered: that costs no more than other answers.
        if ((stream == null || !stream.isAnswered()) && !resets.take(clock.nanos())) {
            throw Http2Exception.connectionError(
                    Http2Error.ENHANCE_YOUR_CALM,
                    "more than %d streams reset within 30 s [RFC 9113 10.5]",
                    settings.limits().maxResets());
        }
        if (stream != null) {
            boolean refused = isInitiator() && code == Http2Error.REFUSED_STREAM.code();
            stream.end(new StreamEnd(
                    refused ? StreamEnd.Cause.REFUSED : StreamEnd.Cause.RESET_BY_PEER,
                    Http2Codes.toStatus(code),
                    "stream " + id + ": reset by the peer [" + Http2Codes.name(code) + "]"));
        }
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext ctx, long content) {
        pings.answered(content);
    }

    @Override
    public void onGoAwayReceived(int lastStreamId, long code, ByteBuf why) {
        accepting = false;
        lastGood = lastStreamId;
        settle();
        if (isInitiator()) {
            farewell.leaveWhenDone(new SessionEnd(SessionEnd.By.PEER, "GOAWAY [" + Http2Codes.name(code) + "]"));
        }
    }

    /** Netty's last word on a stream, whatever brought it about. */
    @Override
    public void onStreamClosed(Http2Stream closed) {
        LiveHttp2Stream stream = streamOf(closed);
        if (stream == null) {
            return;
        }
        int id = closed.id();
        if (farewell.isOver()) {
            stream.closed(sessionEnded(id));
        } else if (isInitiator() && id > lastGood) {
            stream.closed(new StreamEnd(
                    StreamEnd.Cause.BEYOND_LAST_GOOD, null, "stream " + id + ": beyond the last one of GOAWAY"));
        } else {
            stream.closed(new StreamEnd(StreamEnd.Cause.RESET_BY_US, null, "stream " + id + ": a frame in error"));
        }
    }

    private StreamEnd sessionEnded(int id) {
        return new StreamEnd(
                StreamEnd.Cause.SESSION_ENDED,
                null,
                "stream " + id + ": the connection ended: " + farewell.end().reason());
    }

    // ---- errors

    Http2Faults faults() {
        return faults;
    }

    /** A frame that cost the stream it came on; Netty has sent the reset. */
    void streamInError(Http2Exception.StreamException found) {
        LOG.debug(
                "visitor or service {}: stream {}: {}",
                AddressText.withPort(remote),
                found.streamId(),
                found.getMessage());
        faults.resetHere(found.streamId());
        countError();
        out().flushSoon();
    }

    /** The peer made us reset a stream (CVE-2025-8671). */
    void countError() {
        if (!errors.take(clock.nanos())) {
            Objects.requireNonNull(handler)
                    .onError(
                            context,
                            false,
                            Http2Exception.connectionError(
                                    Http2Error.ENHANCE_YOUR_CALM,
                                    "more than %d frames in error within 30 s",
                                    settings.limits().maxErrors()));
        }
    }

    /** Something that ends the session: the peer's breach of a rule, the transport's failure, or ours. */
    void failed(Throwable cause, @Nullable Http2Exception found) {
        if (farewell.isOver()) {
            return;
        }
        String why = String.valueOf((found == null ? cause : found).getMessage());
        if (found == null && !(cause instanceof IOException) && !(cause.getCause() instanceof IOException)) {
            LOG.warn("closing the HTTP/2 connection of {} after a failure here", AddressText.withPort(remote), cause);
        } else {
            LOG.debug("closing the HTTP/2 connection of {}: {}", AddressText.withPort(remote), why);
        }
        long code =
                found == null ? Http2Error.INTERNAL_ERROR.code() : found.error().code();
        farewell.tell(
                new SessionEnd(found == null ? SessionEnd.By.LOST : SessionEnd.By.PROTOCOL_ERROR, why),
                code,
                found == null ? "" : why);
    }

    void unheard(int bytes) {
        farewell.unheard(bytes);
    }

    /** No sign of life in time. */
    void lost(String why) {
        farewell.tell(new SessionEnd(SessionEnd.By.LOST, why), Http2Error.NO_ERROR.code(), why);
        close();
    }

    // ---- streams, and their number

    @Override
    public Stream open(HeaderBlock head, Fin fin, int priority, StreamListener listener)
            throws StreamNotOpenedException {
        if (!isInitiator() || !accepting || freeStreams <= 0) {
            throw new StreamNotOpenedException(
                    "no stream is free on the HTTP/2 connection to " + AddressText.withPort(remote));
        }
        Http2Headers checked = fitting(Http2Heads.toRequest(head));
        if (!budget.take(MemoryBudget.STREAM_BYTES)) {
            throw new StreamNotOpenedException("no memory is left for another stream (memoryBudget)");
        }
        Http2Stream netty;
        try {
            netty = connection.local().createStream(connection.local().incrementAndGetNextStreamId(), false);
        } catch (Http2Exception notNow) {
            budget.giveBack(MemoryBudget.STREAM_BYTES);
            throw new StreamNotOpenedException("no stream could be opened: " + notNow.getMessage());
        }
        LiveHttp2Stream stream = add(netty, false, listener);
        settle();
        stream.opensWith(checked, fin);
        return stream;
    }

    void streamOver(LiveHttp2Stream stream) {
        open.remove(stream);
        settle();
        if (open.isEmpty()) {
            farewell.noStreamIsLeft();
        }
    }

    void placeFreed(boolean ofPeer) {
        if (ofPeer) {
            places--;
        }
    }

    List<LiveHttp2Stream> streams() {
        return new ArrayList<>(open);
    }

    private void settle() {
        openStreams = open.size();
        boolean canOpen = isInitiator() && accepting && isUp && !farewell.isOver();
        freeStreams = canOpen ? Math.max(0, connection.local().maxActiveStreams() - open.size()) : 0;
    }

    // ---- the end

    /** The session has ended, and the streams with it; the transport may still have something to say. */
    void over(SessionEnd end) {
        accepting = false;
        settle();
        streams().forEach(stream -> stream.end(sessionEnded(stream.id())));
        pings.stop(end.reason());
        clock.stop();
    }

    /** All streams of the connection are closed by Netty right after this. */
    void transportClosed() {
        farewell.transportClosed();
        if (!up.isDone()) {
            up.completeExceptionally(new IOException("the connection ended before the peer's SETTINGS came"));
        }
        ended.complete(farewell.end());
    }

    // ---- Session, any thread

    @Override
    public EventLoop eventLoop() {
        return loop;
    }

    @Override
    public @Nullable SocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public int freeStreams() {
        return freeStreams;
    }

    @Override
    public int openStreams() {
        return openStreams;
    }

    @Override
    public boolean isAcceptingStreams() {
        return accepting;
    }

    @Override
    public CompletionStage<Duration> ping() {
        return pings.ping();
    }

    @Override
    public void drain(Duration patience) {
        if (loop.inEventLoop()) {
            farewell.drain(patience);
        } else {
            loop.execute(() -> farewell.drain(patience));
        }
    }

    @Override
    public CompletionStage<SessionEnd> whenEnded() {
        return ended.minimalCompletionStage();
    }
}
