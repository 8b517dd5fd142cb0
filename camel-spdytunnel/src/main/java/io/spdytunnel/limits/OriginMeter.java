package io.spdytunnel.limits;

import io.spdytunnel.http.Pace;
import io.spdytunnel.http.RequestNotSent;
import io.spdytunnel.session.TokenBucket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** Counts the requests and bytes of one origin against its limits. Thread-safe. */
public final class OriginMeter {

    /** More is owed only if many bodies share one pace, or if small bodies come faster than the pace. */
    private static final Duration MOST_OWED = Duration.ofSeconds(10);

    private final String name;
    private final OriginLimits limits;
    private final LongSupplier nanoTime;
    private final @Nullable TokenBucket requests;
    private final @Nullable Pace pace;
    private int underWay;

    OriginMeter(String name, OriginLimits limits, LongSupplier nanoTime) {
        this.name = name;
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.requests = limits.requestsPerPeriod() == 0
                ? null
                : new TokenBucket(limits.requestsPerPeriod(), limits.period().toNanos(), nanoTime.getAsLong());
        this.pace = limits.bytesPerSecond() == 0 ? null : new Pace(limits.bytesPerSecond(), nanoTime);
    }

    /**
     * Admits one request; {@link #leave} ends it.
     *
     * @throws RequestNotSent 503 if too many requests are under way, 429 if too many requests or bytes came lately
     */
    public synchronized void enter() throws RequestNotSent {
        if (limits.maxConcurrentRequests() > 0 && underWay >= limits.maxConcurrentRequests()) {
            throw new RequestNotSent(
                    503,
                    Duration.ofSeconds(1),
                    "origin " + name + " has " + underWay + " requests under way, which is the limit"
                            + " (maxConcurrentRequests)");
        }
        Duration owed = pace == null ? Duration.ZERO : pace.owed();
        if (owed.compareTo(MOST_OWED) > 0) {
            throw new RequestNotSent(
                    429,
                    owed.minus(MOST_OWED).plusSeconds(1),
                    "origin " + name + " is " + owed.toSeconds() + " s ahead of its limit (bytesPerSecond); try again"
                            + " later");
        }
        long now = nanoTime.getAsLong();
        if (requests != null && !requests.take(now)) {
            throw new RequestNotSent(
                    429,
                    roundedUp(requests.nanosUntil(1, now)),
                    "origin " + name + " has used up its " + limits.requestsPerPeriod() + " requests per "
                            + limits.period().toSeconds() + " s (requestsPerPeriod); try again later");
        }
        underWay++;
    }

    public synchronized void leave() {
        underWay--;
    }

    @Nullable
    public Pace pace() {
        return pace;
    }

    synchronized int underWay() {
        return underWay;
    }

    /** Whether a new meter would have the same state. */
    synchronized boolean isUnused() {
        return underWay == 0
                && (requests == null || requests.nanosUntil(Integer.MAX_VALUE, nanoTime.getAsLong()) == 0)
                && (pace == null || pace.owed().isZero());
    }

    /** Tells what is left, in the headers of draft-ietf-httpapi-ratelimit-headers-06; seconds are rounded up. */
    public synchronized void tellIn(Message reply) {
        if (requests == null) {
            return;
        }
        long now = nanoTime.getAsLong();
        int most = limits.requestsPerPeriod();
        reply.setHeader("RateLimit-Limit", String.valueOf(most));
        reply.setHeader("RateLimit-Policy", most + ";w=" + limits.period().toSeconds());
        reply.setHeader("RateLimit-Remaining", String.valueOf(requests.left(now)));
        reply.setHeader(
                "RateLimit-Reset",
                String.valueOf(roundedUp(requests.nanosUntil(most, now)).toSeconds()));
    }

    private static Duration roundedUp(long nanos) {
        long second = TimeUnit.SECONDS.toNanos(1);
        return Duration.ofSeconds((nanos + second - 1) / second);
    }
}
