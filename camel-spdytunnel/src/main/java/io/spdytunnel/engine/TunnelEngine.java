package io.spdytunnel.engine;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.internal.PlatformDependent;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.spdy.SessionMemory;
import io.spdytunnel.tls.TlsLibrary;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shared resources of one component: event loops, workers, the memory budget and the TLS library. */
public final class TunnelEngine {

    private static final Logger LOG = LoggerFactory.getLogger(TunnelEngine.class);

    /** Number of tasks that may wait for a worker; above it, visitors get 503. */
    private static final int MAX_WAITING = 10_000;

    private final CamelContext context;
    private final EventLoopGroup loops;
    private final ExecutorService threads;
    private final LifoWorkerPool workers;
    private final MemoryBudget budget;
    private final TlsLibrary tls;

    /**
     * Starts threads.
     *
     * @param sessions the settings of the component's sessions, from which the memory line at start is computed
     */
    public TunnelEngine(CamelContext context, EngineSettings settings, SessionSettings sessions) {
        this.context = context;
        this.tls = TlsLibrary.of(settings.tlsProvider()); // first, since it may fail and threads would stay
        this.budget = new MemoryBudget(
                settings.memoryBudget() > 0
                        ? settings.memoryBudget()
                        : Math.max(MemoryBudget.STREAM_BYTES, PlatformDependent.maxDirectMemory() / 4));
        int loopThreads = settings.eventLoopThreads() > 0
                ? settings.eventLoopThreads()
                : Runtime.getRuntime().availableProcessors();
        this.loops = new NioEventLoopGroup(loopThreads, new DefaultThreadFactory("spdytunnel", true));
        this.threads = newThreads(context, settings.maxWorkers());
        this.workers = new LifoWorkerPool(threads, settings.maxWorkers(), MAX_WAITING);
        LOG.info(
                "memory: bodies up to {} MiB (memoryBudget; worst case {} ×), plus {} KiB a stream and {} KiB a session;"
                        + " {} event loops",
                budget.limit() >> 20,
                SessionMemory.MOST_PER_BODY_BYTE,
                SessionMemory.perStream(sessions) >> 10,
                SessionMemory.perSession(sessions) >> 10,
                loopThreads);
    }

    /** Threads are created when needed and end when idle; {@link LifoWorkerPool} decides which task gets one. */
    private ExecutorService newThreads(CamelContext context, int maxWorkers) {
        ThreadPoolProfile profile = new ThreadPoolProfile("spdytunnel-workers");
        profile.setDefaultProfile(false);
        profile.setPoolSize(maxWorkers);
        profile.setMaxPoolSize(maxWorkers);
        profile.setAllowCoreThreadTimeOut(true);
        profile.setKeepAliveTime(30L);
        profile.setTimeUnit(TimeUnit.SECONDS);
        profile.setMaxQueueSize(MAX_WAITING);
        // Camel's own default would run what is too much on the caller, and that may be an event loop.
        profile.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
        return context.getExecutorServiceManager().newThreadPool(this, "SpdyTunnelWorker", profile);
    }

    public EventLoopGroup loops() {
        return loops;
    }

    /** The executor for tasks that may block. It rejects a task if all workers are busy and too many tasks wait. */
    public Executor workers() {
        return workers;
    }

    public TlsLibrary tls() {
        return tls;
    }

    public MemoryBudget budget() {
        return budget;
    }

    /** Ends the threads. Everything that runs on them must have ended before. */
    public void close() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
        workers.close();
        context.getExecutorServiceManager().shutdownGraceful(threads);
    }
}
