package io.spdytunnel.session;

import io.netty.channel.EventLoop;
import io.spdytunnel.spi.Api;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One multiplexed session as the floors above see it.
 *
 * <p>All state belongs to {@link #eventLoop()}: unless a method says "any thread", it must be called there.
 */
@Api
public interface Session {

    /** Where everything of this session happens, listeners included. Any thread. */
    EventLoop eventLoop();

    /** The peer's address as the transport knows it, null once it is gone. Any thread. */
    @Nullable
    SocketAddress remoteAddress();

    /**
     * How many more streams may be opened now (at the responder: pushed): 0 when the peer's MAX_CONCURRENT_STREAMS is
     * reached, when the session drains or ends, or before it is up. Any thread; from a thread other than the event loop
     * a recent value.
     */
    int freeStreams();

    /** Streams open now, in both directions. Any thread; a recent value. */
    int openStreams();

    /** Whether the session is up and neither end has announced its end. Any thread; a recent value. */
    boolean isAcceptingStreams();

    /**
     * Whether the peer was asked for a sign of life, {@link KeepAlive#OVERDUE} ago or more, and has not been heard since.
     * Any thread; a recent value.
     */
    default boolean isOverdue() {
        return false;
    }

    /** Whether all stream ids of the initiator are used up (SPDY/3.1 2.3.2), so that another session must take over. */
    default boolean isUsedUp() {
        return false;
    }

    /**
     * Opens a stream and sends its first frame.
     *
     * @param head the request's block; checked before anything enters the compressor
     * @param fin {@link Fin#FIN} if no body follows
     * @param priority 0 (most urgent) to 7, SPDY/3.1 2.3.3
     * @param listener hears what becomes of the stream, always on the event loop and never from within this call
     * @throws StreamNotOpenedException if no stream can be opened now; nothing was sent
     * @throws IllegalArgumentException if the block breaks a limit or a rule of 2.6.10; nothing was sent
     */
    Stream open(HeaderBlock head, Fin fin, int priority, StreamListener listener) throws StreamNotOpenedException;

    /** How far the peer's word counts, above all {@link StreamEnd.Cause#BEYOND_LAST_GOOD}. Any thread. */
    default SessionSettings.Peer peer() {
        return SessionSettings.Peer.KIN;
    }

    /** Sends a PING and completes with the round-trip time, or exceptionally when the session ends first. Any thread. */
    CompletionStage<Duration> ping();

    /**
     * The same, but waits no longer than this: then it completes with a {@link TimeoutException}. The session goes on
     * either way. Any thread.
     */
    default CompletionStage<Duration> ping(Duration patience) {
        CompletableFuture<Duration> echo = new CompletableFuture<>();
        Future<?> late = eventLoop()
                .schedule(
                        () -> echo.completeExceptionally(
                                new TimeoutException("no echo of a PING within " + patience.toMillis() + " ms")),
                        patience.toNanos(),
                        TimeUnit.NANOSECONDS);
        ping().whenComplete((roundTrip, ended) -> {
            late.cancel(false);
            if (ended == null) {
                echo.complete(roundTrip);
            } else {
                echo.completeExceptionally(ended);
            }
        });
        return echo.minimalCompletionStage();
    }

    /**
     * At the responder: asks the peer to open no more streams, and completes when those that it had opened before it
     * heard so have arrived, at the latest when the patience is over; then {@link #drain} refuses none of them. Elsewhere
     * there is nothing to ask for. Any thread.
     */
    default CompletionStage<Void> asksForNoMore(Duration patience) {
        return CompletableFuture.completedFuture(null);
    }

    /**
     * Announces the end with GOAWAY, refuses new streams, lets those in flight finish, then closes. Any thread;
     * a second call may only shorten the wait.
     *
     * @param patience what is still open then is reset with CANCEL or REFUSED_STREAM, and the transport closed
     */
    void drain(Duration patience);

    /** Completes when the transport is closed and every stream's listener has heard its end. Any thread. */
    CompletionStage<SessionEnd> whenEnded();
}
