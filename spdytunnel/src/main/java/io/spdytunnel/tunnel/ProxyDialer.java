package io.spdytunnel.tunnel;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.spdytunnel.net.AddressText;
import io.spdytunnel.session.Session;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Dials a proxy and registers there. */
public final class ProxyDialer implements Dialer, AddressDialer.Steps {

    private final TunnelClientSettings settings;
    private final @Nullable TlsEngines tls;
    private final SessionStarter sessions;
    private final AddressDialer dialer;
    private volatile String publicUrl = "";

    public ProxyDialer(
            TunnelClientSettings settings,
            @Nullable TlsEngines tls,
            Class<? extends Channel> channelType,
            NameLookup names,
            SessionStarter sessions) {
        this.settings = settings;
        this.tls = tls;
        this.sessions = sessions;
        this.dialer = new AddressDialer(
                new AddressDialer.Target(
                        settings.proxyHost(), settings.proxyPort(), settings.dialTimeout(), "no tunnel"),
                channelType,
                names,
                this);
    }

    @Override
    public CompletableFuture<Session> dial(EventLoop loop) {
        return dialer.dial(loop);
    }

    @Override
    public String publicUrl() {
        return publicUrl;
    }

    @Override
    public @Nullable String objection(InetAddress address) {
        boolean wouldLeak = tls == null
                && settings.credentials().areSent()
                && !settings.plainCredentials()
                && !address.isLoopbackAddress();
        return wouldLeak ? "credentials are not sent to " + AddressText.of(address) + " in plain text; use TLS" : null;
    }

    @Override
    public void initialize(Channel dialled, CompletableFuture<Session> outcome) {
        if (tls != null) {
            dialled.pipeline()
                    .addLast(TunnelTls.forOrigin(tls, settings.proxyHost(), settings.proxyPort(), dialled.alloc()));
        }
        dialled.pipeline()
                .addLast(new RegistrationDecoder(RegistrationDecoder.Expect.ANSWER, settings.maxMessageBytes()))
                .addLast(new OriginHandshake(settings, sessions, outcome, told -> publicUrl = told));
    }
}
