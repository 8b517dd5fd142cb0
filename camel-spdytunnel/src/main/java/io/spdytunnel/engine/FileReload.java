package io.spdytunnel.engine;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has files looked at now and then, on a worker, until it is closed. */
public final class FileReload implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FileReload.class);

    private final List<Runnable> readers;
    private final Executor workers;
    private final @Nullable ScheduledFuture<?> ticking;

    /**
     * Begins to look.
     *
     * @param intervalMillis 0 for never
     */
    public FileReload(List<Runnable> readers, long intervalMillis, EventLoopGroup loops, Executor workers) {
        this.readers = List.copyOf(readers);
        this.workers = workers;
        this.ticking = readers.isEmpty() || intervalMillis == 0
                ? null
                : loops.scheduleWithFixedDelay(this::tick, intervalMillis, intervalMillis, TimeUnit.MILLISECONDS);
    }

    /** Files may be far away: never on the event loop. */
    private void tick() {
        try {
            workers.execute(() -> readers.forEach(Runnable::run));
        } catch (RejectedExecutionException busy) {
            LOG.debug("no worker is free to look at files; next time");
        }
    }

    @Override
    public void close() {
        if (ticking != null) {
            ticking.cancel(false);
        }
    }
}
