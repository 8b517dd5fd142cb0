package io.spdytunnel.ends;

import io.spdytunnel.directory.OriginDirectory;
import io.spdytunnel.engine.FileReload;
import io.spdytunnel.engine.TunnelEngine;
import io.spdytunnel.options.EndpointOptions;
import io.spdytunnel.options.HostPort;
import io.spdytunnel.options.OptionRules;
import io.spdytunnel.options.PublicUrls;
import io.spdytunnel.options.TunnelEnd;
import io.spdytunnel.reception.TunnelServer;
import io.spdytunnel.reception.TunnelServerSettings;
import io.spdytunnel.spi.Authenticator;
import io.spdytunnel.spi.Registration;
import io.spdytunnel.spi.Verdict;
import io.spdytunnel.tls.ListenerTls;
import io.spdytunnel.tls.TunnelTlsContexts;
import io.spdytunnel.tunnel.ClientCertificate;
import io.spdytunnel.tunnel.TlsEngines;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
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
 * the token of its own origin. Guarded by the lock of {@link OpenEnds}.
 */
public final class TunnelPort {

    private static final Logger LOG = LoggerFactory.getLogger(TunnelPort.class);

    private final HostPort listen;
    private final boolean tls;
    private final @Nullable SSLContextParameters sslContextParameters;
    private final @Nullable Authenticator authenticator;
    private final EndpointOptions configuration;
    private final boolean ownedByComponent;
    private final OriginDirectory directory;
    private final TunnelServer server;
    private final List<TunnelEnd> users = new CopyOnWriteArrayList<>(); // its address is asked for anywhere
    private final boolean takesTokens;
    private final List<Runnable> readers;
    private final TunnelEngine engine;
    private volatile EndpointTokens tokens = EndpointTokens.NONE;
    private @Nullable FileReload reload;
    private @Nullable InetSocketAddress address;

    TunnelPort(
            TunnelEngine engine,
            OriginDirectory directory,
            CamelContext context,
            HostPort listen,
            EndpointOptions configuration,
            boolean ownedByComponent)
            throws IOException {
        this.listen = listen;
        this.tls = configuration.isTls();
        this.sslContextParameters = configuration.getSslContextParameters();
        this.authenticator = configuration.getAuthenticator();
        this.ownedByComponent = ownedByComponent;
        this.directory = directory;
        ProxyAuthentication authentication =
                new ProxyAuthentication(configuration, new CurrentTokens(), engine.workers());
        Authenticator judge = authentication.open(listen.toString());
        if (judge == null && configuration.getLegacyOrigin() != null) {
            judge = registration -> CompletableFuture.completedFuture(
                    Verdict.forbidden("this tunnel port accepts only a legacyOrigin"));
        }
        if (judge == null) {
            throw new IllegalArgumentException("the tunnel port " + listen + " has neither authenticator nor token, nor"
                    + " tokens, users, keys, keyNames or certificateName: anybody could register any origin; set one");
        }
        ListenerTls listenerTls = tls
                ? TunnelTlsContexts.ofListener(
                        context, engine.tls(), "listen=" + listen, sslContextParameters, TlsEngines.TUNNEL_PROTOCOLS)
                : null;
        this.configuration = configuration.copy();
        this.takesTokens = authentication.takesTokens();
        this.server = new TunnelServer(
                settings(authentication.clientCertificate()),
                listenerTls == null ? null : TlsEngines.ofListener(listenerTls::newEngine),
                judge,
                directory,
                engine.budget(),
                engine.loops(),
                new RefusalLog(listen.toString()));
        this.engine = engine;
        this.readers = new ArrayList<>(authentication.readers());
        readers.addAll(listenerTls == null ? List.of() : listenerTls.readers());
        readers.add(() -> tokens.reread());
        if (ownedByComponent) {
            openPort();
        }
    }

