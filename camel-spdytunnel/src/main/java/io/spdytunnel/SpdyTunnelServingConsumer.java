package io.spdytunnel;

import io.spdytunnel.engine.FileReload;
import io.spdytunnel.engine.TunnelEngine;
import io.spdytunnel.exchange.NonBlockingRoute;
import io.spdytunnel.exchange.RequestExchanges;
import io.spdytunnel.front.VisitorEdge;
import io.spdytunnel.front.VisitorServer;
import io.spdytunnel.front.VisitorServerSettings;
import io.spdytunnel.front.VisitorTimeouts;
import io.spdytunnel.front.VisitorTls;
import io.spdytunnel.http.StreamingTypes;
import io.spdytunnel.net.AddressRanges;
import io.spdytunnel.options.HostPort;
import io.spdytunnel.origin.ForwardOut;
import io.spdytunnel.origin.OriginSide;
import io.spdytunnel.origin.WebSocketExchanges;
import io.spdytunnel.tls.ListenerTls;
import io.spdytunnel.tls.TunnelTlsContexts;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckRepository;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consumer with the option {@code serve}. It has no tunnel, but a port of its own, on which visitors speak HTTP/2,
 * SPDY/3.1 or HTTP/1.1. Each request becomes an exchange, like a request of a tunnel.
 */
public class SpdyTunnelServingConsumer extends DefaultConsumer implements Suspendable {

    private static final Logger LOG = LoggerFactory.getLogger(SpdyTunnelServingConsumer.class);

    private final SpdyTunnelEndpoint endpoint;
    private final SpdyTunnelConfiguration configuration;
    private @Nullable VisitorServer server;
    private @Nullable ForwardOut forwarding;
    private @Nullable ListenerTls listenerTls;
    private @Nullable FileReload reload;
    private @Nullable WebSocketExchanges webSockets;

    public SpdyTunnelServingConsumer(SpdyTunnelEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.configuration = endpoint.getConfiguration();
    }

    @Override
    public SpdyTunnelEndpoint getEndpoint() {
        return endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        HostPort listen = HostPort.parse("serve", endpoint.getServe());
        RunningComponent running = endpoint.getComponent().running();
        TunnelEngine engine = running.engine();
        VisitorTls tls = configuration.isTls() ? tls(listen, engine) : null;
        ForwardOut forwardOut = new ForwardOut(endpoint, engine, true);
        webSockets = endpoint.takesWebSockets()
                ? new WebSocketExchanges(this, endpoint, engine, running.webSockets())
                : null;
        RequestExchanges exchanges = new RequestExchanges(
                this,
                endpoint.getHeaderFilterStrategy(),
                engine.workers(),
                NonBlockingRoute.of(this),
                configuration.isStreaming(),
                new OriginSide(forwardOut, webSockets, false));
        server = VisitorServer.bind(
                new InetSocketAddress(listen.host(), listen.port()),
                settings(),
                engine.loops(),
                engine.budget(),
                tls,
                exchanges);
        forwarding = forwardOut;
        if (listenerTls != null) {
            reload = new FileReload(
                    listenerTls.readers(), configuration.getReloadInterval(), engine.loops(), engine.workers());
        }
        LOG.info(
                "{}: serving HTTP/2, SPDY/3.1 and HTTP/1.1 on {}, {}",
                endpoint.getOrigin(),
                new HostPort(listen.host(), server.localAddress().getPort()),
                tls == null ? "plain text" : "TLS");
        if (HealthCheckHelper.getHealthCheckRepository(
                        endpoint.getCamelContext(), "consumers", HealthCheckRepository.class)
                != null) {
            setHealthCheck(SpdyTunnelHealthCheck.ofServer(getRouteId(), this));
        }
    }

    VisitorServerSettings settings() {
        VisitorServerSettings defaults = VisitorServerSettings.DEFAULT;
        VisitorTimeouts times = defaults.timeouts();
        return new VisitorServerSettings(
                        new VisitorTimeouts(
                                times.head(),
                                times.keepAlive(),
                                Duration.ofMillis(configuration.getBodyIdleTimeout()),
                                times.linger(),
                                StreamingTypes.parse(configuration.getStreamingTypes())),
                        configuration.getMaxHeaderSize(),
                        configuration.getMaxHeaderSize() / 2,
                        configuration.getMaxHeaderFields(),
                        defaults.readAheadBytes(),
                        defaults.maxConnections(),
                        defaults.maxAborts(),
                        defaults.sendBufferBytes())
                .withSpdy(configuration.visitorSessionSettings())
                .withEdge(new VisitorEdge(
                        AddressRanges.NONE,
                        AddressRanges.NONE,
                        AddressRanges.NONE,
                        AddressRanges.NONE,
                        configuration.isAccessLog()))
                .withMaxBodies(configuration.getMaxRequestBodySize(), configuration.getMaxResponseBodySize());
    }

    private VisitorTls tls(HostPort listen, TunnelEngine engine) {
        ListenerTls made = TunnelTlsContexts.ofListener(
                endpoint.getCamelContext(),
                engine.tls(),
                "serve=" + listen,
                configuration.getSslContextParameters(),
                settings().alpn());
        listenerTls = made;
        return made::newEngine;
    }

    /** New requests get 503 until {@link #doResume}. Camel waits for the requests under way. */
    @Override
    protected void doSuspend() throws Exception {
        super.doSuspend();
        sayGoodbye();
        if (server != null) {
            server.sendHome();
        }
    }

    @Override
    protected void doStop() throws Exception {
        Duration patience = Duration.ofMillis(configuration.getDrainTimeout());
        sayGoodbye();
        VisitorServer stopping = server;
        server = null;
        if (stopping != null) {
            await(stopping, patience);
        }
        if (reload != null) {
            reload.close();
            reload = null;
        }
        if (forwarding != null) {
            forwarding.close();
            forwarding = null;
        }
        super.doStop();
    }

    private void sayGoodbye() {
        if (webSockets != null) {
            webSockets.goAway();
        }
    }

    private void await(VisitorServer stopping, Duration patience) {
        try {
            stopping.close(patience).toCompletableFuture().get(patience.toMillis() + 2000, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException incomplete) {
            LOG.warn(
                    "{} stopped, but some visitor connections are open: {}",
                    endpoint.getOrigin(),
                    incomplete.toString());
        }
    }

    /** The address that is bound; null if the port is not open. */
    @Nullable
    InetSocketAddress address() {
        VisitorServer current = server;
        return current == null || !current.isListening() ? null : current.localAddress();
    }
}
