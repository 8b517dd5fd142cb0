package io.spdytunnel.session;

import io.spdytunnel.spi.Api;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The one pool from which all sessions of a component may promise room for bodies.
 *
 * <p>What stands against it is what peers were allowed to send (credit) and what they sent and nobody has consumed yet.
 * Every admitted stream's first {@link #STREAM_BYTES} are reserved before it is opened; growth beyond is lent while
 * there is some. Thread-safe.
 */
@Api
public final class MemoryBudget {

    /** What each stream is given to begin with: the initial window of SPDY/3.1 2.6.8. */
    public static final int STREAM_BYTES = 64 * 1024;

    /** The last eighth is for first windows only, so that visitors with much to read do not shut others out. */
    private static final int SHARE_KEPT_FOR_FIRST_WINDOWS = 8;

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

    /** Takes {@code bytes} for a first window, or nothing. Returns whether they were there. */
    public boolean take(long bytes) {
        return take(bytes, limit);
    }

    /** Takes {@code bytes} for a window's growth, or nothing. Returns whether there was room beside first windows. */
    boolean lend(long bytes) {
        return take(bytes, growthLimit());
    }

    /** Whether nothing can be lent, so that what was lent has to come back. */
    boolean isShort() {
        return used.get() > growthLimit() - STREAM_BYTES;
    }

    private long growthLimit() {
        return limit - limit / SHARE_KEPT_FOR_FIRST_WINDOWS;
    }

    private boolean take(long bytes, long upTo) {
        while (true) {
            long before = used.get();
            if (before + bytes > upTo) {
                return false;
            }
            if (used.compareAndSet(before, before + bytes)) {
                return true;
            }
        }
    }

    /** Gives back what was taken or lent. */
    public void giveBack(long bytes) {
        long after = used.addAndGet(-bytes);
        if (after < 0) {
            throw new IllegalStateException("gave back " + bytes + " bytes, " + -after + " more than were taken");
        }
    }

    /** How many first windows there is room for now. */
    public int roomForStreams() {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(0, limit - used.get()) / STREAM_BYTES);
    }

    /** How many first windows there is room for when nothing else is taken. */
    public int streamLimit() {
        return (int) Math.min(Integer.MAX_VALUE, limit / STREAM_BYTES);
    }

    public long limit() {
        return limit;
    }

    /** Bytes promised or held now. */
    public long used() {
        return used.get();
    }
}
