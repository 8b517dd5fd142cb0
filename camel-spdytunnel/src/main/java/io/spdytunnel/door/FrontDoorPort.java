package io.spdytunnel.door;

import io.spdytunnel.engine.FileReload;
import io.spdytunnel.engine.TunnelEngine;
import io.spdytunnel.exchange.PlainAnswers;
import io.spdytunnel.exchange.RequestTargets;
import io.spdytunnel.front.VisitorServer;
import io.spdytunnel.front.VisitorServerSettings;
import io.spdytunnel.front.VisitorTls;
import io.spdytunnel.http.HttpHandler;
import io.spdytunnel.http.IncomingRequest;
import io.spdytunnel.options.HostPort;
import io.spdytunnel.tls.ListenerTls;
import io.spdytunnel.tls.TunnelTlsContexts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLEngine;
import org.apache.camel.component.netty.http.NettyHttpConfiguration;
import org.apache.camel.component.netty.http.NettyHttpConsumer;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One port of the front door: finds the route for each request. */
final class FrontDoorPort implements HttpHandler {

    private static final Logger LOG = LoggerFactory.getLogger(FrontDoorPort.class);

    /** The same limit as netty-http's own shutdown. Camel has waited for exchanges before. */
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private final TunnelEngine engine;
    private final VisitorServerSettings settings;
    private final long reloadInterval;
    private final boolean ssl;
    private final @Nullable Object sslContextParameters;
    private final List<FrontDoorRoute> routes = new CopyOnWriteArrayList<>();
    private @Nullable VisitorServer server;
    private @Nullable ListenerTls listenerTls;
    private @Nullable FileReload reload;

    private FrontDoorPort(
            TunnelEngine engine, NettyHttpConfiguration options, VisitorServerSettings settings, long reloadInterval) {
        this.engine = engine;
        this.settings = settings;
        this.reloadInterval = reloadInterval;
        this.ssl = options.isSsl();
        this.sslContextParameters = options.getSslContextParameters();
    }

    static FrontDoorPort open(
            TunnelEngine engine,
            HostPort address,
            NettyHttpConsumer consumer,
            VisitorServerSettings settings,
            long reloadInterval)
            throws IOException {
        NettyHttpConfiguration options = consumer.getConfiguration();
        FrontDoorPort port = new FrontDoorPort(engine, options, settings, reloadInterval);
        port.server = VisitorServer.bind(
                new InetSocketAddress(address.host(), address.port()),
                settings,
                engine.loops(),
                engine.budget(),
                port.tls(address, consumer),
                port);
        if (port.listenerTls != null) {
            port.reload = new FileReload(port.listenerTls.readers(), reloadInterval, engine.loops(), engine.workers());
        }
        LOG.info("front door open on {}{}", address, options.isSsl() ? " with TLS" : "");
        return port;
    }

    private @Nullable VisitorTls tls(HostPort address, NettyHttpConsumer consumer) {
        NettyHttpConfiguration options = consumer.getConfiguration();
        if (!options.isSsl()) {
            return null;
        }
        ListenerTls made = TunnelTlsContexts.ofListener(
                consumer.getContext(),
                engine.tls(),
                "front door " + address,
                options.getSslContextParameters(),
                settings.alpn());
        listenerTls = made;
        boolean needClientAuth = options.isNeedClientAuth();
        return allocator -> {
            SSLEngine tls = made.newEngine(allocator);
            if (needClientAuth) {
                tls.setNeedClientAuth(true);
            }
            return tls;
        };
    }

    void checkAgreement(NettyHttpConsumer consumer, VisitorServerSettings others, long othersReload) {
        NettyHttpConfiguration options = consumer.getConfiguration();
        String differs = null;
        if (options.isSsl() != ssl) {
            differs = "http against https";
        } else if (options.getSslContextParameters() != sslContextParameters) {
            differs = "two different sslContextParameters";
        } else if (!settings.equals(others) || reloadInterval != othersReload) {
            differs = "two front doors with different limits";
        }
        if (differs != null) {
            throw new IllegalArgumentException(consumer.getEndpoint() + " shares port " + options.getPort()
                    + " with others but differs: " + differs + "; make them equal or give it a port of its own");
        }
    }

    void add(NettyHttpConsumer consumer, HeaderFilterStrategy usualFilter) {
        routes.add(new FrontDoorRoute(consumer, engine, usualFilter));
    }

    /** Returns whether it was the last one. */
    boolean remove(NettyHttpConsumer consumer) {
        routes.removeIf(route -> route.isOf(consumer));
        return routes.isEmpty();
    }

    void close() {
        if (reload != null) {
            reload.close();
        }
        VisitorServer closing = server;
        if (closing == null) {
            return;
        }
        try {
            closing.close(CLOSE_PATIENCE)
                    .toCompletableFuture()
                    .get(CLOSE_PATIENCE.toMillis() + 1000, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException incomplete) {
            LOG.warn("front door closed, but some visitor connections are open: {}", incomplete.toString());
        }
    }

    @Override
    public void handle(IncomingRequest request) {
        String path = FrontDoorRoute.pathOf(RequestTargets.of(request.head()));
        String method = request.head().method().name();
        FrontDoorRoute best = null;
        List<FrontDoorRoute> otherMethods = new ArrayList<>(0);
        for (FrontDoorRoute route : routes) {
            if (!route.matches(path)) {
                continue;
            }
            if (!route.takes(method)) {
                otherMethods.add(route);
            } else if (best == null || route.isCloserThan(best)) {
                best = route;
            }
        }
        if (best != null) {
            best.handle(request);
        } else if (otherMethods.isEmpty()) {
            PlainAnswers.send(request, 404, "nothing here");
        } else {
            PlainAnswers.send(request, 405, "method " + method + " is not allowed here");
        }
    }
}
