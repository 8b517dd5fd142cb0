package io.spdytunnel.session;

import static io.spdytunnel.session.MemoryBudget.STREAM_BYTES;

/**
 * How much the peer may send on one stream, and how this window grows (SPDY/3.1 2.6.8).
 *
 * <p>The window's size is always this sum, and all of it is taken from the memory budget:
 *
 * <pre>
 *     size = credit (promised to the peer) + held (received, not consumed) + unannounced (consumed, not promised yet)
 * </pre>
 *
 * <p>It starts with 64 KiB, which were reserved when the stream was admitted. If a reader consumes a whole window
 * within {@link #QUICK_NANOS}, the window's size is doubled, as long as the budget lends, because then the window may
 * be what limits the stream. For the first MiB the window stays at 96 KiB: these bytes may lie in socket buffers,
 * although the visitor reads nothing. If the budget runs short, a window above 64 KiB gives back the bytes that are
 * consumed, until it has 64 KiB again. Bytes that are held when the stream ends are given back as they are consumed.
 *
 * <p>If the layer above knows how much is still to come, no more room than that is announced. More would have no use,
 * and some peers forget a stream before its end has left, and reject a WINDOW_UPDATE for it.
 *
 * <p>Confined to the session's event loop.
 */
public final class ReceiveWindow {

    /** If a window is consumed in this time, it is doubled. This covers round trips of half a second at full speed. */
    static final long QUICK_NANOS = 500_000_000L;

    /**
     * Room is announced once it is this share (1/8) of the window. Room that is not announced is unused for a whole
     * round trip. With 1/2, that was almost half a window, and a film over a long distance had half the speed.
     */
    private static final int ANNOUNCED_SHARE = 8;

    /** Less room than this, half of a first window, is not announced: the peer's next frame could be as small. */
    private static final int WORTH_AN_UPDATE = STREAM_BYTES / 2;

    /**
     * Room is announced at the latest after this time. Otherwise a reader with a large window that has become slow
     * would leave its sender without an update for minutes. The time is much less than a second, because such a
     * reader's kernel reads in bursts about a second apart, and the first update of a burst may come just too early.
     */
    private static final long ANNOUNCE_NANOS = 250_000_000L;

    /**
     * The bytes that the kernels at both ends of a visitor's connection may take although the visitor reads nothing.
     */
    public static final int UNPROVEN_BYTES = 1 << 20;

    /** The window's largest size until more than {@link #UNPROVEN_BYTES} are consumed. */
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

    /** A window whose first 64 KiB the caller has taken from the budget. This window gives them back. */
    public ReceiveWindow(MemoryBudget budget, int maxSize, long nowNanos) {
        this.budget = budget;
        this.maxSize = maxSize;
        this.announcedAt = nowNanos;
        this.roundBegan = nowNanos;
    }

    /** A window of size 0, without budget, for a stream on which the peer may not send. */
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
     * Makes room for bytes that came beyond the window. The room is given back as they are consumed. Returns false, and
     * changes nothing, if the budget does not lend the bytes.
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

    /** The number of bytes that were received beyond the window. */
    public int overdrawn() {
        return overdrawn;
    }

    /** Says that no more than these bytes are still to come. */
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
     * Takes back the room of bytes that are consumed.
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

    /** Called when the stream has ended: nothing more will be received. Held bytes stay counted in the budget. */
    public void close() {
        if (!over) {
            over = true;
            budget.giveBack(size - held);
        }
    }

    /** Gives back the held bytes at once, because they will not be reported as consumed. */
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
