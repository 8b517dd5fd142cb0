package io.spdytunnel.tunnel;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.StreamAcceptor;
import io.spdytunnel.spdy.SpdySession;
import io.spdytunnel.spi.Api;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Opens sessions to a SPDY/3.1 server, without a tunnel: this end opens the streams.
 *
 * <p>Over TLS the server must choose {@code spdy/3.1} by ALPN (RFC 7301); NPN, which SPDY used first, is no longer in
 * TLS libraries. In plain TCP there is no negotiation.
 */
@Api
public final class SpdyConnector implements Dialer, AddressDialer.Steps {

    private final SpdyConnectorSettings settings;
    private final @Nullable TlsEngines tls;
    private final SessionStarter sessions;
    private final EventLoopGroup loops;
    private final AddressDialer dialer;

    /**
     * @param tls null for plain TCP
     * @param budget the pool for bodies; one a process is best
     * @param loops the caller's; they outlive the sessions
     */
    public SpdyConnector(
            SpdyConnectorSettings settings, @Nullable TlsEngines tls, MemoryBudget budget, EventLoopGroup loops) {
        this.settings = settings;
        this.tls = tls;
        this.loops = loops;
        this.sessions =
                (channel, session) -> SpdySession.start(channel, Role.INITIATOR, session, budget, StreamAcceptor.NONE);
        this.dialer = new AddressDialer(
                new AddressDialer.Target(settings.host(), settings.port(), settings.timeout(), "no session"),
                Transport.nio(loops).dialling(),
                NameLookup.platform(),
                this);
    }

    /**
     * Opens a session. Completes with it on its event loop, or with an exception whose message says what is wrong, at
     * the latest after the settings' timeout. To abort the dial, cancel the future.
     */
    public CompletableFuture<Session> connect() {
        CompletableFuture<Session> session = new CompletableFuture<>();
        EventLoop loop = loops.next();
        loop.execute(() -> {
            CompletableFuture<Session> dial = dial(loop);
            var unused = dial.whenComplete((up, failure) -> {
                if (up == null) {
                    session.completeExceptionally(failure);
                } else if (!session.complete(up)) {
                    up.drain(settings.timeout());
                }
            });
            var unusedToo = session.whenComplete((up, cancelled) -> dial.cancel(false));
        });
        return session;
    }

    @Override
    public CompletableFuture<Session> dial(EventLoop loop) {
        return dialer.dial(loop);
    }

    @Override
    public @Nullable String objection(InetAddress address) {
        return null;
    }

    @Override
    public void initialize(Channel channel, CompletableFuture<Session> outcome) {
        if (tls != null) {
            channel.pipeline().addLast(TunnelTls.forConnector(tls, settings.host(), settings.port(), channel.alloc()));
        }
        channel.pipeline().addLast(new SpdyGreeting(settings, sessions, outcome));
    }

    SpdyConnectorSettings settings() {
        return settings;
    }
}