    private TunnelServerSettings settings(ClientCertificate clientCertificate) {
        return new TunnelServerSettings(
                listen.host(),
                listen.port(),
                Duration.ofMillis(configuration.getRegistrationTimeout()),
                configuration.getMaxRegistrationSize(),
                configuration.getMaxUnregistered(),
                configuration.getMaxUnregisteredPerAddress(),
                configuration.getMaxFailedRegistrations(),
                configuration.isPlainCredentials(),
                clientCertificate,
                this::publicUrlOf,
                configuration.legacyOrigins(),
                configuration.sessionSettings());
    }

    private void openPort() throws IOException {
        address = server.start();
        reload = new FileReload(readers, configuration.getReloadInterval(), engine.loops(), engine.workers());
    }

    /** From the endpoint of that name; else from an endpoint for all names; else from the component. */
    private @Nullable String publicUrlOf(String name) {
        String found = null;
        for (TunnelEnd user : users) {
            boolean own = user.getOrigin().equals(name);
            if (own || user.isForAnyOrigin()) {
                String url = PublicUrls.of(user.getConfiguration(), name);
                found = own && url != null ? url : found == null ? url : found;
            }
        }
        return found == null && ownedByComponent ? PublicUrls.of(configuration, name) : found;
    }

    public OriginDirectory directory() {
        return directory;
    }

    /** Whether origins can dial in. */
    public boolean isListening() {
        return server.isListening();
    }

    public HostPort listen() {
        return listen;
    }

    /** The address that is bound, once the port is open. */
    @Nullable
    InetSocketAddress address() {
        return address;
    }

    void join(TunnelEnd endpoint) throws IOException {
        checkAgreement(endpoint);
        users.add(endpoint);
        try {
            tokens = new EndpointTokens(users);
            if (address == null) {
                openPort();
            }
        } catch (RuntimeException | IOException refused) {
            users.remove(endpoint);
            throw refused;
        }
        if (!endpoint.isForAnyOrigin()) {
            directory.addKnown(endpoint.getOrigin());
        }
    }

    private void checkAgreement(TunnelEnd endpoint) {
        EndpointOptions other = endpoint.getConfiguration();
        String differs = null;
        if (other.isTls() != tls) {
            differs = "tls: " + tls + " against " + other.isTls();
        } else if (tls && other.getSslContextParameters() != sslContextParameters) {
            differs = "sslContextParameters: two different ones";
        } else if (other.getAuthenticator() != authenticator) {
            differs = "authenticator: two different ones, or only one of them has one";
        } else {
            differs = OptionRules.portDifference(configuration, other);
        }
        if (differs != null) {
            throw new IllegalArgumentException(endpoint + " shares the tunnel port " + listen
                    + " with others but differs in " + differs + "; make them equal or give it a port of its own");
        }
        if (other.getToken() != null && !takesTokens) {
            throw new IllegalArgumentException(endpoint + " has a token, but the tunnel port " + listen
                    + " requires none; give the token to all its endpoints, or to none");
        }
        boolean any = endpoint.isForAnyOrigin();
        if (any && other.getToken() != null && !other.isAnyName() && !ownedByComponent) {
            throw new IllegalArgumentException(endpoint
                    + " has a token, but no name to bind it to; name the origin, use an authenticator, or set"
                    + " anyName=true, which allows the token's holder to register any name");
        }
    }

    /** Returns whether nobody is left. */
    boolean leave(TunnelEnd endpoint) {
        if (users.remove(endpoint)) {
            if (!endpoint.isForAnyOrigin()) {
                directory.removeKnown(endpoint.getOrigin());
            }
            tokens = new EndpointTokens(users);
        }
        return isUnused();
    }

    boolean isUnused() {
        return users.isEmpty() && !ownedByComponent;
    }

    /** Closes the port. Returns when the requests under way are finished, or when {@code patience} is over. */
    void close(Duration patience) {
        if (reload != null) {
            reload.close();
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

    /** The current tokens of the endpoints: producers start and stop while the port is open. */
    private final class CurrentTokens implements Authenticator {

        @Override
        public CompletionStage<Verdict> authenticate(Registration registration) {
            return tokens.authenticate(registration);
        }

        @Override
        public boolean lists(String name) {
            return tokens.lists(name);
        }
    }
}
