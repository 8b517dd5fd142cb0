package io.spdytunnel;

import io.spdytunnel.ends.OriginCredentials;
import io.spdytunnel.engine.FileReload;
import io.spdytunnel.engine.TunnelEngine;
import io.spdytunnel.exchange.NonBlockingRoute;
import io.spdytunnel.exchange.RequestExchanges;
import io.spdytunnel.http.HttpServing;
import io.spdytunnel.options.HostPort;
import io.spdytunnel.origin.ForwardOut;
import io.spdytunnel.origin.OriginSide;
import io.spdytunnel.origin.WebSocketExchanges;
import io.spdytunnel.session.StreamAcceptor;
import io.spdytunnel.tls.OriginTls;
import io.spdytunnel.tunnel.TlsEngines;
import io.spdytunnel.tunnel.TunnelClient;
import io.spdytunnel.tunnel.TunnelClientSettings;
import io.spdytunnel.tunnel.TunnelObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckRepository;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The origin's end: dials the proxy, keeps the tunnel up, and makes an exchange of each request of the tunnel. */
public class SpdyTunnelConsumer extends DefaultConsumer implements Suspendable {

    private static final Logger LOG = LoggerFactory.getLogger(SpdyTunnelConsumer.class);

    /**
     * Two consumers of one name in one JVM are two instances; as one instance they would replace each other endlessly.
     */
    private static final AtomicInteger CONSUMERS = new AtomicInteger();

    /** Longest wait for the requests that are on their way when a tunnel is closed: more than any round trip. */
    private static final Duration LAST_REQUESTS = Duration.ofSeconds(1);

    private final int number = CONSUMERS.incrementAndGet();
    private final SpdyTunnelEndpoint endpoint;
    private final SpdyTunnelConfiguration configuration;
    private List<TunnelClient> clients = List.of();
    private @Nullable ForwardOut forwarding;
    private @Nullable WebSocketExchanges webSockets;
    private @Nullable FileReload reload;

    public SpdyTunnelConsumer(SpdyTunnelEndpoint endpoint, Processor processor) {
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
        if (configuration.getProxy() == null) {
            throw new IllegalArgumentException(
                    endpoint + ": option proxy is missing; set it to the host:port of the proxy to dial");
        }
        RunningComponent running = endpoint.getComponent().running();
        TunnelEngine engine = running.engine();
        OriginCredentials credentials = new OriginCredentials(endpoint);
        OriginTls tls = configuration.isTls()
                ? new OriginTls(
                        endpoint.getCamelContext(),
                        engine.tls(),
                        "origin " + credentials.name(),
                        configuration.getSslContextParameters(),
                        TlsEngines.TUNNEL_PROTOCOLS)
                : null;
        List<Runnable> readers = new ArrayList<>(credentials.readers());
        readers.addAll(tls == null ? List.of() : tls.readers());
        reload = new FileReload(readers, configuration.getReloadInterval(), engine.loops(), engine.workers());
        ForwardOut forwardOut = new ForwardOut(endpoint, engine, false);
        forwarding = forwardOut;
        webSockets = endpoint.takesWebSockets()
                ? new WebSocketExchanges(this, endpoint, engine, running.webSockets())
                : null;
        StreamAcceptor acceptor = new HttpServing(exchanges(engine, forwardOut), configuration.callSettings());
        List<TunnelClient> started = new ArrayList<>();
        for (TunnelClientSettings settings : dials(credentials)) {
            started.add(
                    new TunnelClient(settings, tls, acceptor, engine.budget(), engine.loops(), TunnelObserver.NONE));
        }
        clients = List.copyOf(started);
        clients.forEach(TunnelClient::start);
        if (HealthCheckHelper.getHealthCheckRepository(
                        endpoint.getCamelContext(), "consumers", HealthCheckRepository.class)
                != null) {
            setHealthCheck(SpdyTunnelHealthCheck.ofConsumer(getRouteId(), clients));
        }
    }

    private RequestExchanges exchanges(TunnelEngine engine, ForwardOut forwardOut) {
        return new RequestExchanges(
                this,
                endpoint.getHeaderFilterStrategy(),
                engine.workers(),
                NonBlockingRoute.of(this),
                configuration.isStreaming(),
                new OriginSide(forwardOut, webSockets, true));
    }

    private List<TunnelClientSettings> dials(OriginCredentials credentials) {
        List<TunnelClientSettings> dials = new ArrayList<>();
        for (HostPort proxy : HostPort.parseAll("proxy", configuration.getProxy())) {
            TunnelClientSettings first =
                    TunnelClientSettings.of(proxy.host(), proxy.port(), credentials.name(), credentials.credentials());
            for (int connection = 1; connection <= configuration.getConnections(); connection++) {
                dials.add(first.withInstance(first.instance() + "." + number)
                        .withConnection(connection)
                        .withPlainCredentials(configuration.isPlainCredentials())
                        .withDialTimeout(Duration.ofMillis(configuration.getConnectTimeout()))
                        .withTrustedPins(configuration.trustedPins())
                        .withRedial(configuration.redial())
                        .withSession(configuration.originSessionSettings()));
            }
        }
        return dials;
    }

    @Override
    protected void doSuspend() throws Exception {
        Duration patience = Duration.ofMillis(configuration.getDrainTimeout());
        sayGoodbye();
        Duration shorter = patience.compareTo(LAST_REQUESTS) < 0 ? patience : LAST_REQUESTS;
        await(clients, client -> client.asksForNoMore(shorter), shorter);
        clients.forEach(client -> client.suspend(patience)); // what is in flight is Camel's to wait for
        super.doSuspend();
    }

    @Override
    protected void doResume() throws Exception {
        super.doResume();
        clients.forEach(TunnelClient::resume);
    }

    @Override
    protected void doStop() throws Exception {
        Duration patience = Duration.ofMillis(configuration.getDrainTimeout());
        sayGoodbye();
        List<TunnelClient> stopping = clients;
        clients = List.of();
        if (reload != null) {
            reload.close();
            reload = null;
        }
        await(stopping, client -> client.close(patience), patience);
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

    private void await(
            List<TunnelClient> stopping, Function<TunnelClient, CompletionStage<Void>> step, Duration patience) {
        CompletableFuture<?>[] ends = stopping.stream()
                .map(client -> step.apply(client).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(ends).get(patience.toMillis() + 1000, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException incomplete) {
            LOG.warn("origin {} stopped, but a tunnel has not ended: {}", endpoint.getOrigin(), incomplete.toString());
        }
    }

    /** The tunnels' state, for health checks and tests. */
    List<TunnelClient> clients() {
        return clients;
    }
}
