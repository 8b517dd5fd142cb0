package io.spdytunnel.ends;

import io.spdytunnel.engine.TunnelEngine;
import io.spdytunnel.options.EndpointOptions;
import io.spdytunnel.options.HostPort;
import io.spdytunnel.options.TunnelEnd;
import io.spdytunnel.tls.OriginTls;
import io.spdytunnel.tunnel.KeptSession;
import io.spdytunnel.tunnel.SpdyConnector;
import io.spdytunnel.tunnel.SpdyConnectorSettings;
import io.spdytunnel.tunnel.TlsEngines;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The session of an endpoint with the option {@code connect}, and the number of producers that use it. */
public final class ConnectedSession {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectedSession.class);

    private final HostPort server;
    private final Duration patience;
    private final KeptSession session;
    private int users; // guarded by the lock of OpenEnds

    ConnectedSession(TunnelEngine engine, CamelContext context, TunnelEnd endpoint, HostPort server) {
        EndpointOptions configuration = endpoint.getConfiguration();
        this.server = server;
        this.patience = Duration.ofMillis(configuration.getDrainTimeout());
        TlsEngines tls = configuration.isTls()
                ? new OriginTls(
                        context,
                        engine.tls(),
                        "connect=" + server,
                        configuration.getSslContextParameters(),
                        TlsEngines.CONNECTOR_PROTOCOLS)
                : null;
        SpdyConnectorSettings settings = SpdyConnectorSettings.to(server.host(), server.port())
                .withTimeout(Duration.ofMillis(configuration.getConnectTimeout()))
                .withRedialMax(Duration.ofMillis(configuration.getRedialMax()))
                .withSession(configuration.sessionSettings());
        SpdyConnector connector = new SpdyConnector(settings, tls, engine.budget(), engine.loops());
        this.session = new KeptSession(connector, engine.loops());
    }

    public KeptSession session() {
        return session;
    }

    void join() {
        users++;
    }

    /** Returns whether nobody is left. */
    boolean leave() {
        users--;
        return users == 0;
    }

    /** Returns when all requests under way are finished, or when drainTimeout is over. */
    void close() {
        try {
            session.close(patience).toCompletableFuture().get(patience.toMillis() + 2000, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException incomplete) {
            LOG.warn("the session to {} has not ended: {}", server, incomplete.toString());
        }
    }
}
