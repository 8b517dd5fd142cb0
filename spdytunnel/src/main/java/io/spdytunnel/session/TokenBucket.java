package io.spdytunnel.session;

/** Allows a number of events at once, and the same number again over a period, evenly. */
public final class TokenBucket {

    private final double capacity;
    private final long periodNanos;
    private double tokens;
    private long refilledAt;

    /** @param capacity number of events at once; the caller passes the time */
    public TokenBucket(int capacity, long periodNanos, long nowNanos) {
        this.capacity = capacity;
        this.periodNanos = periodNanos;
        this.tokens = capacity;
        this.refilledAt = nowNanos;
    }

    /** Returns whether one more event is allowed now. */
    public boolean take(long nowNanos) {
        refill(nowNanos);
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }

    /** How many events are allowed at once now. */
    public int left(long nowNanos) {
        refill(nowNanos);
        return (int) tokens;
    }

    /** How long until so many are allowed at once; 0 if they are now. */
    public long nanosUntil(int events, long nowNanos) {
        refill(nowNanos);
        return (long) Math.ceil(Math.max(0, Math.min(events, capacity) - tokens) / capacity * periodNanos);
    }

    private void refill(long nowNanos) {
        double earned = (double) (nowNanos - refilledAt) / periodNanos * capacity;
        tokens = Math.min(capacity, tokens + earned);
        refilledAt = nowNanos;
    }
}
