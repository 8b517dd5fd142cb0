package io.spdytunnel.service;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.spdytunnel.net.HostDialer;
import io.spdytunnel.net.WorkerNameResolver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;

/** Connects to services by name: looks it up and dials its addresses as {@link HostDialer} does. Thread-safe. */
public final class ServiceDialer implements AutoCloseable {

    private final HostDialer hosts = new HostDialer();
    private final Duration connectTimeout;
    private final AddressResolverGroup<InetSocketAddress> resolver;

    /**
     * @param connectTimeout for all of it
     * @param workers look names up
     */
    public ServiceDialer(Duration connectTimeout, Executor workers) {
        this(connectTimeout, new WorkerNameResolver(workers));
    }

    ServiceDialer(Duration connectTimeout, AddressResolverGroup<InetSocketAddress> resolver) {
        this.connectTimeout = connectTimeout;
        this.resolver = resolver;
    }

    /**
     * Dials; the result comes on {@code loop}, where this is called.
     *
     * @param dialer kind of channel and options
     * @return a connection that has no handlers and does not read yet
     */
    public Future<Channel> dial(EventLoop loop, Bootstrap dialer, String host, int port) {
        Promise<Channel> outcome = loop.newPromise();
        long startedAt = System.nanoTime();
        resolver.getResolver(loop)
                .resolveAll(InetSocketAddress.createUnresolved(host, port))
                .addListener((Future<List<InetSocketAddress>> found) -> {
                    if (!found.isSuccess()) {
                        outcome.tryFailure(found.cause());
                        return;
                    }
                    List<InetAddress> addresses = found.getNow().stream()
                            .map(InetSocketAddress::getAddress)
                            .toList();
                    Duration left = connectTimeout.minusNanos(System.nanoTime() - startedAt);
                    hosts.dial(loop, dialer, host, port, addresses, left)
                            .addListener((Future<Channel> dialled) -> pass(dialled, outcome));
                });
        return outcome;
    }

    private static void pass(Future<Channel> dialled, Promise<Channel> outcome) {
        if (dialled.isSuccess()) {
            outcome.trySuccess(dialled.getNow());
        } else {
            outcome.tryFailure(dialled.cause());
        }
    }

    @Override
    public void close() {
        resolver.close();
    }
}
