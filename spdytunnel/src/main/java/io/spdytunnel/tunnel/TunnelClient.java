package io.spdytunnel.tunnel;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.spdytunnel.directory.TunnelLog;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionEnd;
import io.spdytunnel.session.StreamAcceptor;
import io.spdytunnel.spdy.SpdySession;
import io.spdytunnel.spi.Api;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Keeps one tunnel from this origin to one proxy up: dials, and dials again until it succeeds.
 *
 * <pre>
 *                  ┌─────────── wait over ────────────┐
 *                  ▼                                  │
 *   STOPPED ──► DIALLING ── refused, unreachable ──► WAITING
 *    ▲  start      │ 200                              ▲
 *    │  resume     ▼                                  │
 *    │             UP ───── lost, or the proxy drains ┘
 *    └── suspend, from anywhere                            CLOSED: close, from anywhere, for good
 * </pre>
 *
 * <p>All methods may be called from any thread; all state belongs to one event loop.
 */
@Api
public final class TunnelClient {

    private static final Logger LOG = LoggerFactory.getLogger(TunnelClient.class);

    /**
     * How often a tunnel's state is checked: a proxy that drains accepts nothing new, while open streams may last long.
     */
    private static final long WATCH_MILLIS = 500;

    private enum State {
        STOPPED,
        DIALLING,
        UP,
        WAITING,
        CLOSED
    }

    private final TunnelClientSettings settings;
    private final EventLoop loop;
    private final Dialer dialer;
    private final RedialPace pace;
    private final TunnelObserver observer;
    private final Clock clock;

    private State state = State.STOPPED;
    /** The session that is up, and older ones that still drain. */
    private final Set<Session> sessions = new HashSet<>();

    private @Nullable Session session;
    private @Nullable CompletableFuture<Session> dial;
    private @Nullable Future<?> timer;
    private Instant upSince = Instant.MIN;
    private String lastComplaint = "";
    private volatile TunnelStatus status = new TunnelStatus(false, "not started");

    /**
     * @param tls null for plain text
     * @param acceptor gets the streams that the proxy opens, on their session's event loop
     * @param budget the pool for bodies, one per component
     * @param loops the caller's; one of them is used, they outlive this client
     */
    public TunnelClient(
            TunnelClientSettings settings,
            @Nullable TlsEngines tls,
            StreamAcceptor acceptor,
            MemoryBudget budget,
            EventLoopGroup loops,
            TunnelObserver observer) {
        this(
                settings,
                loops.next(),
                new ProxyDialer(
                        settings,
                        tls,
                        Transport.nio(loops).dialling(),
                        NameLookup.platform(),
                        (channel, session) -> SpdySession.start(channel, Role.RESPONDER, session, budget, acceptor)),
                new RedialPace(
                        settings.redial(), () -> ThreadLocalRandom.current().nextDouble()),
                observer,
                Clock.systemUTC());
    }

    TunnelClient(
            TunnelClientSettings settings,
            EventLoop loop,
            Dialer dialer,
            RedialPace pace,
            TunnelObserver observer,
            Clock clock) {
        this.settings = settings;
        this.loop = loop;
        this.dialer = dialer;
        this.pace = pace;
        this.observer = observer;
        this.clock = clock;
    }

    /**
     * Starts dialling. If the proxy, or its name, does not exist yet, that is not an error: this client dials again.
     */
    public void start() {
        resume();
    }

    /** Starts dialling again, at once. */
    public void resume() {
        loop.execute(() -> {
            if (state == State.STOPPED) {
                dial();
            }
        });
    }

    /**
     * Asks the proxy to send no more requests. Completes when the requests on their way have arrived, at the latest
     * after {@code patience}. Call {@link #suspend} or {@link #close} afterwards. They refuse later requests, which the
     * proxy cannot send again if their bodies have begun to leave.
     */
    public CompletionStage<Void> asksForNoMore(Duration patience) {
        CompletableFuture<Void> asked = new CompletableFuture<>();
        loop.execute(() -> {
            CompletableFuture<?>[] all = sessions.stream()
                    .map(any -> any.asksForNoMore(patience).toCompletableFuture())
                    .toArray(CompletableFuture[]::new);
            var unused = CompletableFuture.allOf(all).whenComplete((done, failure) -> asked.complete(null));
        });
        return asked;
    }

    /**
     * Stops dialling, and lets requests under way finish; {@link #resume} undoes it. Completes when the tunnel has
     * ended, at the latest after {@code patience}.
     */
    public CompletionStage<Void> suspend(Duration patience) {
        return stop(State.STOPPED, "suspended", patience);
    }

    /** The same, permanently. */
    public CompletionStage<Void> close(Duration patience) {
        return stop(State.CLOSED, "closed", patience);
    }

    /** How things stand. */
    public TunnelStatus status() {
        return status;
    }

    /**
     * The URL at which visitors find this origin, as the proxy said when the last tunnel came up; empty if it did not.
     */
    public String publicUrl() {
        return dialer.publicUrl();
    }

    public TunnelClientSettings settings() {
        return settings;
    }

    private void dial() {
        state = State.DIALLING;
        timer = null;
        if (pace.failures() == 0) {
            status = new TunnelStatus(false, "dialling " + settings.proxy());
        }
        CompletableFuture<Session> attempt = dialer.dial(loop);
        dial = attempt;
        var unused = attempt.whenComplete((up, failure) -> {
            if (dial != attempt) {
                return; // given up
            }
            dial = null;
            if (up != null) {
                up(up);
            } else {
                failed(failure);
            }
        });
    }

