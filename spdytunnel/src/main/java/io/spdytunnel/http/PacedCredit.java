package io.spdytunnel.http;

import io.netty.channel.EventLoop;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Delays the credit of one body as its {@link Pace} requires, so that its source sends more slowly and no thread waits.
 * Confined to an event loop; one timer at a time.
 */
final class PacedCredit {

    private final EventLoop loop;
    private final @Nullable Pace pace;
    private final IntConsumer release;

    private int held;
    private int paying;
    private boolean ended;
    private @Nullable Future<?> timer;

    /**
     * @param pace null for none
     * @param release gets each byte's credit exactly once
     */
    PacedCredit(EventLoop loop, @Nullable Pace pace, IntConsumer release) {
        this.loop = loop;
        this.pace = pace;
        this.release = release;
    }

    void consumed(int bytes) {
        if (pace == null) {
            release.accept(bytes);
        } else if (ended) {
            pace.take(bytes);
            release.accept(bytes);
        } else {
            held += bytes;
            if (timer == null) {
                releaseWhatIsPaid(pace);
            }
        }
    }

    private void releaseWhatIsPaid(Pace pace) {
        while (held > 0 && !ended) {
            int part = Math.min(held, pace.portion());
            long wait = pace.take(part);
            if (wait > 0) {
                paying = part;
                timer = loop.schedule(() -> paid(pace, part), wait, TimeUnit.NANOSECONDS);
                return;
            }
            held -= part;
            release.accept(part);
        }
    }

    private void paid(Pace pace, int part) {
        timer = null;
        paying = 0;
        held -= part;
        release.accept(part);
        releaseWhatIsPaid(pace);
    }

    /** The stream has ended: releases all delayed credit. */
    void end() {
        ended = true;
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
        int rest = held;
        held = 0;
        if (rest > 0 && pace != null) {
            pace.take(rest - paying); // the rest of it was counted when the timer was set
            release.accept(rest);
        }
    }
}
