package io.spdytunnel;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Checks that the event loops run their tasks. All endpoints depend on the event loops. Only blocked event loops are a
 * reason to restart; an absent other end is none.
 */
final class SpdyTunnelLiveness extends AbstractHealthCheck {

    /** No task on an event loop takes this long, unless something blocks it. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Iterable<EventExecutor> loops;
    private final Duration patience;

    SpdyTunnelLiveness(Iterable<EventExecutor> loops, Duration patience) {
        super("camel", "spdytunnel-event-loops");
        this.loops = loops;
        this.patience = patience;
    }

    @Override
    public boolean isReadiness() {
        return false;
    }

    @Override
    public boolean isLiveness() {
        return true;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        try {
            int stuck = stuck();
            if (stuck == 0) {
                builder.message("all event loops answer").up();
            } else {
                builder.message(stuck + " event loops have run no task for " + patience.toMillis()
                                + " ms: they are blocked; a thread dump shows by what")
                        .down();
            }
        } catch (RejectedExecutionException ended) {
            builder.message("the event loops have ended").down();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            builder.message("the thread of this check was interrupted").unknown();
        }
    }

    private int stuck() throws InterruptedException {
        List<Future<?>> answers = new ArrayList<>();
        for (EventExecutor loop : loops) {
            answers.add(loop.submit(() -> {}));
        }
        long until = System.nanoTime() + patience.toNanos();
        int stuck = 0;
        for (Future<?> answer : answers) {
            long left = Math.max(0, until - System.nanoTime());
            stuck += answer.await(left, TimeUnit.NANOSECONDS) ? 0 : 1;
        }
        return stuck;
    }
}