    private void up(Session up) {
        state = State.UP;
        session = up;
        sessions.add(up);
        upSince = clock.instant();
        lastComplaint = "";
        String publicUrl = dialer.publicUrl();
        String at = publicUrl.isEmpty() ? "" : ", public at " + publicUrl;
        status = new TunnelStatus(true, "connected to " + settings.proxy() + " since " + readable(upSince) + at);
        LOG.info(
                "origin {}: tunnel up to {}, connection {}{}",
                settings.originName(),
                settings.proxy(),
                settings.connection(),
                at);
        observer.tunnelUp(settings);
        up.whenEnded().whenComplete((end, failure) -> {
            SessionEnd known = end == null ? new SessionEnd(SessionEnd.By.LOST, String.valueOf(failure)) : end;
            loop.execute(() -> ended(up, known));
        });
        watch(up, up.isAcceptingStreams());
    }

    /** Dials again as soon as the proxy has announced the session's end; open streams may last long. */
    private void watch(Session watched, boolean wasAccepting) {
        timer = loop.schedule(
                () -> {
                    if (session != watched || state != State.UP) {
                        return;
                    }
                    boolean accepting = watched.isAcceptingStreams();
                    if (wasAccepting && !accepting && watched.isUsedUp()) {
                        replace();
                    } else if (wasAccepting && !accepting) {
                        lost(SessionEnd.By.PEER, "the proxy drains");
                    } else {
                        watch(watched, accepting || wasAccepting);
                    }
                },
                WATCH_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /** Dials at once: the proxy is well, and no other origin reconnects at the same time. */
    private void replace() {
        LOG.info(
                "origin {}: session to {} has used up its stream ids, opening another",
                settings.originName(),
                settings.proxy());
        waitAndDial("the session has used up its stream ids", Duration.ZERO);
    }

    private void ended(Session ended, SessionEnd end) {
        sessions.remove(ended);
        observer.tunnelDown(settings, end);
        boolean current = session == ended;
        if (current) {
            session = null;
        }
        if (current && state == State.UP && ended.isUsedUp()) {
            replace();
        } else if (current && state == State.UP) {
            lost(end.by(), end.reason());
        } else if (TunnelLog.levelOf(end.by()) == Level.WARN) { // it was given up before, and in peace
            LOG.warn(
                    "origin {}: the last tunnel to {} ended: {}",
                    settings.originName(),
                    settings.proxy(),
                    end.reason());
        }
    }

    private void lost(SessionEnd.By by, String reason) {
        Duration wait = pace.afterLoss(Duration.between(upSince, clock.instant()));
        LOG.atLevel(TunnelLog.levelOf(by))
                .log(
                        "origin {}: tunnel down to {}, dialling again in {} ms: {}",
                        settings.originName(),
                        settings.proxy(),
                        wait.toMillis(),
                        reason);
        waitAndDial("lost the tunnel: " + reason, wait);
    }

    private void failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        Duration wait;
        String reason;
        if (cause instanceof DialFailedException known) {
            reason = String.valueOf(known.getMessage());
            wait = known.status() == 0 ? pace.afterFailure() : pace.afterRefusal(known.status(), known.retryAfter());
        } else {
            reason = cause.toString();
            wait = pace.afterFailure();
        }
        complain(reason, wait);
        observer.dialFailed(settings, reason, wait);
        waitAndDial(reason, wait);
    }

    /** Logs each new reason once at WARN, so that a proxy that is away for a night does not fill the log. */
    private void complain(String reason, Duration wait) {
        String line = "origin {}: no tunnel to {}, dialling again in {} ms: {}";
        if (reason.equals(lastComplaint)) {
            LOG.debug(line, settings.originName(), settings.proxy(), wait.toMillis(), reason);
        } else {
            // the same again, until something changes, goes to DEBUG: a night without a proxy shall not fill the log
            LOG.warn(
                    line + " (repeats are logged at DEBUG)",
                    settings.originName(),
                    settings.proxy(),
                    wait.toMillis(),
                    reason);
        }
        lastComplaint = reason;
    }

    private void waitAndDial(String reason, Duration wait) {
        state = State.WAITING;
        cancelTimer();
        String tried = pace.failures() == 1 ? "" : "; " + pace.failures() + " times in a row";
        status = new TunnelStatus(
                false,
                "not connected to " + settings.proxy() + ": " + reason + tried + "; next dial at "
                        + readable(clock.instant().plus(wait)));
        timer = loop.schedule(this::dial, wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    private CompletionStage<Void> stop(State next, String word, Duration patience) {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        loop.execute(() -> {
            if (state != State.CLOSED) {
                state = next;
                status = new TunnelStatus(false, word);
            }
            cancelTimer();
            CompletableFuture<Session> given = dial;
            dial = null;
            if (given != null) {
                given.cancel(false);
            }
            if (!sessions.isEmpty()) {
                LOG.info("origin {}: tunnel to {} {}, draining", settings.originName(), settings.proxy(), word);
            }
            CompletableFuture<?>[] ends = sessions.stream()
                    .map(draining -> draining.whenEnded().toCompletableFuture())
                    .toArray(CompletableFuture[]::new);
            List.copyOf(sessions).forEach(draining -> draining.drain(patience));
            var unused = CompletableFuture.allOf(ends).whenComplete((all, failure) -> stopped.complete(null));
        });
        return stopped;
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private static String readable(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
