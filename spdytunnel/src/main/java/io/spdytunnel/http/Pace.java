package io.spdytunnel.http;

import io.spdytunnel.spi.Api;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How fast the bodies of one origin may flow, all of them together. Thread-safe.
 *
 * <p>Bytes are counted after they have passed, and the debt decreases with time. Bodies count in small portions, one at
 * a time, so that bodies that share a pace get equal turns.
 */
@Api
public final class Pace {

    /** Bytes that were not used in one second may be used in the next. */
    private static final long SPARE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int PORTIONS_PER_SECOND = 10;
    private static final int MIN_PORTION = 1024;
    private static final int MAX_PORTION = 1024 * 1024;

    private final double nanosPerByte;
    private final int portion;
    private final LongSupplier nanoTime;
    private long paidAt;

    /** @param bytesPerSecond at least 1024 */
    public Pace(long bytesPerSecond, LongSupplier nanoTime) {
        if (bytesPerSecond < MIN_PORTION) {
            throw new IllegalArgumentException(
                    "bytesPerSecond is " + bytesPerSecond + "; it must be at least " + MIN_PORTION);
        }
        this.nanosPerByte = (double) TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
        this.portion = (int) Math.min(MAX_PORTION, Math.max(MIN_PORTION, bytesPerSecond / PORTIONS_PER_SECOND));
        this.nanoTime = nanoTime;
        this.paidAt = nanoTime.getAsLong() - SPARE_NANOS;
    }

    /** The number of bytes that are counted at a time. */
    int portion() {
        return portion;
    }

    /** Counts bytes, and returns the nanoseconds until they are within the pace; 0 if they are already. */
    synchronized long take(int bytes) {
        long now = nanoTime.getAsLong();
        if (now - paidAt > SPARE_NANOS) {
            paidAt = now - SPARE_NANOS;
        }
        paidAt += (long) (bytes * nanosPerByte);
        return Math.max(0, paidAt - now);
    }

    /** The time until all counted bytes are within the pace. */
    public synchronized Duration owed() {
        return Duration.ofNanos(Math.max(0, paidAt - nanoTime.getAsLong()));
    }
}
