package io.spdytunnel.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Dials hosts that may have several addresses, by RFC 8305: the address that worked last time first, then IPv6 and IPv4
 * alternately. The next address is tried when the previous one has not answered for 250 ms, or at once if it refuses.
 * The first connection is used, and the other attempts are cancelled. Thread-safe.
 */
public final class HostDialer {

    /** Time for one address before the next one is tried in parallel (RFC 8305 5). */
    static final Duration HEAD_START = Duration.ofMillis(250);

    /** Number of hosts whose working address is remembered. */
    private static final int MOST_HOSTS = 1000;

    /** Number of addresses of one host that are tried. */
    private static final int MOST_ADDRESSES = 16;

    private final Map<InetSocketAddress, InetAddress> worked = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetSocketAddress, InetAddress> eldest) {
            return size() > MOST_HOSTS;
        }
    };

    /** Called before an address is dialled: why it must not be dialled, or null. */
    @FunctionalInterface
    public interface Guard {
        @Nullable
        String objection(InetAddress address);
    }

    /** Dials whatever address there is. */
    public Future<Channel> dial(
            EventLoop loop, Bootstrap dialer, String host, int port, List<InetAddress> found, Duration limit) {
        return dial(loop, dialer, host, port, found, limit, any -> null);
    }

    /**
     * Dials. On {@code loop}, on which the result comes.
     *
     * @param dialer kind of channel and options; neither its group nor its handler is used
     * @param found the name's addresses, in the name server's order; not empty
     * @param limit timeout of the whole dial
     * @param guard addresses that it rejects are skipped
     * @return a connection that has no handlers and does not read yet. To abort the dial, cancel it
     */
    public Future<Channel> dial(
            EventLoop loop,
            Bootstrap dialer,
            String host,
            int port,
            List<InetAddress> found,
            Duration limit,
            Guard guard) {
        Race race = new Race(loop, dialer, host, port, inOrder(host, port, found), guard);
        race.begin(limit);
        return race.outcome;
    }

    /**
     * Both addresses of this machine for {@code localhost}, whatever its hosts file has (RFC 6761 6.3): programs listen on
     * one of them alone. All other names as they are.
     */
    public static List<InetAddress> withBothLoopbacks(String host, List<InetAddress> found) {
        if (!host.equalsIgnoreCase("localhost")) {
            return found;
        }
        List<InetAddress> both = new ArrayList<>(found);
        for (byte[] bytes : new byte[][] {{127, 0, 0, 1}, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}) {
            InetAddress loopback = address(host, bytes);
            if (!both.contains(loopback)) {
                both.add(loopback);
            }
        }
        return both;
    }

    private static InetAddress address(String host, byte[] bytes) {
        try {
            return InetAddress.getByAddress(host, bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible); // they have the right length
        }
    }

    private List<InetAddress> inOrder(String host, int port, List<InetAddress> found) {
        ArrayDeque<InetAddress> first = new ArrayDeque<>();
        ArrayDeque<InetAddress> second = new ArrayDeque<>();
        boolean six = found.get(0) instanceof Inet6Address;
        found.forEach(one -> (one instanceof Inet6Address == six ? first : second).add(one));
        List<InetAddress> order = new ArrayList<>(found.size());
        while (!first.isEmpty() || !second.isEmpty()) {
            addIfAny(first.poll(), order);
            addIfAny(second.poll(), order);
        }
        InetAddress good = goodOne(host, port);
        if (good != null && order.remove(good)) {
            order.add(0, good);
        }
        return order.subList(0, Math.min(order.size(), MOST_ADDRESSES));
    }

    private static void addIfAny(@Nullable InetAddress one, List<InetAddress> order) {
        if (one != null) {
            order.add(one);
        }
    }

    private @Nullable InetAddress goodOne(String host, int port) {
        synchronized (worked) {
            return worked.get(InetSocketAddress.createUnresolved(host, port));
        }
    }

    private void worked(String host, int port, InetAddress address) {
        synchronized (worked) {
            worked.put(InetSocketAddress.createUnresolved(host, port), address);
        }
    }

    /** One dial; confined to its event loop. */
    private final class Race {

        private final EventLoop loop;
        private final Bootstrap dialer;
        private final String host;
        private final int port;
        private final Guard guard;
        private final ArrayDeque<InetAddress> left;
        private final Promise<Channel> outcome;
        private final Set<ChannelFuture> underWay = new HashSet<>();
        private final List<String> failures = new ArrayList<>();
        private @Nullable ScheduledFuture<?> next;

        Race(EventLoop loop, Bootstrap dialer, String host, int port, List<InetAddress> addresses, Guard guard) {
            this.loop = loop;
            this.guard = guard;
            this.dialer = dialer.clone().group(loop).option(ChannelOption.AUTO_READ, false);
            this.host = host;
            this.port = port;
            this.left = new ArrayDeque<>(addresses);
            this.outcome = loop.newPromise();
        }

        void begin(Duration limit) {
            ScheduledFuture<?> deadline = loop.schedule(
                    () -> outcome.tryFailure(new ConnectException(
                            host + ":" + port + " did not answer within " + limit.toMillis() + " ms")),
                    limit.toNanos(),
                    TimeUnit.NANOSECONDS);
            outcome.addListener(ended -> {
                deadline.cancel(false);
                stopWaiting();
                Set.copyOf(underWay).forEach(dial -> close(dial.channel()));
            });
            dialNext();
        }

        private void dialNext() {
            InetAddress address = left.poll();
            if (address == null || outcome.isDone()) {
                return;
            }
            stopWaiting();
            String objection = guard.objection(address);
            if (objection != null) {
                failed(new ConnectException(objection));
                return;
            }
            ChannelFuture dial = dialer.clone()
                    .handler(new ChannelInboundHandlerAdapter()) // what is spoken begins when it is taken
                    .connect(new InetSocketAddress(address, port));
            underWay.add(dial);
            if (!left.isEmpty()) {
                next = loop.schedule(this::dialNext, HEAD_START.toNanos(), TimeUnit.NANOSECONDS);
            }
            dial.addListener((ChannelFuture dialled) -> dialled(dialled, address));
        }

        private void dialled(ChannelFuture dial, InetAddress address) {
            underWay.remove(dial);
            if (dial.isSuccess()) {
                // Netty fires channelActive behind this promise: handlers that are added now would hear it again.
                loop.execute(() -> connected(dial.channel(), address));
            } else {
                failed(dial.cause());
            }
        }

        private void connected(Channel channel, InetAddress address) {
            worked(host, port, address);
            if (!outcome.trySuccess(channel)) {
                close(channel);
            }
        }

        private void failed(Throwable cause) {
            failures.add(String.valueOf(cause.getMessage()));
            if (!left.isEmpty()) {
                dialNext();
            } else if (underWay.isEmpty()) {
                outcome.tryFailure(new IOException(String.join("; ", failures), cause));
            }
        }

        private void stopWaiting() {
            if (next != null) {
                next.cancel(false);
            }
        }

        private static void close(Channel channel) {
            channel.close().addListener(closed -> {}); // it is one too many, however it ends
        }
    }
}
