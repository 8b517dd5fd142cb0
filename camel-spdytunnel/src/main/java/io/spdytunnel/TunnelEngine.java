package io.spdytunnel;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.internal.PlatformDependent;
import io.spdytunnel.directory.DirectorySettings;
import io.spdytunnel.directory.OriginDirectory;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.spdy.SessionMemory;
import io.spdytunnel.tunnel.TunnelObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all endpoints of one component share: event loops, workers, the memory budget, the directory of origins and the
 * open tunnel ports.
 */
final class TunnelEngine {

    private static final Logger LOG = LoggerFactory.getLogger(TunnelEngine.class);

    /** Steps that wait for a worker; beyond that visitors get 503. */
    private static final int MAX_WAITING = 10_000;

    private static final String DEFAULT_LISTEN = "0.0.0.0:1444";

    private final CamelContext context;
    private final EventLoopGroup loops;
    private final ExecutorService threads;
    private final WarmWorkers workers;
    private final MemoryBudget budget;
    private final TlsLibrary tls;
    private final MessageBodies bodies;
    private final OriginDirectory directory;
    private final FrontDoorPorts frontDoorPorts;
    private final OpenWebSockets webSockets = new OpenWebSockets();
    private final OriginMeters meters = new OriginMeters(System::nanoTime);
    private final Map<HostPort, ProxySide> proxies = new HashMap<>(); // guarded by this
    private final IdentityHashMap<SpdyTunnelEndpoint, ConnectedSide> connected =
            new IdentityHashMap<>(); // guarded by this

    TunnelEngine(SpdyTunnelComponent component) {
        this.context = component.getCamelContext();
        this.tls = TlsLibrary.of(component.getTlsProvider()); // first, since it may fail and threads would stay
        this.budget = new MemoryBudget(
                component.getMemoryBudget() > 0
                        ? component.getMemoryBudget()
                        : Math.max(MemoryBudget.STREAM_BYTES, PlatformDependent.maxDirectMemory() / 4));
        int cores = Runtime.getRuntime().availableProcessors();
        int threads = component.getEventLoopThreads() > 0 ? component.getEventLoopThreads() : cores;
        this.loops = new NioEventLoopGroup(threads, new DefaultThreadFactory("spdytunnel", true));
        this.threads = newThreads(component);
        this.workers = new WarmWorkers(this.threads, component.getMaxWorkers(), MAX_WAITING);
        this.bodies = new MessageBodies(workers);
        this.frontDoorPorts = new FrontDoorPorts(this);
        Duration drain = Duration.ofMillis(component.getConfiguration().getDrainTimeout());
        DirectorySettings defaults = DirectorySettings.DEFAULT;
        this.directory = new OriginDirectory(
                new DirectorySettings(
                        defaults.rememberFor(),
                        defaults.maxWaiting(),
                        defaults.maxTunnelsPerName(),
                        drain,
                        component.getRegistrationsPerMinute()),
                loops,
                TunnelObserver.NONE);
        SessionSettings session = FloorSettings.sessionSettings(component.getConfiguration());
        LOG.info(
                "bodies may hold {} MiB (memoryBudget, {} times that if peers do their worst), each stream {} KiB and"
                        + " each session {} KiB beside them, on {} event loops",
                budget.limit() >> 20,
                SessionMemory.MOST_PER_BODY_BYTE,
                SessionMemory.perStream(session) >> 10,
                SessionMemory.perSession(session) >> 10,
                threads);
    }

    /** Threads are made as they are needed and end when idle; {@link WarmWorkers} says who gets one. */
    private ExecutorService newThreads(SpdyTunnelComponent component) {
        ThreadPoolProfile profile = new ThreadPoolProfile("spdytunnel-workers");
        profile.setDefaultProfile(false);
        profile.setPoolSize(component.getMaxWorkers());
        profile.setMaxPoolSize(component.getMaxWorkers());
        profile.setAllowCoreThreadTimeOut(true);
        profile.setKeepAliveTime(30L);
        profile.setTimeUnit(TimeUnit.SECONDS);
        profile.setMaxQueueSize(MAX_WAITING);
        // Camel's own default would run what is too much on the caller, and that may be an event loop.
        profile.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
        return context.getExecutorServiceManager().newThreadPool(this, "SpdyTunnelWorker", profile);
    }

    EventLoopGroup loops() {
        return loops;
    }

    Executor workers() {
        return workers;
    }

    TlsLibrary tls() {
        return tls;
    }

    MemoryBudget budget() {
        return budget;
    }

    MessageBodies bodies() {
        return bodies;
    }

    FrontDoorPorts frontDoorPorts() {
        return frontDoorPorts;
    }

    OpenWebSockets webSockets() {
        return webSockets;
    }

    OriginMeters meters() {
        return meters;
    }

    OriginDirectory directory() {
        return directory;
    }

    // ---- tunnel ports

    private static HostPort listenOf(SpdyTunnelConfiguration configuration) {
        String listen = configuration.getListen();
        return HostPort.parse("listen", listen == null ? DEFAULT_LISTEN : listen);
    }

    /** Opens the component's own tunnel port, which stays until the component stops. */
    synchronized void openProxy(SpdyTunnelConfiguration configuration) throws IOException {
        HostPort listen = listenOf(configuration);
        proxies.put(listen, new ProxySide(this, context, listen, configuration, true));
    }

    /** A producer's start: opens its tunnel port, or joins who has opened it. */
    synchronized ProxySide joinProxy(SpdyTunnelEndpoint endpoint) throws IOException {
        HostPort listen = listenOf(endpoint.getConfiguration());
        ProxySide proxy = proxies.get(listen);
        if (proxy == null) {
            proxy = new ProxySide(this, context, listen, endpoint.getConfiguration(), false);
            proxies.put(listen, proxy);
        }
        try {
            proxy.join(endpoint);
        } catch (RuntimeException | IOException refused) {
            if (proxy.isUnused()) {
                proxies.remove(listen);
            }
            throw refused;
        }
        return proxy;
    }

    /** A producer's stop: the last one closes the port, and lets what is under way finish. */
    void leaveProxy(SpdyTunnelEndpoint endpoint) {
        ProxySide left;
        synchronized (this) {
            HostPort listen = listenOf(endpoint.getConfiguration());
            ProxySide proxy = proxies.get(listen);
            if (proxy == null || !proxy.leave(endpoint)) {
                return;
            }
            left = proxies.remove(listen);
        }
        if (left != null) {
            left.close(Duration.ofMillis(endpoint.getConfiguration().getDrainTimeout()));
        }
    }

    // ---- sessions without a tunnel

    /** The start of a producer with the option connect: all producers of its endpoint share one session. */
    synchronized ConnectedSide joinConnected(SpdyTunnelEndpoint endpoint) {
        ConnectedSide side = connected.computeIfAbsent(endpoint, first -> new ConnectedSide(this, context, first));
        side.join();
        return side;
    }

    /** Such a producer's stop: the last one ends the session, and lets what is under way finish. */
    void leaveConnected(SpdyTunnelEndpoint endpoint) {
        ConnectedSide left;
        synchronized (this) {
            left = connected.get(endpoint);
            if (left == null || !left.leave()) {
                return;
            }
            connected.remove(endpoint);
        }
        left.close();
    }

    void close() {
        Map<HostPort, ProxySide> open;
        synchronized (this) {
            open = new HashMap<>(proxies);
            proxies.clear();
        }
        open.values().forEach(proxy -> proxy.close(Duration.ZERO));
        directory.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
        workers.close();
        context.getExecutorServiceManager().shutdownGraceful(threads);
    }
}
