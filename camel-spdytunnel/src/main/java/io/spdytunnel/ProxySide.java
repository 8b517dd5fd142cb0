package io.spdytunnel;

import io.spdytunnel.spi.Authenticator;
import io.spdytunnel.spi.Registration;
import io.spdytunnel.spi.Verdict;
import io.spdytunnel.tunnel.BearerTokens;
import io.spdytunnel.tunnel.OriginDirectory;
import io.spdytunnel.tunnel.TlsEngines;
import io.spdytunnel.tunnel.TunnelServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.CamelContext;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open tunnel port and the producers that use it. They share it if they agree on TLS and authenticator; each adds
 * the token of its own origin. Guarded by the engine's lock.
 */
final class ProxySide {

    private static final Logger LOG = LoggerFactory.getLogger(ProxySide.class);

    private final TunnelEngine engine;
    private final HostPort listen;
    private final boolean tls;
    private final @Nullable SSLContextParameters sslContextParameters;
    private final @Nullable Authenticator authenticator;
    private final SpdyTunnelConfiguration configuration;
    private final boolean ownedByComponent;
    private final @Nullable ListenerTls listenerTls;
    private final OriginDirectory directory;
    private final TunnelServer server;
    private final List<SpdyTunnelEndpoint> users = new ArrayList<>();
    private volatile @Nullable Authenticator tokens;
    private @Nullable InetSocketAddress address;

    ProxySide(
            TunnelEngine engine,
            CamelContext context,
            HostPort listen,
            SpdyTunnelConfiguration configuration,
            boolean ownedByComponent)
            throws IOException {
        this.engine = engine;
        this.listen = listen;
        this.tls = configuration.isTls();
        this.sslContextParameters = configuration.getSslContextParameters();
        this.authenticator = configuration.getAuthenticator();
        this.ownedByComponent = ownedByComponent;
        this.directory = engine.directory();
        if (authenticator == null && configuration.getToken() == null) {
            throw new IllegalArgumentException("the tunnel port " + listen + " has neither authenticator nor token:"
                    + " anybody could register any origin; set one of them");
        }
        this.listenerTls = tls ? TunnelTlsContexts.ofListener(context, "listen=" + listen, sslContextParameters) : null;
        this.configuration = configuration.copy();
        this.server = new TunnelServer(
                FloorSettings.serverSettings(listen, configuration),
                listenerTls == null ? null : TlsEngines.ofListener(listenerTls::newEngine),
                new Judge(),
                directory,
                engine.budget(),
                engine.loops(),
                new RefusalLog(listen.toString()));
        if (ownedByComponent) {
            start();
        }
    }

    private void start() throws IOException {
        address = server.start();
        if (listenerTls != null) {
            listenerTls.checkEvery(configuration.getTlsReload(), engine);
        }
    }

    OriginDirectory directory() {
        return directory;
    }

    /** Whether origins can dial in. */
    boolean isListening() {
        return server.isListening();
    }

    HostPort listen() {
        return listen;
    }

    /** Where the port really is, once it is open. */
    @Nullable
    InetSocketAddress address() {
        return address;
    }

    void join(SpdyTunnelEndpoint endpoint) throws IOException {
        checkAgreement(endpoint);
        users.add(endpoint);
        try {
            tokens = tokensOf(users);
            if (address == null) {
                start();
            }
        } catch (RuntimeException | IOException refused) {
            users.remove(endpoint);
            throw refused;
        }
        if (!SpdyTunnelEndpoint.ANY.equals(endpoint.getOrigin())) {
            directory.addKnown(endpoint.getOrigin());
        }
    }

    private void checkAgreement(SpdyTunnelEndpoint endpoint) {
        SpdyTunnelConfiguration other = endpoint.getConfiguration();
        String differs = null;
        if (other.isTls() != tls) {
            differs = "tls: " + tls + " against " + other.isTls();
        } else if (tls && other.getSslContextParameters() != sslContextParameters) {
            differs = "sslContextParameters: two different ones";
        } else if (other.getAuthenticator() != authenticator) {
            differs = "authenticator: two different ones, or one and none";
        } else {
            differs = PortOptions.difference(configuration, other);
        }
        if (differs != null) {
            throw new IllegalArgumentException(endpoint + " shares the tunnel port " + listen
                    + " with others but differs in " + differs + "; make them equal or give it a port of its own");
        }
        boolean any = SpdyTunnelEndpoint.ANY.equals(endpoint.getOrigin());
        if (any && other.getToken() != null && !other.isAnyName() && !ownedByComponent) {
            throw new IllegalArgumentException(endpoint
                    + " has a token, but no name to bind it to; name the origin, use an authenticator, or set"
                    + " anyName=true and let the token's holder take any name");
        }
    }

    /** Each endpoint's token is good for that endpoint's name only. */
    private static @Nullable Authenticator tokensOf(List<SpdyTunnelEndpoint> users) {
        Map<String, String> tokenByName = new HashMap<>();
        BearerTokens.Builder any = BearerTokens.builder();
        boolean anyName = false;
        for (SpdyTunnelEndpoint user : users) {
            String token = user.getConfiguration().getToken();
            if (token == null) {
                continue;
            }
            if (SpdyTunnelEndpoint.ANY.equals(user.getOrigin())) {
                any.anyName(token);
                anyName = true;
            } else {
                String before = tokenByName.put(user.getOrigin(), token);
                if (before != null && !before.equals(token)) {
                    throw new IllegalArgumentException("two endpoints give origin " + user.getOrigin()
                            + " different tokens on one tunnel port; give both the same");
                }
            }
        }
        if (anyName) {
            return any.build();
        }
        return tokenByName.isEmpty() ? null : BearerTokens.of(tokenByName);
    }

    /** Returns whether nobody is left. */
    boolean leave(SpdyTunnelEndpoint endpoint) {
        if (users.remove(endpoint)) {
            if (!SpdyTunnelEndpoint.ANY.equals(endpoint.getOrigin())) {
                directory.removeKnown(endpoint.getOrigin());
            }
            tokens = tokensOf(users);
        }
        return isUnused();
    }

    boolean isUnused() {
        return users.isEmpty() && !ownedByComponent;
    }

    /** Closes the port; returns when what its tunnels had begun is finished, or the patience over. */
    void close(Duration patience) {
        if (listenerTls != null) {
            listenerTls.close();
        }
        CompletionStage<Void> stopped = server.stop(patience);
        try {
            stopped.toCompletableFuture().get(patience.toMillis() + 1000, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException incomplete) {
            LOG.warn("tunnel port {} closed, but its tunnels have not ended: {}", listen, incomplete.toString());
        }
    }

    /** Asks the authenticator, else the tokens as they are now: producers come and go while the port is open. */
    private final class Judge implements Authenticator {

        @Override
        public CompletionStage<Verdict> authenticate(Registration registration) {
            Authenticator current = current();
            return current == null
                    ? CompletableFuture.completedFuture(
                            Verdict.forbidden("no endpoint of this tunnel port has a token yet"))
                    : current.authenticate(registration);
        }

        @Override
        public boolean lists(String name) {
            Authenticator current = current();
            return current != null && current.lists(name);
        }

        private @Nullable Authenticator current() {
            return authenticator == null ? tokens : authenticator;
        }
    }
}
