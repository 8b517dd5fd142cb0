package io.spdytunnel.session;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The event loop's own time, so that a test that sets the loop's clock sets this one too.
 *
 * <p>Netty 4.1 does not show a loop's ticker, but a scheduled task knows its remaining delay. So a task that never runs
 * makes a clock.
 */
public final class LoopClock {

    private static final long FAR_DAYS = 36_500;

    private final ScheduledFuture<?> far;
    private final long total;

    public LoopClock(EventLoop loop) {
        this.far = loop.schedule(() -> {}, FAR_DAYS, TimeUnit.DAYS);
        this.total = TimeUnit.DAYS.toNanos(FAR_DAYS);
    }

    /** Nanoseconds since this clock was made. */
    public long nanos() {
        return total - far.getDelay(TimeUnit.NANOSECONDS);
    }

    public void stop() {
        far.cancel(false);
    }
}
