package io.spdytunnel.h2;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import io.spdytunnel.http.HttpCalls;
import io.spdytunnel.http.RequestNotSent;
import io.spdytunnel.service.ServiceDialer;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.StreamAcceptor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one event loop to one service: another is dialled when the service's MAX_CONCURRENT_STREAMS are
 * all in use, up to a few; then calls wait in line. Confined to that event loop, but where it says so.
 */
final class Http2ServicePool {

    private static final Logger LOG = LoggerFactory.getLogger(Http2ServicePool.class);

    /** At the usual 100 streams each, more than one loop's share of what a tunnel carries at once. */
    private static final int MOST_CONNECTIONS = 8;

    /** With those that GOAWAY has ended for new streams, and that go on for what they have. */
    private static final int MOST_WITH_LEAVING = 4 * MOST_CONNECTIONS;

    private static final int MOST_WAITING = 1000;
    private static final Duration DRAIN = Duration.ofSeconds(30);

    private final EventLoop loop;
    private final String host;
    private final int port;
    private final HttpCalls calls;
    private final SessionSettings settings;
    private final MemoryBudget budget;
    private final Duration connectTimeout;
    private final ServiceDialer dialer;
    private final Duration idle;
    private final Runnable whenEmpty;

    private final Map<Session, @Nullable ScheduledFuture<?>> sessions = new LinkedHashMap<>();
    private final ArrayDeque<PooledCall> waiting = new ArrayDeque<>();
    private boolean dialling;
    private boolean closed;

    /**
     * @param idle how long a connection is kept without a call
     * @param whenEmpty told when neither a connection nor a call is left
     */
    Http2ServicePool(
            EventLoop loop,
            String host,
            int port,
            HttpCalls calls,
            SessionSettings settings,
            MemoryBudget budget,
            Duration connectTimeout,
            ServiceDialer dialer,
            Duration idle,
            Runnable whenEmpty) {
        this.loop = loop;
        this.host = host;
        this.port = port;
        this.calls = calls;
        this.settings = settings;
        this.budget = budget;
        this.connectTimeout = connectTimeout;
        this.dialer = dialer;
        this.idle = idle;
        this.whenEmpty = whenEmpty;
    }

    private void onLoop(Runnable step) {
        if (loop.inEventLoop()) {
            step.run();
            return;
        }
        try {
            loop.execute(step);
        } catch (RejectedExecutionException shutDown) {
            LOG.debug("a call to {}:{} was open when its event loop ended", host, port);
        }
    }

    // ---- calls

    void take(PooledCall call) {
        Session free = waiting.isEmpty() ? free(call) : null;
        if (free != null) {
            send(call, free);
        } else if (closed || waiting.size() >= MOST_WAITING) {
            call.fail(new RequestNotSent(503, Duration.ofSeconds(1), waiting.size() + " requests wait for " + name()));
        } else {
            waiting.add(call);
            var unused = loop.schedule(() -> waitedTooLong(call), connectTimeout.toNanos(), TimeUnit.NANOSECONDS);
            dialIfItHelps();
        }
    }

    private @Nullable Session free(PooledCall call) {
        for (Session session : sessions.keySet()) {
            if (session.freeStreams() > 0 && !call.wasRefusedBy(session)) {
                return session;
            }
        }
        return null;
    }

    private void send(PooledCall call, Session on) {
        ScheduledFuture<?> expiry = sessions.put(on, null);
        if (expiry != null) {
            expiry.cancel(false);
        }
        call.sendOn(calls, on);
    }

    private void sendWaiting() {
        while (!waiting.isEmpty()) {
            PooledCall first = waiting.peek();
            Session free = first.isOver() ? null : free(first);
            if (free == null && !first.isOver()) {
                dialIfItHelps();
                return;
            }
            waiting.remove();
            if (free != null) {
                send(first, free);
            }
        }
    }

    private void waitedTooLong(PooledCall call) {
        if (waiting.remove(call)) {
            call.fail(new RequestNotSent(
                    503,
                    Duration.ofSeconds(1),
                    "no stream to " + name() + " was free within " + connectTimeout.toMillis() + " ms"));
        }
    }

    /** A call's stream is over. */
    void freed(Session session) {
        onLoop(() -> {
            sendWaiting();
            restIfIdle(session);
        });
    }

    private void restIfIdle(Session session) {
        if (session.openStreams() == 0 && sessions.containsKey(session) && sessions.get(session) == null) {
            sessions.put(
                    session, loop.schedule(() -> session.drain(Duration.ZERO), idle.toNanos(), TimeUnit.NANOSECONDS));
        }
    }

    // ---- connections

    private void dialIfItHelps() {
        long live =
                sessions.keySet().stream().filter(Session::isAcceptingStreams).count();
        if (dialling || closed || live >= MOST_CONNECTIONS || sessions.size() >= MOST_WITH_LEAVING) {
            return;
        }
        dialling = true;
        Bootstrap bootstrap = new Bootstrap()
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(32 * 1024, 64 * 1024));
        var unused = dialer.dial(loop, bootstrap, host, port).addListener((Future<Channel> connected) -> {
            if (connected.isSuccess()) {
                begin(connected.getNow());
                connected.getNow().config().setAutoRead(true);
            } else {
                notReached(connected.cause());
            }
        });
    }

    private void begin(Channel channel) {
        Http2Session begun = Http2Session.start(channel, Role.INITIATOR, settings, budget, StreamAcceptor.NONE);
        Session session = begun.session();
        ScheduledFuture<?> late =
                loop.schedule(() -> session.drain(Duration.ZERO), connectTimeout.toNanos(), TimeUnit.NANOSECONDS);
        begun.whenUp().whenComplete((up, never) -> {
            late.cancel(false);
            dialling = false;
            if (never != null) {
                notReached(never);
            } else if (closed) {
                session.drain(Duration.ZERO);
            } else {
                sessions.put(session, null);
                sendWaiting();
                restIfIdle(session); // who has asked for it may have gone
            }
        });
        session.whenEnded().whenComplete((end, never) -> {
            ScheduledFuture<?> expiry = sessions.remove(session);
            if (expiry != null) {
                expiry.cancel(false);
            }
            tellIfEmpty();
        });
    }

    private void notReached(Throwable cause) {
        dialling = false;
        failWaiting(new RequestNotSent(502, name() + " cannot be reached by HTTP/2: " + cause.getMessage()));
        tellIfEmpty();
    }

    private void tellIfEmpty() {
        if (sessions.isEmpty() && waiting.isEmpty() && !dialling) {
            whenEmpty.run();
        }
    }

    private void failWaiting(RequestNotSent failure) {
        ArrayList<PooledCall> all = new ArrayList<>(waiting);
        waiting.clear();
        all.forEach(call -> call.fail(failure));
    }

    private String name() {
        return "the service " + host + ":" + port;
    }

    /** Any thread: ends the connections behind the calls that are under way. */
    void close() {
        onLoop(() -> {
            closed = true;
            failWaiting(new RequestNotSent(503, "this end is stopping")); // nobody dials for them any more
            new ArrayList<>(sessions.keySet()).forEach(session -> session.drain(DRAIN));
        });
    }
}
