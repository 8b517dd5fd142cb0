package io.spdytunnel.directory;

import io.spdytunnel.session.LogQuota;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionEnd;
import io.spdytunnel.spi.Api;
import io.spdytunnel.spi.Identity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Which origins are here, by name, and through which tunnel to reach them. Thread-safe.
 *
 * <p>A name belongs to one identity as long as that has a tunnel. The identity is what the authenticator says it is,
 * never the name; and a tunnel is removed as the object that was added, so that the late end of an old one cannot
 * touch its successor.
 */
@Api
public final class OriginDirectory implements SessionSource, OriginWaiters.Slots, AutoCloseable {

    /** Streams that a session on the caller's loop may have beyond twice those of the best one, and is taken all the same. */
    private static final int MORE_TO_DO = 8;

    private final DirectorySettings settings;
    private final OriginObserver observer;
    private final TunnelLog log;
    private final RecentNames recent;
    private final OriginWaiters waiters;
    private final RegistrationPace pace; // guarded by the lock
    private final List<Predicate<String>> listers = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> named = new HashMap<>();
    /** Read without a lock, by every request; written under the lock, each list anew. */
    private final Map<String, List<OriginTunnel>> byName = new ConcurrentHashMap<>();

    private final Object lock = new Object();

    /** @param timers end waits; an event loop will do */
    public OriginDirectory(DirectorySettings settings, ScheduledExecutorService timers, OriginObserver observer) {
        this(
                settings,
                timers,
                observer,
                System::nanoTime,
                new TunnelLog(
                        LoggerFactory.getLogger(OriginDirectory.class), new LogQuota(TunnelLog.LINES_PER_MINUTE)));
    }

    OriginDirectory(
            DirectorySettings settings,
            ScheduledExecutorService timers,
            OriginObserver observer,
            LongSupplier nanoTime,
            TunnelLog log) {
        this.settings = settings;
        this.observer = observer;
        this.log = log;
        this.recent = new RecentNames(settings.rememberFor(), nanoTime);
        this.pace = new RegistrationPace(settings.registrationsPerMinute(), nanoTime);
        this.waiters = new OriginWaiters(this, timers, settings.maxWaiting());
    }

    /** What a new registration meets. */
    public enum Claim {
        FREE,
        HELD_BY_ANOTHER,
        FULL,
        TOO_OFTEN
    }

    /** Makes a name known: a producer sends to it. Every call is undone by one of {@link #removeKnown}. */
    public void addKnown(String name) {
        synchronized (lock) {
            named.merge(OriginName.require(name), 1, Integer::sum);
        }
    }

    public void removeKnown(String name) {
        synchronized (lock) {
            named.computeIfPresent(OriginName.require(name), (any, count) -> count > 1 ? count - 1 : null);
        }
    }

    /** Adds somebody who may know names, such as an authenticator's {@code lists}. */
    public void addLister(Predicate<String> lister) {
        listers.add(lister);
    }

    public void removeLister(Predicate<String> lister) {
        listers.remove(lister);
    }

    /** What is known of a name; one that breaks the rule for names is unknown. */
    @Override
    public Presence presence(String name) {
        String folded = OriginName.fold(name);
        if (folded == null) {
            return Presence.UNKNOWN;
        }
        List<OriginTunnel> tunnels = tunnels(folded);
        if (tunnels.stream().anyMatch(tunnel -> isOpen(tunnel.session()))) {
            return Presence.HERE;
        }
        return !tunnels.isEmpty() || isKnown(folded) ? Presence.AWAY : Presence.UNKNOWN;
    }

    @Override
    public @Nullable Session pick(String name, @Nullable Session except) {
        return pickBy(name, session -> session == except ? 0 : session.freeStreams());
    }

    /**
     * The session with the most room, as counted by {@code freeStreams}, and of equal ones the one with least to do;
     * but rather one of the same process whose event loop is the caller's thread.
     */
    @Override
    public @Nullable Session pickBy(String name, ToIntFunction<Session> freeStreams) {
        return best(name, freeStreams, any -> 0);
    }

    @Override
    public @Nullable Session pick(String name, @Nullable Session except, ToLongFunction<String> rank) {
        return best(name, session -> session == except ? 0 : session.freeStreams(), rank);
    }

    private @Nullable Session best(String name, ToIntFunction<Session> freeStreams, ToLongFunction<String> rank) {
        List<OriginTunnel> tunnels = tunnels(name);
        OriginTunnel best = null;
        int mostFree = 0;
        long highest = 0;
        for (OriginTunnel tunnel : tunnels) {
            Session session = tunnel.session();
            int free = free(session, freeStreams);
            long ranked = free > 0 ? rank.applyAsLong(tunnel.instance()) : 0;
            boolean isBetter = best == null
                    || ranked > highest
                    || (ranked == highest && isLessBusy(session, free, best.session(), mostFree));
            if (free > 0 && isBetter) {
                best = tunnel;
                mostFree = free;
                highest = ranked;
            }
        }
        return best == null ? null : onThisLoop(best, tunnels, freeStreams);
    }

    /**
     * Of several connections of one process those on the caller's loop are as good and faster, since nothing changes
     * threads; unless they have much more to do.
     */
    private static Session onThisLoop(
            OriginTunnel best, List<OriginTunnel> tunnels, ToIntFunction<Session> freeStreams) {
        boolean hasNoOther = tunnels.size() == 1 || best.instance().isEmpty();
        if (hasNoOther || best.session().eventLoop().inEventLoop()) {
            return best.session();
        }
        int atMost = 2 * best.session().openStreams() + MORE_TO_DO;
        Session here = null;
        int mostFree = 0;
        for (OriginTunnel tunnel : tunnels) {
            Session session = tunnel.session();
            boolean isAsGood = tunnel.instance().equals(best.instance())
                    && session.eventLoop().inEventLoop()
                    && session.openStreams() <= atMost;
            int free = isAsGood ? free(session, freeStreams) : 0;
            if (free > 0 && (here == null || isLessBusy(session, free, here, mostFree))) {
                here = session;
                mostFree = free;
            }
        }
        return here == null ? best.session() : here;
    }

