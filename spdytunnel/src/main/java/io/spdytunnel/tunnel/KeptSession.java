package io.spdytunnel.tunnel;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.spdytunnel.directory.DirectorySettings;
import io.spdytunnel.directory.NoOriginException;
import io.spdytunnel.directory.OriginWaiters;
import io.spdytunnel.directory.Presence;
import io.spdytunnel.directory.SessionSource;
import io.spdytunnel.directory.TunnelLog;
import io.spdytunnel.session.Session;
import io.spdytunnel.spi.Api;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One session to a SPDY server. It is dialled for the first request, and again for the next request after it was lost.
 *
 * <pre>
 *              wanted                       up
 *     ABSENT ─────────► dialling ─────────────────────► HERE ── lost, or either end drains ──► ABSENT
 *       ▲                  │ failed
 *       └── wait over ◄────┘  (who waits is told why when its own patience is over)
 * </pre>
 *
 * <p>Names have no meaning here: for every name, it is this session. Any thread may call. The state belongs to one
 * event loop, which is also the session's.
 */
@Api
public final class KeptSession implements SessionSource, OriginWaiters.Slots {

    private static final Logger LOG = LoggerFactory.getLogger(KeptSession.class);

    /** The same limit as for all origins of a proxy together. */
    private static final int MAX_WAITING = DirectorySettings.DEFAULT.maxWaiting();

    private static final String THE_ONE = "the-one";

    private final String target;
    private final Dialer dialer;
    private final EventLoop loop;
    private final RedialPace pace;
    private final Clock clock;
    private final OriginWaiters waiters;

    private volatile @Nullable Session session;
    private volatile String complaint = "";
    private volatile boolean closed;

    // Event loop only.
    private final Set<Session> sessions = new HashSet<>();
    private @Nullable CompletableFuture<Session> dial;
    private @Nullable Future<?> timer;
    private Instant notBefore = Instant.EPOCH;

    /** @param loops the caller's; one of them is used */
    public KeptSession(SpdyConnector connector, EventLoopGroup loops) {
        this(
                connector.settings().target(),
                connector,
                loops.next(),
                new RedialPace(connector.settings().redial(), () -> ThreadLocalRandom.current()
                        .nextDouble()),
                Clock.systemUTC());
    }

    KeptSession(String target, Dialer dialer, EventLoop loop, RedialPace pace, Clock clock) {
        this.target = target;
        this.dialer = dialer;
        this.loop = loop;
        this.pace = pace;
        this.clock = clock;
        this.waiters = new OriginWaiters(this, loop, MAX_WAITING);
    }

    // ---- for requests

    /** {@link Presence#HERE} or {@link Presence#AWAY}, never unknown. */
    @Override
    public Presence presence(String name) {
        return isUp() ? Presence.HERE : Presence.AWAY;
    }

    @Override
    public @Nullable Session pick(String name, @Nullable Session except) {
        return pickBy(name, any -> any == except ? 0 : any.freeStreams());
    }

    @Override
    public @Nullable Session pickBy(String name, ToIntFunction<Session> freeStreams) {
        Session current = session;
        return current != null && current.isAcceptingStreams() && freeStreams.applyAsInt(current) > 0 ? current : null;
    }

    @Override
    public CompletableFuture<Session> await(String name, Duration patience) {
        dialIfAbsent();
        CompletableFuture<Session> free = waiters.await(THE_ONE, patience);
        CompletableFuture<Session> told = new CompletableFuture<>();
        var unused = free.whenComplete((found, none) -> {
            if (found != null) {
                told.complete(found);
            } else {
                told.completeExceptionally(explained(none, patience));
            }
        });
        var unusedToo = told.whenComplete((found, cancelled) -> free.cancel(false));
        return told;
    }

    private Throwable explained(Throwable none, Duration patience) {
        if (!(none instanceof NoOriginException absent)) {
            return none;
        }
        String within = " within " + patience.toMillis() + " ms";
        String why = complaint;
        return new NoOriginException(
                absent.presence(),
                absent.presence() == Presence.HERE
                        ? target + " has no free slot" + within
                        : "no session to " + target + within + (why.isEmpty() ? "" : ": " + why));
    }

    @Override
    public void slotMayBeFree(String name) {
        waiters.serve(THE_ONE);
    }

