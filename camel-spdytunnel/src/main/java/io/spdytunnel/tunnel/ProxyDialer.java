package io.spdytunnel.tunnel;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.spdytunnel.session.Session;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes one dial: looks the name up, tries its addresses in turn, and brings a tunnel up on the first that answers. */
final class ProxyDialer implements Dialer {

    private final TunnelClientSettings settings;
    private final @Nullable TlsEngines tls;
    private final Class<? extends Channel> channelType;
    private final NameLookup names;
    private final SessionStarter sessions;

    ProxyDialer(
            TunnelClientSettings settings,
            @Nullable TlsEngines tls,
            Class<? extends Channel> channelType,
            NameLookup names,
            SessionStarter sessions) {
        this.settings = settings;
        this.tls = tls;
        this.channelType = channelType;
        this.names = names;
        this.sessions = sessions;
    }

    @Override
    public CompletableFuture<Session> dial(EventLoop loop) {
        Attempt attempt = new Attempt(loop);
        attempt.begin();
        return attempt.outcome;
    }

    /** One dial; confined to its event loop. */
    private final class Attempt {

        private final EventLoop loop;
        private final CompletableFuture<Session> outcome = new CompletableFuture<>();
        private final long startedAt = System.nanoTime();
        private String stage = "looking up " + settings.proxyHost();
        private @Nullable Channel channel;

        Attempt(EventLoop loop) {
            this.loop = loop;
        }

        void begin() {
            Future<?> deadline =
                    loop.schedule(this::late, settings.dialTimeout().toNanos(), TimeUnit.NANOSECONDS);
            var unused = outcome.whenComplete((session, failure) -> {
                deadline.cancel(false);
                if (failure != null && channel != null) {
                    HangUp.on(channel);
                }
            });
            names.lookup(settings.proxyHost())
                    .whenComplete((addresses, failure) -> loop.execute(() -> lookedUp(addresses, failure)));
        }

        private void lookedUp(@Nullable List<InetAddress> addresses, @Nullable Throwable failure) {
            if (addresses == null || addresses.isEmpty()) {
                outcome.completeExceptionally(
                        failure == null ? new DialFailedException("no address for " + settings.proxyHost()) : failure);
            } else {
                connect(addresses);
            }
        }

        /** Tries the first address, and on failure the rest. */
        private void connect(List<InetAddress> addresses) {
            if (outcome.isDone()) {
                return;
            }
            InetAddress address = addresses.get(0);
            boolean wouldLeak = tls == null
                    && settings.credentials().areSent()
                    && !settings.plainCredentials()
                    && !address.isLoopbackAddress();
            if (wouldLeak) {
                outcome.completeExceptionally(new DialFailedException(
                        "credentials are not sent to " + address.getHostAddress() + " in plain text; use TLS"));
                return;
            }
            stage = "connecting to " + address.getHostAddress();
            long left = settings.dialTimeout().toNanos() - (System.nanoTime() - startedAt);
            long millis = Math.max(1, Duration.ofNanos(left).toMillis() / addresses.size());
            bootstrap((int) Math.min(millis, Integer.MAX_VALUE))
                    .connect(new InetSocketAddress(address, settings.proxyPort()))
                    .addListener((ChannelFuture connected) -> connected(connected, address, addresses));
        }

        private void connected(ChannelFuture connected, InetAddress address, List<InetAddress> addresses) {
            if (connected.isSuccess()) {
                stage = "waiting for the answer of " + address.getHostAddress();
                channel = connected.channel();
                if (outcome.isCompletedExceptionally()) {
                    HangUp.on(channel);
                }
            } else if (addresses.size() > 1) {
                connect(addresses.subList(1, addresses.size()));
            } else {
                outcome.completeExceptionally(
                        new DialFailedException(String.valueOf(connected.cause().getMessage())));
            }
        }

        private Bootstrap bootstrap(int connectMillis) {
            return new Bootstrap()
                    .group(loop)
                    .channel(channelType)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .option(ChannelOption.SO_KEEPALIVE, true)
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            initialize(channel);
                        }
                    });
        }

        private void initialize(Channel dialled) {
            if (tls != null) {
                try {
                    dialled.pipeline().addLast(TunnelTls.forOrigin(tls, settings.proxyHost(), settings.proxyPort()));
                } catch (RuntimeException wrongSettings) {
                    outcome.completeExceptionally(new DialFailedException("TLS cannot be set up: " + wrongSettings));
                    HangUp.on(dialled);
                    return;
                }
            }
            dialled.pipeline()
                    .addLast(new RegistrationDecoder(RegistrationDecoder.Expect.ANSWER, settings.maxMessageBytes()))
                    .addLast(new OriginHandshake(settings, sessions, outcome));
        }

        private void late() {
            outcome.completeExceptionally(new DialFailedException(
                    "no tunnel within " + settings.dialTimeout().toMillis() + " ms, still " + stage));
        }
    }
}
