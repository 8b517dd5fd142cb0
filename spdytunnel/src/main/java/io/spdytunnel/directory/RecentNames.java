package io.spdytunnel.directory;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Names that were connected lately. Guarded by the directory's lock. */
final class RecentNames {

    /** The limit is needed, because the holder of a token for any name can register any number of names. */
    private static final int MAX_NAMES = 10_000;

    private final long rememberNanos;
    private final LongSupplier nanoTime;
    private final Map<String, Long> lastSeen = new LinkedHashMap<>(16, 0.75f, true);

    RecentNames(Duration rememberFor, LongSupplier nanoTime) {
        this.rememberNanos = rememberFor.toNanos();
        this.nanoTime = nanoTime;
    }

    void seen(String name) {
        lastSeen.put(name, nanoTime.getAsLong());
        if (lastSeen.size() > MAX_NAMES) {
            lastSeen.remove(lastSeen.keySet().iterator().next());
        }
    }

    boolean contains(String name) {
        Long at = lastSeen.get(name);
        if (at == null) {
            return false;
        }
        boolean isRecent = nanoTime.getAsLong() - at < rememberNanos;
        if (!isRecent) {
            lastSeen.remove(name);
        }
        return isRecent;
    }
}