    // ---- for people

    /**
     * The current status. If there is no session, this call starts a dial, because the caller wants to know if a
     * request would work.
     */
    public TunnelStatus status() {
        Session current = session;
        if (current != null && current.isAcceptingStreams()) {
            return new TunnelStatus(true, "connected to " + target);
        }
        if (closed) {
            return new TunnelStatus(false, "closed");
        }
        dialIfAbsent();
        String why = complaint;
        return new TunnelStatus(false, "not connected to " + target + (why.isEmpty() ? ", dialling" : ": " + why));
    }

    private boolean isUp() {
        Session current = session;
        return current != null && current.isAcceptingStreams();
    }

    /**
     * Stops dialling, fails the requests that wait, and lets requests under way finish. Completes when the session has
     * ended, at the latest after {@code patience}.
     */
    public CompletionStage<Void> close(Duration patience) {
        closed = true;
        waiters.close();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        try {
            loop.execute(() -> endAll(patience, ended));
        } catch (RejectedExecutionException shutDown) {
            ended.complete(null);
        }
        return ended;
    }

    // ---- on the event loop

    private void endAll(Duration patience, CompletableFuture<Void> ended) {
        if (timer != null) {
            timer.cancel(false);
        }
        if (dial != null) {
            dial.cancel(false);
        }
        List<Session> draining = List.copyOf(sessions);
        draining.forEach(each -> each.drain(patience));
        CompletableFuture<?>[] ends = draining.stream()
                .map(each -> each.whenEnded().toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        var unused = CompletableFuture.allOf(ends).whenComplete((all, failure) -> ended.complete(null));
    }

    private void dialIfAbsent() {
        if (isUp() || closed) {
            return;
        }
        try {
            loop.execute(this::dial);
        } catch (RejectedExecutionException shutDown) {
            LOG.debug("no dial to {}: the event loop has ended", target);
        }
    }

    private void dial() {
        if (isUp() || closed || dial != null) {
            return;
        }
        Duration wait = Duration.between(clock.instant(), notBefore);
        if (!wait.isNegative() && !wait.isZero()) {
            if (timer == null) {
                timer = loop.schedule(this::dialForWhoWaits, wait.toNanos(), TimeUnit.NANOSECONDS);
            }
            return;
        }
        CompletableFuture<Session> attempt = dialer.dial(loop);
        dial = attempt;
        var unused = attempt.whenComplete((up, failure) -> {
            dial = null;
            if (up != null) {
                up(up);
            } else {
                failed(failure);
            }
        });
    }

    private void dialForWhoWaits() {
        timer = null;
        if (waiters.size() > 0) {
            dial();
        }
    }

    private void up(Session up) {
        if (closed) {
            up.drain(Duration.ZERO);
            return;
        }
        LOG.info("connected to {}", target);
        complaint = "";
        Instant since = clock.instant();
        session = up;
        sessions.add(up);
        up.whenEnded().whenComplete((end, failure) -> {
            sessions.remove(up);
            if (up.equals(session)) {
                session = null;
            }
            // It waits before the next dial only if this one was short-lived: servers may end idle sessions.
            notBefore = clock.instant().plus(pace.afterLoss(Duration.between(since, clock.instant())));
            String reason = end == null ? String.valueOf(failure) : end.reason();
            LOG.atLevel(end == null ? Level.INFO : TunnelLog.levelOf(end.by()))
                    .log("connection to {} ended, the next request dials again: {}", target, reason);
            dialForWhoWaits();
        });
        waiters.serve(THE_ONE);
    }

    private void failed(Throwable failure) {
        if (closed) {
            return;
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        String reason = cause instanceof DialFailedException ? String.valueOf(cause.getMessage()) : cause.toString();
        Duration wait = pace.afterFailure();
        notBefore = clock.instant().plus(wait);
        if (reason.equals(complaint)) {
            LOG.debug("no connection to {}, next dial in {} ms at the earliest: {}", target, wait.toMillis(), reason);
        } else {
            LOG.warn(
                    "no connection to {}, next dial in {} ms at the earliest: {} (repeats are logged at DEBUG)",
                    target,
                    wait.toMillis(),
                    reason);
        }
        complaint = reason;
        if (waiters.size() > 0) {
            dial(); // when the wait is over
        }
    }
}
