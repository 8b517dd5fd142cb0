package io.spdytunnel.session;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The one pool from which all sessions of a component may promise room for bodies.
 *
 * <p>What stands against it is what peers were allowed to send (credit) and what they sent and nobody has consumed yet.
 * Every admitted stream's first {@link #STREAM_BYTES} are reserved before it is opened; growth beyond is lent while
 * there is some. Thread-safe.
 */
public final class MemoryBudget {

    /** What each stream is given to begin with: the initial window of SPDY/3.1 2.6.8. */
    public static final int STREAM_BYTES = 64 * 1024;

    private final long limit;
    private final AtomicLong used = new AtomicLong();

    /** @param limit in bytes; room for at least one stream */
    public MemoryBudget(long limit) {
        if (limit < STREAM_BYTES) {
            throw new IllegalArgumentException("memoryBudget is " + limit + " bytes; at least " + STREAM_BYTES
                    + " are needed, the first window of one stream");
        }
        this.limit = limit;
    }

    /** Takes {@code bytes}, or nothing. Returns whether they were there. */
    public boolean take(long bytes) {
        while (true) {
            long before = used.get();
            if (before + bytes > limit) {
                return false;
            }
            if (used.compareAndSet(before, before + bytes)) {
                return true;
            }
        }
    }

    /** Gives back what was taken. */
    public void giveBack(long bytes) {
        long after = used.addAndGet(-bytes);
        if (after < 0) {
            throw new IllegalStateException("gave back " + bytes + " bytes, " + -after + " more than were taken");
        }
    }

    public long limit() {
        return limit;
    }

    /** Bytes promised or held now. */
    public long used() {
        return used.get();
    }
}
