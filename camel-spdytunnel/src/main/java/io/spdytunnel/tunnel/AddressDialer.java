package io.spdytunnel.tunnel;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.spdytunnel.session.AddressText;
import io.spdytunnel.session.Session;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes one dial: looks the name up, tries its addresses in turn, and has a session begun on the first that answers. */
final class AddressDialer implements Dialer {

    /**
     * Where to, and for how long at most.
     *
     * @param wanted what is missing when the time is over, for the message
     */
    record Target(String host, int port, Duration timeout, String wanted) {}

    /** What is done with a connection. On its event loop. */
    interface Steps {

        /** Why this address may not be dialled, or null. */
        @Nullable
        String objection(InetAddress address);

        /** Adds what brings the session up, and completes {@code outcome} with it or a {@link DialFailedException}. */
        void initialize(Channel channel, CompletableFuture<Session> outcome);
    }

    private final Target target;
    private final Class<? extends Channel> channelType;
    private final NameLookup names;
    private final Steps steps;

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
        private @Nullable Channel channel;

        Attempt(EventLoop loop) {
            this.loop = loop;
        }

        void begin() {
            Future<?> deadline = loop.schedule(this::late, target.timeout().toNanos(), TimeUnit.NANOSECONDS);
            var unused = outcome.whenComplete((session, failure) -> {
                deadline.cancel(false);
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

        /** Tries the first address, and on failure the rest. */
        private void connect(List<InetAddress> addresses) {
            if (outcome.isDone()) {
                return;
            }
            InetAddress address = addresses.get(0);
            String objection = steps.objection(address);
            if (objection != null) {
                outcome.completeExceptionally(new DialFailedException(objection));
                return;
            }
            stage = "connecting to " + AddressText.of(address);
            long left = target.timeout().toNanos() - (System.nanoTime() - startedAt);
            long millis = Math.max(1, Duration.ofNanos(left).toMillis() / addresses.size());
            bootstrap((int) Math.min(millis, Integer.MAX_VALUE))
                    .connect(new InetSocketAddress(address, target.port()))
                    .addListener((ChannelFuture connected) -> connected(connected, address, addresses));
        }

        private void connected(ChannelFuture connected, InetAddress address, List<InetAddress> addresses) {
            if (connected.isSuccess()) {
                stage = "waiting for the answer of " + AddressText.of(address);
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
