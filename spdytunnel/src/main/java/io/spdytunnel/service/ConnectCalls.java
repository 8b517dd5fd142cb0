package io.spdytunnel.service;

import io.netty.channel.EventLoop;
import io.netty.resolver.AddressResolverGroup;
import io.spdytunnel.http.HttpCallSettings;
import io.spdytunnel.http.HttpCalls;
import io.spdytunnel.http.OutgoingRequest;
import io.spdytunnel.http.RequestNotSent;
import io.spdytunnel.http.ResponseListener;
import io.spdytunnel.net.HostDialer;
import io.spdytunnel.net.WorkerNameResolver;
import io.spdytunnel.spi.Api;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Connects CONNECTs to where they lead, if the rules let them. Thread-safe. */
@Api
public final class ConnectCalls implements AutoCloseable {

    private final HttpCallSettings settings;
    private final Duration connectTimeout;
    private final ConnectRules rules;
    private final HostDialer hosts = new HostDialer();
    private final AddressResolverGroup<InetSocketAddress> resolver;

    /**
     * @param connectTimeout for looking up and dialling in all; then 504
     * @param workers look names up
     */
    public ConnectCalls(HttpCallSettings settings, Duration connectTimeout, ConnectRules rules, Executor workers) {
        this(settings, connectTimeout, rules, new WorkerNameResolver(workers));
    }

    ConnectCalls(
            HttpCallSettings settings,
            Duration connectTimeout,
            ConnectRules rules,
            AddressResolverGroup<InetSocketAddress> resolver) {
        this.settings = settings;
        this.connectTimeout = connectTimeout;
        this.rules = rules;
        this.resolver = resolver;
    }

    /**
     * Dials what the request's target names and answers 200, or fails: 403 if the rules do not let it, 502 if it cannot be
     * found or reached, 504 if that takes too long. Any thread; {@code listener} is called on {@code loop}, on which
     * the connection stays.
     *
     * @param request a CONNECT that {@link OutgoingRequest#isRaw}, its target host:port
     */
    public HttpCalls.Call send(EventLoop loop, OutgoingRequest request, ResponseListener listener) {
        ConnectCall call = new ConnectCall(loop, request, rules, settings, resolver.getResolver(loop), hosts, listener);
        try {
            if (loop.inEventLoop()) {
                call.start(connectTimeout);
            } else {
                loop.execute(() -> call.start(connectTimeout));
            }
        } catch (RejectedExecutionException shutDown) {
            listener.failed(new RequestNotSent(503, "this end is stopping"));
        }
        return call;
    }

    /** Connections that are up stay so. */
    @Override
    public void close() {
        resolver.close();
    }
}
