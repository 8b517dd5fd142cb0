package io.spdytunnel.session;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The event loop's own time, so that whoever turns the loop's clock turns ours.
 *
 * <p>Netty 4.1 does not show a loop's ticker, but a scheduled task knows how far away it is: one that is never reached
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
