package io.spdytunnel.h2;

import io.netty.channel.EventLoop;
import io.spdytunnel.fields.VisitorId;
import io.spdytunnel.http.HttpCallSettings;
import io.spdytunnel.http.HttpCalls;
import io.spdytunnel.http.OutgoingRequest;
import io.spdytunnel.http.RequestNotSent;
import io.spdytunnel.http.ResponseListener;
import io.spdytunnel.service.ConnectionAuth;
import io.spdytunnel.service.ServiceDialer;
import io.spdytunnel.service.ServiceSharing;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.SessionSettings;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to services that speak HTTP/2 in plain TCP with prior knowledge (h2c, RFC 9113 3.3), both bodies and
 * trailers streaming, many on one connection. Thread-safe.
 *
 * <p>Each call stays on the event loop it is given, that of the stream it answers, and loops have connections of their
 * own, so that a byte never changes threads.
 */
public final class Http2Services implements AutoCloseable {

    private static final int USUAL_PORT = 80;

    /** Pools of one visitor each that one event loop keeps; beyond, a connection serves one request. */
    private static final int MOST_OWNED = 256;

    private static final Duration IDLE = Duration.ofSeconds(30);

    private final HttpCalls calls;
    private final SessionSettings settings;
    private final MemoryBudget budget;
    private final ServiceSharing sharing;
    private final Duration connectTimeout;
    private final ServiceDialer dialer;
    private final ConcurrentHashMap<Key, Http2ServicePool> pools = new ConcurrentHashMap<>();

    private final ConcurrentHashMap<EventLoop, Set<Key>> owned = new ConcurrentHashMap<>();

    /** @param visitor null for everybody */
    private record Key(
            EventLoop loop, String host, int port, @Nullable VisitorId visitor) {}

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
            ServiceSharing sharing,
            Duration connectTimeout,
            Executor workers) {
        this.calls = new HttpCalls(calls, "the service", "the connection to the service");
        this.settings = settings;
        this.budget = budget;
        this.sharing = sharing;
        this.connectTimeout = connectTimeout;
        this.dialer = new ServiceDialer(connectTimeout, workers);
    }

    /**
     * Sends a request. Any thread; {@code listener} is called on {@code loop}. A request that the service has not
     * processed by its own word, REFUSED_STREAM or GOAWAY, is sent again on another connection while its body is untouched,
     * a few times; then it fails with {@link RequestNotSent}.
     *
     * <p>A request with credentials that would count for its connection ({@link ConnectionAuth}) does not go where others'
     * requests go. That a service offers such a scheme changes nothing: on HTTP/2 it can tie nobody to a connection that
     * has carried no such credentials.
     *
     * @param service {@code h2c://host[:port]}; its path is not looked at
     * @param visitor whose request it is; null if nobody knows, then a connection that is not shared serves it alone
     */
    public HttpCalls.Call send(
            EventLoop loop,
            URI service,
            OutgoingRequest request,
            @Nullable VisitorId visitor,
            ResponseListener listener) {
        int port = service.getPort() >= 0 ? service.getPort() : USUAL_PORT;
        boolean shared = sharing == ServiceSharing.SHARED
                && !ConnectionAuth.isIn(request.head().headers());
        PooledCall call = new PooledCall(
                loop, new OutgoingRequest(request.head(), request.body(), "http", request.priority()), listener);
        Runnable take = () -> call.waitIn(
                shared
                        ? sharedPool(new Key(loop, service.getHost(), port, null))
                        : ownPool(new Key(loop, service.getHost(), port, visitor)));
        if (loop.inEventLoop()) {
            take.run();
        } else {
            try {
                loop.execute(take);
            } catch (RejectedExecutionException shutDown) {
                call.fail(new RequestNotSent(503, "this end is stopping"));
            }
        }
        return call;
    }

    private Http2ServicePool sharedPool(Key key) {
        return pools.computeIfAbsent(key, first -> newPool(first, IDLE, () -> {}));
    }

    /** On the event loop. */
    private Http2ServicePool ownPool(Key key) {
        Set<Key> kept = owned.computeIfAbsent(key.loop, first -> new HashSet<>());
        if (key.visitor == null || (kept.size() >= MOST_OWNED && !kept.contains(key))) {
            return newPool(key, Duration.ZERO, () -> {});
        }
        kept.add(key);
        return pools.computeIfAbsent(
                key,
                first -> newPool(first, IDLE, () -> {
                    pools.remove(first);
                    kept.remove(first);
                }));
    }

    private Http2ServicePool newPool(Key key, Duration idle, Runnable whenEmpty) {
        return new Http2ServicePool(
                key.loop, key.host, key.port, calls, settings, budget, connectTimeout, dialer, idle, whenEmpty);
    }

    /** Ends the connections behind the calls that are under way. */
    @Override
    public void close() {
        pools.values().forEach(Http2ServicePool::close);
        pools.clear();
        dialer.close();
    }
}
