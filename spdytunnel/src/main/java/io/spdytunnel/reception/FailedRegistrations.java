package io.spdytunnel.reception;

import io.spdytunnel.net.AddressKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Slows down attackers who guess: after a number of failures in a minute, an address has to wait. Thread-safe.
 *
 * <p>Each address has a bucket that fills up again evenly. Only the addresses that failed last are remembered, so that
 * a flood from many of them costs no more than some memory.
 */
final class FailedRegistrations {

    private static final int MAX_ADDRESSES = 10_000;
    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

    private final int perMinute;
    private final LongSupplier nanoTime;
    private final Map<AddressKey, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    /** @param perMinute 0 for no limit */
    FailedRegistrations(int perMinute, LongSupplier nanoTime) {
        this.perMinute = perMinute;
        this.nanoTime = nanoTime;
    }

    /** How long this address has to wait before its next registration; zero if it need not wait. */
    synchronized Duration penalty(AddressKey address) {
        Bucket bucket = buckets.get(address);
        if (bucket == null || perMinute == 0) {
            return Duration.ZERO;
        }
        bucket.refill();
        if (bucket.tokens >= 1) {
            return Duration.ZERO;
        }
        double missing = (1 - bucket.tokens) * MINUTE_NANOS / perMinute;
        return Duration.ofNanos((long) Math.ceil(missing));
    }

    synchronized void count(AddressKey address) {
        Bucket bucket = buckets.computeIfAbsent(address, any -> new Bucket());
        bucket.refill();
        bucket.tokens = Math.max(0, bucket.tokens - 1);
        if (buckets.size() > MAX_ADDRESSES) {
            buckets.remove(buckets.keySet().iterator().next());
        }
    }

    private final class Bucket {
        double tokens = perMinute;
        long filledAt = nanoTime.getAsLong();

        void refill() {
            long now = nanoTime.getAsLong();
            tokens = Math.min(perMinute, tokens + (double) (now - filledAt) * perMinute / MINUTE_NANOS);
            filledAt = now;
        }
    }
}
