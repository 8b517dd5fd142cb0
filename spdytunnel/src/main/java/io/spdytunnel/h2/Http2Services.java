package io.spdytunnel.h2;

import io.netty.channel.EventLoop;
import io.spdytunnel.http.HttpCallSettings;
import io.spdytunnel.http.HttpCalls;
import io.spdytunnel.http.OutgoingRequest;
import io.spdytunnel.http.RequestNotSent;
import io.spdytunnel.http.ResponseListener;
import io.spdytunnel.net.WorkerNameResolver;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.SessionSettings;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Sends requests to services that speak HTTP/2 in plain TCP with prior knowledge (h2c, RFC 9113 3.3), both bodies and
 * trailers streaming, many on one connection. Thread-safe.
 *
 * <p>Each call stays on the event loop it is given, that of the stream it answers, and loops have connections of their
 * own, so that a byte never changes threads.
 */
public final class Http2Services implements AutoCloseable {

    private static final int USUAL_PORT = 80;

    private final HttpCalls calls;
    private final SessionSettings settings;
    private final MemoryBudget budget;
    private final Duration connectTimeout;
    private final WorkerNameResolver resolver;
    private final ConcurrentHashMap<Key, Http2ServicePool> pools = new ConcurrentHashMap<>();

    private record Key(EventLoop loop, String host, int port) {}

    /**
     * @param settings of the sessions with services
     * @param budget what services may have under way is taken from it
     * @param connectTimeout for the connection and the service's SETTINGS, and what a request waits for a free stream
     * @param workers look names up
     */
    public Http2Services(
            HttpCallSettings calls,
            SessionSettings settings,
            MemoryBudget budget,
            Duration connectTimeout,
            Executor workers) {
        this.calls = new HttpCalls(calls, "the service", "the connection to the service");
        this.settings = settings;
        this.budget = budget;
        this.connectTimeout = connectTimeout;
        this.resolver = new WorkerNameResolver(workers);
    }

    /**
     * Sends a request. Any thread; {@code listener} is called on {@code loop}. A request that the service has not
     * processed by its own word, REFUSED_STREAM or GOAWAY, fails with {@link RequestNotSent}.
     *
     * @param service {@code h2c://host[:port]}; its path is not looked at
     */
    public HttpCalls.Call send(EventLoop loop, URI service, OutgoingRequest request, ResponseListener listener) {
        int port = service.getPort() >= 0 ? service.getPort() : USUAL_PORT;
        Http2ServicePool pool = pools.computeIfAbsent(
                new Key(loop, service.getHost(), port),
                key -> new Http2ServicePool(
                        key.loop, key.host, key.port, calls, settings, budget, connectTimeout, resolver));
        PooledCall call = new PooledCall(
                pool, new OutgoingRequest(request.head(), request.body(), "http", request.priority()), listener);
        if (loop.inEventLoop()) {
            pool.take(call);
        } else {
            try {
                loop.execute(() -> pool.take(call));
            } catch (RejectedExecutionException shutDown) {
                call.fail(new RequestNotSent(503, "this end is shutting down"));
            }
        }
        return call;
    }

    /** Ends the connections behind the calls that are under way. */
    @Override
    public void close() {
        pools.values().forEach(Http2ServicePool::close);
        pools.clear();
        resolver.close();
    }
}
