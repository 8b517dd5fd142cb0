package io.spdytunnel.session;

import static io.spdytunnel.session.MemoryBudget.STREAM_BYTES;

/**
 * How much the peer may send on one stream, and how that is earned (SPDY/3.1 2.6.8).
 *
 * <p>The window's size is at any time the sum of four things, and all of it is taken from the memory budget:
 *
 * <pre>
 *     size = credit (promised to the peer) + held (received, not consumed) + unannounced (consumed, not promised yet)
 * </pre>
 *
 * <p>It starts with 64 KiB, which were reserved when the stream was admitted. A reader who consumes a whole window
 * within {@link #QUICK_NANOS} gets one of twice the size, as long as the budget lends: only then it may be the window
 * that holds the stream up. Of the first MiB nobody knows who reads: as much may lie in the sockets of a visitor who never
 * does, and until then the window stays at 96 KiB. When the budget runs short, whoever has more than 64 KiB gives back what
 * it consumes, until it is at 64 KiB again. Bytes still held when the stream ends are given back as they are consumed.
 *
 * <p>Where the floor above knows how much is still to come, no room is announced beyond that: it would be of no use, and
 * there are peers that forget a stream before its end has left, and object to a WINDOW_UPDATE for it.
 *
 * <p>Confined to the session's event loop.
 */
public final class ReceiveWindow {

    /** Consuming a window in this time doubles it: covers round trips of half a second at full speed. */
    static final long QUICK_NANOS = 500_000_000L;

    /**
     * Room is announced once it is this share of the window. What stays unannounced when all has arrived that the peer
     * could send is of no use for a whole round trip: with halves that was almost half a window, and a film over a long
     * way went at half its pace.
     */
    private static final int ANNOUNCED_SHARE = 8;

    /** Less is not worth an update, whose answer may be as small: half of a first window. */
    private static final int WORTH_AN_UPDATE = STREAM_BYTES / 2;

    /**
     * Room is announced not later than this: a reader who has earned a large window and turned slow would else leave its
     * sender without a sign of life for minutes. Much less than a second, since what such a reader takes comes in bursts that
     * are as long apart, by the ways of its kernel, and the first one of each may come just too early.
     */
    private static final long ANNOUNCE_NANOS = 250_000_000L;

    /** What the kernels at both ends of a visitor's connection may take, though the visitor reads nothing. */
    public static final int UNPROVEN_BYTES = 1 << 20;

    /** The window's largest size until more than that is consumed. */
    public static final int UNPROVEN_SIZE = STREAM_BYTES + STREAM_BYTES / 2;

    private final MemoryBudget budget;
    private final int maxSize;

    private int size = STREAM_BYTES;
    private int credit = STREAM_BYTES;
    private int held;
    private int unannounced;
    private int overdrawn;
    private long toCome = Long.MAX_VALUE;
    private boolean over;

    private long announcedAt;
    private long roundBegan;
    private int consumedThisRound;
    private int consumedUnproven;

    /** A window whose first 64 KiB the caller has taken from the budget; they are this window's to give back. */
    public ReceiveWindow(MemoryBudget budget, int maxSize, long nowNanos) {
        this.budget = budget;
        this.maxSize = maxSize;
        this.announcedAt = nowNanos;
        this.roundBegan = nowNanos;
    }

    /** No window, and nothing of the budget: for a stream on which the peer may not send. */
    public static ReceiveWindow none(MemoryBudget budget) {
        ReceiveWindow window = new ReceiveWindow(budget, 0, 0);
        window.size = 0;
        window.credit = 0;
        window.over = true;
        return window;
    }

    /** Counts received bytes as held. Returns false, and changes nothing, if the peer had no room for them. */
    public boolean use(int bytes) {
        if (bytes > credit) {
            return false;
        }
        credit -= bytes;
        held += bytes;
        toCome -= bytes;
        return true;
    }

    /**
     * Makes room for bytes that came without any; it goes back as they are consumed. Returns false, and changes nothing,
     * if the budget does not lend it.
     */
    public boolean overdraw(int bytes) {
        if (!budget.lend(bytes)) {
            return false;
        }
        overdrawn += bytes;
        size += bytes;
        credit += bytes;
        return true;
    }

    /** How much of the window is not the peer's by right. */
    public int overdrawn() {
        return overdrawn;
    }

    /** No more than this is still to come. */
    public void expects(long bytes) {
        toCome = bytes;
    }

    public int credit() {
        return credit;
    }

    int size() {
        return size;
    }

    public int held() {
        return held;
    }

    /**
     * Takes back room for bytes that nobody holds any longer.
     *
     * @return what to announce to the peer now, or 0
     */
    public int consumed(int bytes, long nowNanos) {
        if (bytes < 0 || bytes > held) {
            throw new IllegalStateException(bytes + " bytes consumed, but only " + held + " were held");
        }
        held -= bytes;
        int repaid = Math.min(bytes, overdrawn);
        overdrawn -= repaid;
        if (over) {
            budget.giveBack(bytes);
            return 0;
        }
        unannounced += bytes;
        giveBackUnannounced(repaid);
        if (credit >= toCome) {
            giveBackUnannounced(unannounced);
            return 0;
        }
        if (size > STREAM_BYTES && budget.isShort()) {
            shrink();
        } else {
            earn(bytes, nowNanos);
        }
        boolean due = unannounced >= Math.max(WORTH_AN_UPDATE, size / ANNOUNCED_SHARE)
                || nowNanos - announcedAt >= ANNOUNCE_NANOS;
        return due ? announce(nowNanos) : 0;
    }

    /** The stream is over: nothing more will be received. What is held stays taken from the budget. */
    public void close() {
        if (!over) {
            over = true;
            budget.giveBack(size - held);
        }
    }

    /** Nobody will report what is held: gives it back at once. */
    public void writeOff() {
        close();
        budget.giveBack(held);
        held = 0;
        overdrawn = 0;
    }

    private int announce(long nowNanos) {
        announcedAt = nowNanos;
        int update = unannounced;
        unannounced = 0;
        credit += update;
        return update;
    }

    private void shrink() {
        giveBackUnannounced(Math.min(unannounced, size - STREAM_BYTES));
        consumedThisRound = 0;
    }

    private void giveBackUnannounced(int bytes) {
        unannounced -= bytes;
        size -= bytes;
        budget.giveBack(bytes);
    }

    private void earn(int bytes, long nowNanos) {
        if (consumedThisRound == 0 || nowNanos - roundBegan > QUICK_NANOS) {
            roundBegan = nowNanos;
            consumedThisRound = 0;
        }
        consumedThisRound += bytes;
        consumedUnproven = Math.min(UNPROVEN_BYTES, consumedUnproven + bytes);
        if (consumedThisRound < size) {
            return;
        }
        consumedThisRound = 0;
        int most = consumedUnproven < UNPROVEN_BYTES ? Math.min(maxSize, UNPROVEN_SIZE) : maxSize;
        int more = Math.min(size, most - size);
        if (more > 0 && budget.lend(more)) {
            size += more;
            unannounced += more;
        }
    }
}
