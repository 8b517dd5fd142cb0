package io.spdytunnel.http;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Detects that no byte has moved for too long. It checks four times per limit instead of storing the time of each byte,
 * so the timeout comes after 1 to 1.25 times the limit. Confined to its event loop.
 */
public final class CallTimer {

    private static final int LOOKS = 4;

    private final EventLoop loop;
    private final Consumer<Duration> onTimeout;

    private Duration limit = Duration.ZERO;
    private @Nullable ScheduledFuture<?> next;
    private int quietLooks;

    /** @param onTimeout called once, with the limit that was reached */
    public CallTimer(EventLoop loop, Consumer<Duration> onTimeout) {
        this.loop = loop;
        this.onTimeout = onTimeout;
    }

    /** Restarts with this limit; zero means no limit. */
    public void restart(Duration limit) {
        Duration before = this.limit;
        this.limit = limit;
        this.quietLooks = 0;
        if (limit.isZero()) {
            stop();
        } else if (next == null) {
            schedule();
        } else if (before.compareTo(limit) > 0) { // else the look that is due comes early, which changes nothing
            stop();
            schedule();
        }
    }

    /** A byte has moved. */
    public void touch() {
        quietLooks = 0;
    }

    public void stop() {
        if (next != null) {
            next.cancel(false);
            next = null;
        }
    }

    private void schedule() {
        next = loop.schedule(this::look, Math.max(1, limit.toNanos() / LOOKS), TimeUnit.NANOSECONDS);
    }

    private void look() {
        quietLooks++;
        if (quietLooks > LOOKS) {
            next = null;
            onTimeout.accept(limit);
        } else {
            schedule();
        }
    }
}
