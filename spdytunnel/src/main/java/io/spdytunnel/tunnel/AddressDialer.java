package io.spdytunnel.tunnel;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import io.spdytunnel.net.AddressText;
import io.spdytunnel.net.HostDialer;
import io.spdytunnel.session.Session;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes one dial: looks up the name, tries its addresses like {@link HostDialer}, and starts a session on the first
 * connection.
 */
final class AddressDialer implements Dialer {

    /**
     * The host to dial, and the timeout.
     *
     * @param wanted what is missing after the timeout, for the message
     */
    record Target(String host, int port, Duration timeout, String wanted) {}

    /** The steps on a connection. Called on its event loop. */
    interface Steps {

        /** Why this address may not be dialled, or null. */
        @Nullable
        String objection(InetAddress address);

        /**
         * Adds the handlers that start the session, and completes {@code outcome} with the session or a
         * {@link DialFailedException}.
         */
        void initialize(Channel channel, CompletableFuture<Session> outcome);
    }

    private final Target target;
    private final Class<? extends Channel> channelType;
    private final NameLookup names;
    private final Steps steps;
    private final HostDialer hosts = new HostDialer();

    AddressDialer(Target target, Class<? extends Channel> channelType, NameLookup names, Steps steps) {
        this.target = target;
        this.channelType = channelType;
        this.names = names;
        this.steps = steps;
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
        private String stage = "looking up " + target.host();
        private @Nullable Future<Channel> dialling;
        private @Nullable Channel channel;

        Attempt(EventLoop loop) {
            this.loop = loop;
        }

        void begin() {
            ScheduledFuture<?> deadline =
                    loop.schedule(this::late, target.timeout().toNanos(), TimeUnit.NANOSECONDS);
            var unused = outcome.whenComplete((session, failure) -> {
                deadline.cancel(false);
                if (failure != null && dialling != null) {
                    dialling.cancel(false);
                }
                if (failure != null && channel != null) {
                    HangUp.on(channel);
                }
            });
            names.lookup(target.host())
                    .whenComplete((addresses, failure) -> loop.execute(() -> lookedUp(addresses, failure)));
        }

        private void lookedUp(@Nullable List<InetAddress> addresses, @Nullable Throwable failure) {
            if (addresses == null || addresses.isEmpty()) {
                outcome.completeExceptionally(
                        failure == null ? new DialFailedException("no address for " + target.host()) : failure);
            } else {
                connect(addresses);
            }
        }

        private void connect(List<InetAddress> addresses) {
            if (outcome.isDone()) {
                return;
            }
            Bootstrap dialer = new Bootstrap()
                    .channel(channelType)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .option(ChannelOption.SO_KEEPALIVE, true);
            Duration left = target.timeout().minusNanos(System.nanoTime() - startedAt);
            Future<Channel> dial = hosts.dial(
                    loop,
                    dialer,
                    target.host(),
                    target.port(),
                    HostDialer.withBothLoopbacks(target.host(), addresses),
                    left,
                    this::objection);
            dialling = dial;
            dial.addListener((Future<Channel> connected) -> connected(connected));
        }

        private @Nullable String objection(InetAddress address) {
            stage = "connecting to " + AddressText.of(address);
            return steps.objection(address);
        }

        private void connected(Future<Channel> connected) {
            if (!connected.isSuccess()) {
                outcome.completeExceptionally(
                        new DialFailedException(String.valueOf(connected.cause().getMessage())));
                return;
            }
            Channel up = connected.getNow();
            channel = up;
            if (outcome.isDone()) {
                HangUp.on(up);
                return;
            }
            stage = "waiting for the answer of " + target.host();
            if (up.remoteAddress() instanceof InetSocketAddress peer) {
                stage = "waiting for the answer of " + peer.getAddress().getHostAddress();
            }
            initialize(up);
            up.pipeline().fireChannelActive(); // which was before its handlers were there
            up.config().setAutoRead(true);
        }

        private void initialize(Channel dialled) {
            try {
                steps.initialize(dialled, outcome);
            } catch (RuntimeException wrongSettings) {
                outcome.completeExceptionally(new DialFailedException("TLS cannot be set up: " + wrongSettings));
                HangUp.on(dialled);
            }
        }

        private void late() {
            outcome.completeExceptionally(new DialFailedException(
                    target.wanted() + " within " + target.timeout().toMillis() + " ms, still " + stage));
        }
    }
}
