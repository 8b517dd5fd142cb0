package io.spdytunnel.front;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one deadline of a connection, moved with every piece of a body and hardly ever reached. So moving it costs a look
 * at the clock; the timer behind it fires every few seconds at most and finds out that the deadline has moved on.
 *
 * <p>The clock is the event loop's: a timer knows how much of its delay is left. Confined to the event loop.
 */
final class Deadline {

    /** A timer never sleeps for longer, so that a closer deadline seldom needs another timer. */
    private static final long LONGEST_STEP_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long NEVER = Long.MAX_VALUE;

    private final EventExecutor loop;
    private final Runnable reached;

    private @Nullable ScheduledFuture<?> timer;

    // Both count from the moment at which the timer was started.
    private long step;
    private long due = NEVER;

    Deadline(EventExecutor loop, Runnable reached) {
        this.loop = loop;
        this.reached = reached;
    }

    /** Moves the deadline to {@code fromNow}. */
    void in(Duration fromNow) {
        long nanos = fromNow.toNanos();
        ScheduledFuture<?> running = timer;
        if (running == null) {
            start(nanos);
            return;
        }
        due = step - running.getDelay(TimeUnit.NANOSECONDS) + nanos;
        if (due < step) {
            running.cancel(false);
            start(nanos);
        }
    }

    /** No deadline until the next call of {@link #in}. */
    void none() {
        due = NEVER;
    }

    /** No deadline, and no timer either. */
    void cancel() {
        due = NEVER;
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void start(long nanos) {
        due = nanos;
        step = Math.min(nanos, LONGEST_STEP_NANOS);
        timer = loop.schedule(this::fired, step, TimeUnit.NANOSECONDS);
    }

    private void fired() {
        timer = null;
        if (due == NEVER) {
            return;
        }
        long left = due - step;
        if (left > 0) {
            start(left);
        } else {
            due = NEVER;
            reached.run();
        }
    }
}
