package io.spdytunnel.directory;

import io.spdytunnel.session.Session;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait for an origin or for a free slot, served in order of arrival. Thread-safe.
 *
 * <p>A session does not report that one of its streams ended. So the requests are served when a tunnel registers, when
 * a caller says that a slot may be free, and, as long as any request waits, every {@link #LOOK_AGAIN_MILLIS}.
 */
public final class OriginWaiters {

    private static final long LOOK_AGAIN_MILLIS = 20;

    /** The source of slots. */
    public interface Slots {

        Presence presence(String name);

        /** A session to this origin with a free slot, as counted by {@code freeStreams}; null if there is none. */
        @Nullable
        Session pickBy(String name, ToIntFunction<Session> freeStreams);
    }

    private final Slots slots;
    private final ScheduledExecutorService timers;
    private final int max;
    private final Map<String, Deque<Waiter>> byName = new HashMap<>();
    private @Nullable Future<?> nextLook;
    private int size;
    private boolean closed;

    public OriginWaiters(Slots slots, ScheduledExecutorService timers, int max) {
        this.slots = slots;
        this.timers = timers;
        this.max = max;
    }

    public CompletableFuture<Session> await(String name, Duration patience) {
        Session session = slots.pickBy(name, Session::freeStreams);
        if (session != null) {
            return CompletableFuture.completedFuture(session);
        }
        Presence presence = slots.presence(name);
        String folded = OriginName.fold(name);
        if (presence == Presence.UNKNOWN || folded == null) {
            return CompletableFuture.failedFuture(new NoOriginException(presence, "no origin is named " + name));
        }
        if (patience.isZero() || patience.isNegative()) {
            return CompletableFuture.failedFuture(new NoOriginException(presence, missing(folded, presence)));
        }
        Waiter waiter = enqueue(folded, patience);
        if (waiter == null) {
            return CompletableFuture.failedFuture(new NoOriginException(
                    presence, missing(folded, presence) + ", and too many requests wait already"));
        }
        serve(folded); // who registered since we looked has found nobody waiting
        return waiter.future;
    }

    /** Gives the free slots to the requests that wait. */
    public void serve(String name) {
        List<Runnable> served = new ArrayList<>(0);
        synchronized (this) {
            Deque<Waiter> queue = byName.get(name);
            if (queue == null) {
                return; // as nearly always
            }
            IdentityHashMap<Session, Integer> given = new IdentityHashMap<>();
            while (!queue.isEmpty()) {
                Session session = slots.pickBy(name, any -> any.freeStreams() - given.getOrDefault(any, 0));
                if (session == null) {
                    break;
                }
                given.merge(session, 1, Integer::sum);
                Waiter waiter = queue.getFirst();
                forget(waiter);
                served.add(() -> waiter.future.complete(session));
            }
        }
        served.forEach(Runnable::run); // not under the lock: who is served goes on right here
    }

    public synchronized int size() {
        return size;
    }

    public void close() {
        List<Waiter> left = new ArrayList<>();
        synchronized (this) {
            closed = true;
            byName.values().forEach(left::addAll);
            left.forEach(this::forget);
        }
        left.forEach(waiter -> waiter.future.completeExceptionally(new NoOriginException(
                Presence.AWAY, "the proxy stopped while a request waited for origin " + waiter.name)));
    }

    private synchronized @Nullable Waiter enqueue(String name, Duration patience) {
        if (size >= max || closed) {
            return null;
        }
        Waiter waiter = new Waiter(name);
        try {
            waiter.timer = timers.schedule(() -> giveUp(waiter, patience), patience.toNanos(), TimeUnit.NANOSECONDS);
            if (nextLook == null) {
                nextLook = timers.schedule(this::lookAgain, LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (RejectedExecutionException shutDown) {
            return null;
        }
        byName.computeIfAbsent(name, any -> new ArrayDeque<>()).add(waiter);
        size++;
        var unused = waiter.future.whenComplete((session, failure) -> forget(waiter)); // cancelled by who waits
        return waiter;
    }

    private void giveUp(Waiter waiter, Duration patience) {
        forget(waiter);
        Presence presence = slots.presence(waiter.name);
        waiter.future.completeExceptionally(new NoOriginException(
                presence, missing(waiter.name, presence) + " within " + patience.toMillis() + " ms"));
    }

    private void lookAgain() {
        List<String> names;
        synchronized (this) {
            if (nextLook == null) {
                return; // cancelled in this very moment
            }
            nextLook = size == 0 ? null : timers.schedule(this::lookAgain, LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            names = List.copyOf(byName.keySet());
        }
        names.forEach(this::serve);
    }

    private synchronized void forget(Waiter waiter) {
        Deque<Waiter> queue = byName.get(waiter.name);
        if (queue == null || !queue.remove(waiter)) {
            return;
        }
        size--;
        if (queue.isEmpty()) {
            byName.remove(waiter.name);
        }
        if (waiter.timer != null) {
            waiter.timer.cancel(false);
        }
        if (size == 0 && nextLook != null) {
            nextLook.cancel(false);
            nextLook = null;
        }
    }

    private static String missing(String name, Presence presence) {
        return switch (presence) {
            case HERE -> "origin " + name + " has no free slot";
            case AWAY -> "origin " + name + " is not connected";
            case UNKNOWN -> "no origin is named " + name;
        };
    }

    private static final class Waiter {
        final String name;
        final CompletableFuture<Session> future = new CompletableFuture<>();

        @Nullable
        Future<?> timer;

        Waiter(String name) {
            this.name = name;
        }
    }
}