    private static boolean isLessBusy(Session session, int free, Session other, int freeOfOther) {
        return free > freeOfOther || (free == freeOfOther && session.openStreams() < other.openStreams());
    }

    private static int free(Session session, ToIntFunction<Session> freeStreams) {
        return isOpen(session) ? freeStreams.applyAsInt(session) : 0;
    }

    /** Who does not answer may be gone: nothing new is sent there until it is heard again, or given up. */
    private static boolean isOpen(Session session) {
        return session.isAcceptingStreams() && !session.isOverdue();
    }

    @Override
    public String instanceOf(String name, Session session) {
        return tunnels(name).stream()
                .filter(tunnel -> tunnel.session() == session)
                .map(OriginTunnel::instance)
                .findFirst()
                .orElse("");
    }

    @Override
    public CompletableFuture<Session> await(String name, Duration patience) {
        return waiters.await(name, patience);
    }

    @Override
    public void slotMayBeFree(String name) {
        waiters.serve(name.toLowerCase(Locale.ROOT));
    }

    /** Requests that wait now. */
    public int waiting() {
        return waiters.size();
    }

    /** The tunnels of a name. */
    public List<OriginTunnel> tunnels(String name) {
        String folded = OriginName.fold(name);
        return folded == null ? List.of() : byName.getOrDefault(folded, List.of());
    }

    /** All tunnels. */
    public List<OriginTunnel> tunnels() {
        return byName.values().stream().flatMap(Collection::stream).toList();
    }

    /** Drains every tunnel; completes when all have ended. */
    public CompletionStage<Void> drain(Duration patience) {
        List<CompletableFuture<?>> ends = new ArrayList<>();
        for (OriginTunnel tunnel : tunnels()) {
            tunnel.session().drain(patience);
            ends.add(tunnel.session().whenEnded().toCompletableFuture());
        }
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
    }

    /** Sends everybody home who waits. Tunnels are left as they are. */
    @Override
    public void close() {
        waiters.close();
    }

    /** Whether such a registration is taken; asked once, before the origin is told that it was, and counted then. */
    public Claim claim(String name, Identity identity, PeerHello hello) {
        Claim standing = standing(name, identity, hello);
        if (standing != Claim.FREE) {
            return standing;
        }
        synchronized (lock) {
            if (!pace.wait(name, hello).isZero()) {
                return Claim.TOO_OFTEN;
            }
            pace.count(name, hello);
            return Claim.FREE;
        }
    }

    private Claim standing(String name, Identity identity, PeerHello hello) {
        int others = 0;
        for (OriginTunnel held : tunnels(name)) {
            if (!held.identity().equals(identity)) {
                return Claim.HELD_BY_ANOTHER;
            }
            others += held.isConnection(hello) ? 0 : 1;
        }
        return others >= settings.maxTunnelsPerName() ? Claim.FULL : Claim.FREE;
    }

    /** How long this connection has to wait before it may register again. */
    public Duration registrationWait(String name, PeerHello hello) {
        synchronized (lock) {
            return pace.wait(name, hello);
        }
    }

    /** Adds a tunnel, if its name is still free for it; the one it replaces drains. */
    public Claim register(OriginTunnel tunnel) {
        OriginTunnel replaced = null;
        List<OriginTunnel> after = new ArrayList<>();
        synchronized (lock) {
            Claim claim = standing(tunnel.name(), tunnel.identity(), tunnel.hello());
            if (claim != Claim.FREE) {
                return claim;
            }
            for (OriginTunnel held : tunnels(tunnel.name())) {
                if (held.isConnection(tunnel.hello())) {
                    replaced = held;
                } else {
                    after.add(held);
                }
            }
            after.add(tunnel);
            byName.put(tunnel.name(), List.copyOf(after));
            recent.seen(tunnel.name());
        }
        log.up(tunnel, after.size(), replaced != null);
        observer.originUp(tunnel);
        if (replaced != null) {
            observer.originDown(replaced, "replaced by a newer one");
            replaced.session().drain(settings.drainTimeout());
        }
        tunnel.session()
                .whenEnded()
                .whenComplete((end, failure) ->
                        remove(tunnel, end == null ? new SessionEnd(SessionEnd.By.LOST, "failed: " + failure) : end));
        waiters.serve(tunnel.name());
        return Claim.FREE;
    }

    private void remove(OriginTunnel tunnel, SessionEnd end) {
        int left;
        synchronized (lock) {
            List<OriginTunnel> after = new ArrayList<>(tunnels(tunnel.name()));
            if (!after.remove(tunnel)) {
                log.replacedDown(tunnel, end);
                return;
            }
            left = after.size();
            if (after.isEmpty()) {
                byName.remove(tunnel.name());
            } else {
                byName.put(tunnel.name(), List.copyOf(after));
            }
            recent.seen(tunnel.name());
        }
        log.down(tunnel, left, end);
        observer.originDown(tunnel, end.reason());
    }

    private boolean isKnown(String name) {
        synchronized (lock) {
            if (named.containsKey(name) || recent.contains(name)) {
                return true;
            }
        }
        return listers.stream().anyMatch(lister -> lister.test(name));
    }
}
