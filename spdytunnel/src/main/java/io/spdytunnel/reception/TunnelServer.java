package io.spdytunnel.reception;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.spdytunnel.directory.OriginDirectory;
import io.spdytunnel.net.AddressKey;
import io.spdytunnel.net.AddressText;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.StreamAcceptor;
import io.spdytunnel.spdy.SpdySession;
import io.spdytunnel.spi.Api;
import io.spdytunnel.spi.Authenticator;
import io.spdytunnel.tunnel.HangUp;
import io.spdytunnel.tunnel.RegistrationDecoder;
import io.spdytunnel.tunnel.SessionStarter;
import io.spdytunnel.tunnel.TlsEngines;
import io.spdytunnel.tunnel.Transport;
import io.spdytunnel.tunnel.TunnelObserver;
import io.spdytunnel.tunnel.TunnelTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proxy's tunnel port: accepts origins that dial in, authenticates them, and adds their sessions to the directory.
 *
 * <p>The event loops belong to the caller and must live longer than the server. It is best to share them with the front
 * door: if both connections of a request are on one loop, no thread change is needed.
 */
@Api
public final class TunnelServer {

    private static final Logger LOG = LoggerFactory.getLogger(TunnelServer.class);

    private final TunnelServerSettings settings;
    private final @Nullable TlsEngines tls;
    private final OriginDirectory directory;
    private final Predicate<String> lister;
    private final Transport transport;
    private final ReceptionDesk desk;
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
    private @Nullable Channel listening;
    private volatile @Nullable Duration stopping;

    /**
     * @param tls null for plain text
     * @param authenticator decides who may register
     * @param budget the pool for bodies, one per component
     * @throws IllegalArgumentException without an authenticator
     */
    public TunnelServer(
            TunnelServerSettings settings,
            @Nullable TlsEngines tls,
            @Nullable Authenticator authenticator,
            OriginDirectory directory,
            MemoryBudget budget,
            EventLoopGroup loops,
            TunnelObserver observer) {
        this(
                settings,
                tls,
                authenticator,
                directory,
                Transport.nio(loops),
                observer,
                (channel, sessionSettings) ->
                        SpdySession.start(channel, Role.INITIATOR, sessionSettings, budget, StreamAcceptor.NONE));
    }

    TunnelServer(
            TunnelServerSettings settings,
            @Nullable TlsEngines tls,
            @Nullable Authenticator authenticator,
            OriginDirectory directory,
            Transport transport,
            TunnelObserver observer,
            SessionStarter starter) {
        if (authenticator == null) {
            throw new IllegalArgumentException("the tunnel port " + settings.host() + ":" + settings.port()
                    + " has no authenticator: anybody could register any origin; give it one");
        }
        this.settings = settings;
        this.tls = tls;
        this.directory = directory;
        this.lister = authenticator::lists;
        this.transport = transport;
        this.desk = new ReceptionDesk(
                settings,
                authenticator,
                directory,
                new UnregisteredConnections(settings.maxUnregistered(), settings.maxUnregisteredPerAddress()),
                new FailedRegistrations(settings.failuresPerMinute(), System::nanoTime),
                starter,
                observer,
                Clock.systemUTC(),
                this::started,
                settings.legacyOrigins() == null
                        ? null
                        : new LegacyReception(
                                settings.legacyOrigins(), directory, transport.loops(), System::nanoTime));
    }

    /**
     * Opens the port and returns its address; blocks until it is open, so never call it on an event loop.
     *
     * @throws IOException naming the port, if it is in use or may not be opened
     */
    public synchronized InetSocketAddress start() throws IOException {
        if (listening != null) {
            throw new IllegalStateException("the tunnel port " + where() + " is already open");
        }
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(transport.loops())
                .channel(transport.listening())
                .option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        receive(channel);
                    }
                });
        ChannelFuture bound = bootstrap.bind(settings.host(), settings.port()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot open the tunnel port " + where() + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        listening = bound.channel();
        stopping = null;
        directory.addLister(lister);
        InetSocketAddress address = (InetSocketAddress) bound.channel().localAddress();
        LOG.info("tunnel port {}:{} open, {}", settings.host(), address.getPort(), tls == null ? "plain text" : "TLS");
        if (settings.legacyOrigins() != null) {
            LOG.warn(
                    "tunnel port {}:{} accepts origins of amahi/spdy-proxy as origin {}: they prove nothing, so every"
                            + " host in legacyOriginAddresses can be that origin",
                    settings.host(),
                    address.getPort(),
                    settings.legacyOrigins().name());
        }
        return address;
    }

    /** Whether the port is open. */
    public synchronized boolean isListening() {
        return listening != null && listening.isOpen();
    }

    /** Connections that are busy registering. */
    public int unregistered() {
        return desk.unregistered().size();
    }

    /**
     * Closes the port, and lets requests under way finish. Completes when the last tunnel has ended, at the latest
     * after {@code patience}.
     */
    public CompletionStage<Void> stop(Duration patience) {
        stopping = patience;
        CompletableFuture<Void> closed = closePort();
        desk.unregistered().closeAll();
        sessions.forEach(session -> session.drain(patience));
        CompletableFuture<?>[] ends = sessions.stream()
                .map(session -> session.whenEnded().toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(closed, CompletableFuture.allOf(ends));
    }

    private synchronized CompletableFuture<Void> closePort() {
        Channel port = listening;
        CompletableFuture<Void> closed = new CompletableFuture<>();
        if (port == null) {
            closed.complete(null);
            return closed;
        }
        listening = null;
        directory.removeLister(lister);
        LOG.info("tunnel port {} closed", port.localAddress());
        port.close().addListener(any -> closed.complete(null));
        return closed;
    }

    private void receive(Channel channel) {
        InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
        if (remote == null) { // gone before we looked
            HangUp.on(channel);
            return;
        }
        Channel pushedOut = desk.unregistered().admit(AddressKey.of(remote.getAddress()), channel);
        if (pushedOut != null) {
            LOG.debug(
                    "closing {}: too many connections are registering",
                    AddressText.withPort(pushedOut.remoteAddress()));
            HangUp.on(pushedOut);
        }
        if (tls != null) {
            channel.pipeline().addLast(TunnelTls.forProxy(tls, settings.clientCertificate(), channel.alloc()));
        }
        channel.pipeline()
                .addLast(new RegistrationDecoder(RegistrationDecoder.Expect.REQUEST, settings.maxMessageBytes()))
                .addLast(new ProxyHandshake(desk, remote));
    }

    private void started(Session session) {
        sessions.add(session);
        session.whenEnded().whenComplete((end, failure) -> sessions.remove(session));
        Duration patience = stopping;
        if (patience != null) { // it was registering while the port was closed
            session.drain(patience);
        }
    }

    private String where() {
        return settings.host() + ":" + settings.port();
    }
}
