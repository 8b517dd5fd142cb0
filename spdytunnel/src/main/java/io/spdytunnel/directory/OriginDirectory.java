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
 * The connected origins by name, and their tunnels. Thread-safe.
 *
 * <p>A name belongs to one identity as long as that identity has a tunnel. The authenticator decides the identity; the
 * name alone never does. A tunnel is removed by object identity, so that the late end of an old tunnel cannot remove
 * its successor.
 */
@Api
public final class OriginDirectory implements SessionSource, OriginWaiters.Slots, AutoCloseable {

    /**
     * A session on the caller's loop is chosen if it has at most twice the streams of the best session plus this
     * number.
     */
    private static final int MORE_TO_DO = 8;

    private final DirectorySettings settings;
    private final OriginObserver observer;
    private final TunnelLog log;
    private final RecentNames recent;
    private final OriginWaiters waiters;
    private final RegistrationPace pace; // guarded by the lock
    private final List<Predicate<String>> listers = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> named = new HashMap<>();
    /** Every request reads it without a lock. Writers hold the lock, and replace whole lists. */
    private final Map<String, List<OriginTunnel>> byName = new ConcurrentHashMap<>();

    private final Object lock = new Object();

    /** @param timers ends waits; an event loop is sufficient */
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

    /** The result of a new registration. */
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

    /** Adds a source of known names, such as an authenticator's {@code lists}. */
    public void addLister(Predicate<String> lister) {
        listers.add(lister);
    }

    public void removeLister(Predicate<String> lister) {
        listers.remove(lister);
    }

    /** What is known about a name. A name that breaks the rule for names is unknown. */
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
     * The session with the most free streams, as counted by {@code freeStreams}, and among equal ones the least busy
     * one. A session of the same process whose event loop is the caller's thread is preferred.
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
     * Among several connections of one process, one on the caller's loop is preferred: it needs no thread change. Not
     * if it is much busier.
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

    /** A session whose PING is overdue gets no new requests until something is received, or the session ends. */
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

    /** Fails all requests that wait. Does not change tunnels. */
    @Override
    public void close() {
        waiters.close();
    }

    /**
     * Whether such a registration is accepted. Called once, before the origin gets the answer; the call is counted.
     */
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

    /** Adds a tunnel, if its name is still free for it. A tunnel that it replaces is drained. */
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
