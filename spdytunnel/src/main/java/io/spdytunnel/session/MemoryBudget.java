package io.spdytunnel.session;

import io.spdytunnel.spi.Api;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The pool of memory for bodies that all sessions of a component share.
 *
 * <p>It counts the bytes that peers may send (credit), and the bytes that were received and are not consumed yet. The
 * first {@link #STREAM_BYTES} of each stream are reserved before the stream is opened. Larger windows are lent as long
 * as the budget has room. Thread-safe.
 */
@Api
public final class MemoryBudget {

    /** The first window of each stream: the initial window of SPDY/3.1 2.6.8. */
    public static final int STREAM_BYTES = 64 * 1024;

    /** The last eighth is for first windows only, so that visitors with large transfers do not block others. */
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

    /** Takes {@code bytes} for a first window, or nothing. Returns whether there was room. */
    public boolean take(long bytes) {
        return take(bytes, limit);
    }

    /**
     * Takes {@code bytes} for a window's growth, or nothing. Returns whether there was room beyond the share of first
     * windows.
     */
    boolean lend(long bytes) {
        return take(bytes, growthLimit());
    }

    /** Whether nothing can be lent, so that lent bytes have to be given back. */
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

    /** The number of first windows that there is room for now. */
    public int roomForStreams() {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(0, limit - used.get()) / STREAM_BYTES);
    }

    /** The number of first windows that the whole budget has room for. */
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
