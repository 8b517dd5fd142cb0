package io.spdytunnel.spdy;

import io.netty.channel.EventLoop;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.netty.util.concurrent.ScheduledFuture;
import io.spdytunnel.session.KeepAlive;
import io.spdytunnel.session.LoopClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * PINGs of this end (SPDY/3.1 2.6.5): sends PINGs to a silent peer, ends the session if there is no answer, and
 * measures round trips.
 *
 * <p>Any received byte counts as an answer. One timer runs at a time. Received bytes only store the time, and the timer
 * checks it when it fires. The interval varies by ±20 %, so that the sessions of a proxy do not send their PINGs at the
 * same time.
 */
final class Heartbeat {

    /** Number of round trips measured at once; further requests fail. */
    static final int MAX_MEASURED = 16;

    private static final double SPREAD = 0.2;

    private final EventLoop loop;
    private final LoopClock clock;
    private final KeepAlive keepAlive;
    private final LiveSession session;
    private final IntObjectMap<RoundTrip> measured = new IntObjectHashMap<>();

    private int nextId;
    private long heardAt;
    private boolean heardSinceAsked;
    private volatile boolean overdue;
    private boolean stopped;
    private int asked; // the id of the keep-alive's PING that has no echo yet, or 0
    private @Nullable ScheduledFuture<?> timer;

    Heartbeat(EventLoop loop, LoopClock clock, KeepAlive keepAlive, LiveSession session, int firstId) {
        this.loop = loop;
        this.clock = clock;
        this.keepAlive = keepAlive;
        this.session = session;
        this.nextId = firstId;
    }

    void start() {
        heardAt = clock.nanos();
        if (!keepAlive.interval().isZero()) {
            listen();
        }
    }

    void heard() {
        heardAt = clock.nanos();
        heardSinceAsked = true;
        if (overdue) {
            overdue = false;
        }
    }

    /** Whether a PING is overdue. Any thread. */
    boolean isOverdue() {
        return overdue;
    }

    /** Whether an id has our parity: then a PING with it is an echo, and must not be echoed (2.6.5). */
    boolean isOwn(int pingId) {
        return (pingId & 1) == (nextId & 1);
    }

    void echoed(int pingId) {
        if (pingId == asked) {
            asked = 0;
        }
        RoundTrip trip = measured.remove(pingId);
        if (trip != null) {
            trip.ended().complete(Duration.ofNanos(clock.nanos() - trip.beganAt()));
        }
    }

    CompletionStage<Duration> measure() {
        CompletableFuture<Duration> future = new CompletableFuture<>();
        if (stopped) {
            future.completeExceptionally(new IllegalStateException("the session has ended"));
            return future;
        }
        if (measured.size() >= MAX_MEASURED) {
            future.completeExceptionally(new IllegalStateException(MAX_MEASURED + " PINGs are under way already"));
            return future;
        }
        int id = takeId();
        measured.put(id, new RoundTrip(clock.nanos(), future));
        session.outbound().ping(id);
        return future;
    }

    /** The session has ended: no more timers, and no more echoes. */
    void stop(String why) {
        stopped = true;
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
        List<RoundTrip> waiting = List.copyOf(measured.values());
        measured.clear();
        waiting.forEach(
                trip -> trip.ended().completeExceptionally(new IllegalStateException("the session ended: " + why)));
    }

    private record RoundTrip(long beganAt, CompletableFuture<Duration> ended) {}

    private int takeId() {
        int id = nextId;
        nextId += 2;
        return id;
    }

    private void listen() {
        double spread = ThreadLocalRandom.current().nextDouble(1 - SPREAD, 1 + SPREAD);
        long silence = (long) (keepAlive.interval().toNanos() * spread);
        wait(heardAt + silence, () -> ask(silence));
    }

    private void ask(long silence) {
        if (clock.nanos() - heardAt < silence) {
            wait(heardAt + silence, () -> ask(silence));
            return;
        }
        if (asked == 0) { // one outstanding: a peer that talks but never echoes is not asked again and again
            asked = takeId();
            session.outbound().ping(asked);
        }
        heardSinceAsked = false;
        long askedAt = clock.nanos();
        long end = askedAt + keepAlive.patience().toNanos();
        long doubtful = askedAt + KeepAlive.OVERDUE.toNanos();
        if (doubtful < end) {
            wait(doubtful, () -> doubt(end));
        } else {
            wait(end, this::giveUp);
        }
    }

    private void doubt(long end) {
        overdue = !heardSinceAsked;
        wait(end, this::giveUp);
    }

    private void giveUp() {
        if (heardSinceAsked) {
            listen();
        } else {
            session.lost("nothing received for "
                    + Duration.ofNanos(clock.nanos() - heardAt).toSeconds() + " s");
        }
    }

    private void wait(long until, Runnable then) {
        timer = loop.schedule(then, Math.max(0, until - clock.nanos()), TimeUnit.NANOSECONDS);
    }
}
