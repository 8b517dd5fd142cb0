package io.spdytunnel.ends;

import io.spdytunnel.directory.OriginDirectory;
import io.spdytunnel.engine.TunnelEngine;
import io.spdytunnel.options.EndpointOptions;
import io.spdytunnel.options.HostPort;
import io.spdytunnel.options.TunnelEnd;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.apache.camel.CamelContext;

/**
 * The open tunnel ports, and the sessions without a tunnel. Producers share them: the first producer opens, the last
 * one closes.
 */
public final class OpenEnds {

    private static final String DEFAULT_LISTEN = "0.0.0.0:1444";

    private final TunnelEngine engine;
    private final CamelContext context;
    private final OriginDirectory directory;
    private final Map<HostPort, TunnelPort> ports = new HashMap<>(); // guarded by this
    private final IdentityHashMap<TunnelEnd, ConnectedSession> connected = new IdentityHashMap<>(); // guarded by this

    /**
     * Of one component.
     *
     * @param directory the directory with the origins of all ports
     */
    public OpenEnds(TunnelEngine engine, CamelContext context, OriginDirectory directory) {
        this.engine = engine;
        this.context = context;
        this.directory = directory;
    }

    // ---- tunnel ports

    private static HostPort listenOf(EndpointOptions configuration) {
        String listen = configuration.getListen();
        return HostPort.parse("listen", listen == null ? DEFAULT_LISTEN : listen);
    }

    /** Opens the component's own tunnel port, which stays until the component stops. */
    public synchronized void openProxy(EndpointOptions configuration) throws IOException {
        HostPort listen = listenOf(configuration);
        ports.put(listen, new TunnelPort(engine, directory, context, listen, configuration, true));
    }

    /** Called when a producer starts: opens its tunnel port, or shares the open one. */
    public synchronized TunnelPort joinProxy(TunnelEnd endpoint) throws IOException {
        HostPort listen = listenOf(endpoint.getConfiguration());
        TunnelPort proxy = ports.get(listen);
        if (proxy == null) {
            proxy = new TunnelPort(engine, directory, context, listen, endpoint.getConfiguration(), false);
            ports.put(listen, proxy);
        }
        try {
            proxy.join(endpoint);
        } catch (RuntimeException | IOException refused) {
            if (proxy.isUnused()) {
                ports.remove(listen);
            }
            throw refused;
        }
        return proxy;
    }

    /** Called when a producer stops: the last one closes the port. Requests under way may finish. */
    public void leaveProxy(TunnelEnd endpoint) {
        TunnelPort left;
        synchronized (this) {
            HostPort listen = listenOf(endpoint.getConfiguration());
            TunnelPort proxy = ports.get(listen);
            if (proxy == null || !proxy.leave(endpoint)) {
                return;
            }
            left = ports.remove(listen);
        }
        if (left != null) {
            left.close(Duration.ofMillis(endpoint.getConfiguration().getDrainTimeout()));
        }
    }

    // ---- sessions without a tunnel

    /** Called when a producer with the option connect starts: all producers of its endpoint share one session. */
    public synchronized ConnectedSession joinConnected(TunnelEnd endpoint, HostPort server) {
        ConnectedSession side =
                connected.computeIfAbsent(endpoint, first -> new ConnectedSession(engine, context, first, server));
        side.join();
        return side;
    }

    /** Called when such a producer stops: the last one ends the session. Requests under way may finish. */
    public void leaveConnected(TunnelEnd endpoint) {
        ConnectedSession left;
        synchronized (this) {
            left = connected.get(endpoint);
            if (left == null || !left.leave()) {
                return;
            }
            connected.remove(endpoint);
        }
        left.close();
    }

    /** Closes all ports at once, and the directory. */
    public void close() {
        Map<HostPort, TunnelPort> open;
        synchronized (this) {
            open = new HashMap<>(ports);
            ports.clear();
        }
        open.values().forEach(port -> port.close(Duration.ZERO));
        directory.close();
    }
}
