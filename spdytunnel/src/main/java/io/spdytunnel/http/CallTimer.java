package io.spdytunnel.http;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Notices when nothing has moved for too long. It looks four times per limit instead of keeping the time of each byte,
 * so it strikes between one and one and a quarter times the limit. Confined to its event loop.
 */
public final class CallTimer {

    private static final int LOOKS = 4;

    private final EventLoop loop;
    private final Consumer<Duration> onTimeout;

    private Duration limit = Duration.ZERO;
    private @Nullable ScheduledFuture<?> next;
    private int quietLooks;

    /** @param onTimeout told, once, which limit was reached */
    public CallTimer(EventLoop loop, Consumer<Duration> onTimeout) {
        this.loop = loop;
        this.onTimeout = onTimeout;
    }

    /** Begins to wait anew under this limit; zero waits for ever. */
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

    /** Something moved. */
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
