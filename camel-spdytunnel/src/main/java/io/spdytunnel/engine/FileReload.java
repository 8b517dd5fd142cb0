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

/** Checks files for changes periodically, on a worker, until it is closed. */
public final class FileReload implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FileReload.class);

    private final List<Runnable> readers;
    private final Executor workers;
    private final @Nullable ScheduledFuture<?> ticking;

    /**
     * Begins to check.
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

    /** Reading a file may block (network file systems), so it never happens on the event loop. */
    private void tick() {
        try {
            workers.execute(() -> readers.forEach(Runnable::run));
        } catch (RejectedExecutionException busy) {
            LOG.debug("no worker is free to check files for changes; the next round checks them");
        }
    }

    @Override
    public void close() {
        if (ticking != null) {
            ticking.cancel(false);
        }
    }
}
