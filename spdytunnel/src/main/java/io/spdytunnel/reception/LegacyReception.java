package io.spdytunnel.reception;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.spdytunnel.directory.OriginDirectory;
import io.spdytunnel.directory.OriginTunnel;
import io.spdytunnel.directory.PeerHello;
import io.spdytunnel.session.Session;
import io.spdytunnel.spi.Identity;
import io.spdytunnel.spi.Verdict;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Admits origins of amahi/spdy-proxy, which have no proof: one at a time, and one a second, because they reconnect
 * without a pause. Thread-safe.
 */
final class LegacyReception {

    /**
     * An origin that answers a PING in this time keeps the name. Otherwise two origins would take it from each other
     * endlessly.
     */
    private static final Duration PING_PATIENCE = Duration.ofSeconds(2);

    private static final long PACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Registrations that wait for their turn, and hold a connection meanwhile. */
    private static final int MOST_WAITING = 4;

    private static final Identity ANY_LEGACY = Identity.of("legacy", "origin");

    private final LegacyOrigins origins;
    private final OriginDirectory directory;
    private final ScheduledExecutorService timers;
    private final LongSupplier nanoTime;
    private long nextTurn; // guarded by this

    LegacyReception(
            LegacyOrigins origins, OriginDirectory directory, ScheduledExecutorService timers, LongSupplier nanoTime) {
        this.origins = origins;
        this.directory = directory;
        this.timers = timers;
        this.nanoTime = nanoTime;
        this.nextTurn = nanoTime.getAsLong();
    }

    /** The name for such an origin; null if the request has another form, or comes from another address. */
    @Nullable
    String nameFor(HttpRequest request, InetSocketAddress remote) {
        boolean saysNothing = request.uri().equals("/")
                && !request.headers().contains(HttpHeaderNames.AUTHORIZATION)
                && !request.headers().contains(PeerHello.HEADER);
        return saysNothing && origins.from().test(remote.getAddress()) ? origins.name() : null;
    }

    /** Waits for a turn, and checks by PING whether the current holder of the name is still there. */
    CompletionStage<Verdict> admit() {
        long wait = takeTurn();
        if (wait < 0) {
            return CompletableFuture.completedFuture(new Verdict.Refused(
                    503,
                    "more than " + MOST_WAITING + " legacy origins want to register",
                    null,
                    Duration.ofSeconds(5)));
        }
        CompletableFuture<Verdict> verdict = new CompletableFuture<>();
        var unused = timers.schedule(() -> decide(verdict), wait, TimeUnit.NANOSECONDS);
        return verdict;
    }

    private synchronized long takeTurn() {
        long now = nanoTime.getAsLong();
        long turn = nextTurn - now < 0 ? now : nextTurn;
        if (turn - now > MOST_WAITING * PACE_NANOS) {
            return -1;
        }
        nextTurn = turn + PACE_NANOS;
        return turn - now;
    }

    private void decide(CompletableFuture<Verdict> verdict) {
        List<OriginTunnel> holders = directory.tunnels(origins.name());
        if (holders.isEmpty()) {
            verdict.complete(Verdict.accept(ANY_LEGACY));
            return;
        }
        Session holder = holders.get(0).session();
        var unused = holder.ping()
                .toCompletableFuture()
                .orTimeout(PING_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((echo, silent) -> verdict.complete(
                        silent == null
                                ? ReceptionDesk.refused(
                                        409, "the name " + origins.name() + " is held by an origin that answers PINGs")
                                : Verdict.accept(ANY_LEGACY)));
    }
}
