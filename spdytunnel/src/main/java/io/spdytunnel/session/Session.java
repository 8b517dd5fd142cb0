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
 * One multiplexed session as the layers above see it.
 *
 * <p>All state belongs to {@link #eventLoop()}: unless a method says "any thread", it must be called there.
 */
@Api
public interface Session {

    /** The event loop on which everything of this session happens, calls of listeners included. Any thread. */
    EventLoop eventLoop();

    /** The peer's address as the transport knows it; null if the transport no longer has it. Any thread. */
    @Nullable
    SocketAddress remoteAddress();

    /**
     * The number of streams that may be opened now (at the responder: pushed). 0 if the peer's MAX_CONCURRENT_STREAMS
     * is reached, if the session drains or has ended, or before it is up. Any thread; on threads other than the event
     * loop a recent value.
     */
    int freeStreams();

    /** Streams open now, in both directions. Any thread; a recent value. */
    int openStreams();

    /** Whether the session is up and neither end has announced its end. Any thread; a recent value. */
    boolean isAcceptingStreams();

    /**
     * Whether a PING was sent {@link KeepAlive#OVERDUE} ago or earlier, and nothing was received since. Any thread; a
     * recent value.
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
     * @param listener gets the stream's events, always on the event loop and never from within this call
     * @throws StreamNotOpenedException if no stream can be opened now; nothing was sent
     * @throws IllegalArgumentException if the block breaks a limit or a rule of 2.6.10; nothing was sent
     */
    Stream open(HeaderBlock head, Fin fin, int priority, StreamListener listener) throws StreamNotOpenedException;

    /** How far the peer's statements are believed, above all {@link StreamEnd.Cause#BEYOND_LAST_GOOD}. Any thread. */
    default SessionSettings.Peer peer() {
        return SessionSettings.Peer.KIN;
    }

    /** Sends a PING and completes with the round-trip time, or exceptionally when the session ends first. Any thread. */
    CompletionStage<Duration> ping();

    /**
     * The same with a timeout: after it, the result is a {@link TimeoutException}. The session goes on in both cases.
     * Any thread.
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
     * At the responder: asks the peer to open no more streams. Completes when all streams that the peer had opened
     * before have arrived, at the latest after {@code patience}; then {@link #drain} refuses none of them. At the
     * initiator it does nothing. Any thread.
     */
    default CompletionStage<Void> asksForNoMore(Duration patience) {
        return CompletableFuture.completedFuture(null);
    }

    /**
     * Announces the end with GOAWAY, refuses new streams, lets those in flight finish, then closes. Any thread;
     * a second call may only shorten the wait.
     *
     * @param patience after this time, open streams are reset with CANCEL or REFUSED_STREAM, and the transport is
     *     closed
     */
    void drain(Duration patience);

    /** Completes when the transport is closed and every stream's listener was told the end. Any thread. */
    CompletionStage<SessionEnd> whenEnded();
}
