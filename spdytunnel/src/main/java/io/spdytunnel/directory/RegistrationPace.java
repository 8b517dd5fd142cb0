package io.spdytunnel.directory;

import io.spdytunnel.session.TokenBucket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Limits how often one connection of one instance of an origin may register: an end that reconnects in a loop costs a
 * TLS handshake each time. Guarded by the directory's lock.
 */
final class RegistrationPace {

    private static final int MAX_CONNECTIONS = 10_000;
    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

    private record Key(String name, String instance, int connection) {}

    private final int perMinute;
    private final LongSupplier nanoTime;
    private final Map<Key, TokenBucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    /** @param perMinute 0 for no limit */
    RegistrationPace(int perMinute, LongSupplier nanoTime) {
        this.perMinute = perMinute;
        this.nanoTime = nanoTime;
    }

    /** How long this connection has to wait before it may register again; zero if it need not. */
    Duration wait(String name, PeerHello hello) {
        TokenBucket bucket = perMinute == 0 ? null : buckets.get(key(name, hello));
        return bucket == null ? Duration.ZERO : Duration.ofNanos(bucket.nanosUntil(1, nanoTime.getAsLong()));
    }

    /** Counts a registration. */
    void count(String name, PeerHello hello) {
        if (perMinute == 0) {
            return;
        }
        long now = nanoTime.getAsLong();
        var unused = buckets.computeIfAbsent(key(name, hello), any -> new TokenBucket(perMinute, MINUTE_NANOS, now))
                .take(now);
        if (buckets.size() > MAX_CONNECTIONS) {
            buckets.remove(buckets.keySet().iterator().next());
        }
    }

    private static Key key(String name, PeerHello hello) {
        return new Key(name, hello.instance(), hello.connection());
    }
}
