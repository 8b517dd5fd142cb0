package io.spdytunnel.limits;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The meters of all origins that have limits. Thread-safe.
 *
 * <p>Only known names get a meter, and unused meters are removed, so the directory's limit of names holds for meters
 * too.
 */
public final class OriginMeters {

    private static final int FIRST_SWEEP = 256;

    private record Key(String name, OriginLimits limits) {}

    private final LongSupplier nanoTime;
    private final Map<Key, OriginMeter> meters = new HashMap<>();
    private int sweepAt = FIRST_SWEEP;

    public OriginMeters(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    public synchronized OriginMeter of(String name, OriginLimits limits) {
        OriginMeter meter = meters.computeIfAbsent(
                new Key(name, limits), made -> new OriginMeter(made.name(), made.limits(), nanoTime));
        if (meters.size() > sweepAt) {
            meters.values().removeIf(other -> other != meter && other.isUnused());
            sweepAt = Math.max(FIRST_SWEEP, 2 * meters.size());
        }
        return meter;
    }

    public synchronized int size() {
        return meters.size();
    }
}
