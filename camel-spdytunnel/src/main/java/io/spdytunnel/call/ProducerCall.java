package io.spdytunnel.call;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.spdytunnel.directory.NoOriginException;
import io.spdytunnel.directory.Presence;
import io.spdytunnel.directory.SessionSource;
import io.spdytunnel.exchange.RequestExchanges;
import io.spdytunnel.fields.RawMode;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.HttpCalls;
import io.spdytunnel.http.IncomingRequest;
import io.spdytunnel.http.OutgoingRequest;
import io.spdytunnel.http.RequestNotSent;
import io.spdytunnel.http.RequestObserver;
import io.spdytunnel.http.ResponseListener;
import io.spdytunnel.http.TunnelFailure;
import io.spdytunnel.limits.OriginMeter;
import io.spdytunnel.limits.Stickiness;
import io.spdytunnel.options.EndpointOptions;
import io.spdytunnel.session.Session;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One exchange on its way to its origin. Finds a session, or waits for one, and sends the request. Sends it once more
 * if the request provably never reached an application and its body is untouched.
 */
public final class ProducerCall implements ResponseListener {

    private static final Logger LOG = LoggerFactory.getLogger(ProducerCall.class);

    private final Exchange exchange;
    private final AsyncCallback callback;
    private final String origin;
    private final OutgoingRequest request;
    private final SessionSource sessions;
    private final Stickiness.Visit visit;
    private final HttpCalls calls;
    private final ReplyMessages replies;
    private final EndpointOptions configuration;
    private final @Nullable OriginMeter meter;
    private final Executor workers;
    /**
     * The number of calls that are not over, and of waits for a session. The origin's meter counts this request until
     * it is 0.
     */
    private final AtomicInteger attempts = new AtomicInteger(1);

    private volatile @Nullable Session session;
    private volatile boolean sentTwice;
    private volatile @Nullable String visitorLeft;
    private volatile HttpCalls.@Nullable Call call;

    public ProducerCall(
            Exchange exchange,
            AsyncCallback callback,
            String origin,
            OutgoingRequest request,
            SessionSource sessions,
            Stickiness.Visit visit,
            HttpCalls calls,
            ReplyMessages replies,
            @Nullable OriginMeter meter,
            EndpointOptions configuration,
            Executor workers) {
        this.exchange = exchange;
        this.callback = callback;
        this.origin = origin;
        this.request = request;
        this.sessions = sessions;
        this.visit = visit;
        this.calls = calls;
        this.replies = replies;
        this.configuration = configuration;
        this.meter = meter;
        this.workers = workers;
    }

    /**
     * Starts. The callback is called with {@code false}, at any time from now on; on an event loop perhaps before this
     * returns.
     */
    public void start() {
        if (exchange.getProperty(RequestExchanges.REQUEST_PROPERTY) instanceof IncomingRequest visit) {
            visit.ended().whenComplete((done, gone) -> {
                if (gone != null) {
                    visitorLeft("the visitor left: " + gone.getMessage());
                }
            });
        }
        observer().servedBy(origin, null);
        Session free = visit.pick(sessions, null);
        if (free != null) {
            sendOn(free);
        } else {
            await();
        }
    }

    private RequestObserver observer() {
        return exchange.getProperty(RequestExchanges.REQUEST_PROPERTY) instanceof IncomingRequest visit
                ? visit.observer()
                : RequestObserver.NONE;
    }

    private void visitorLeft(String why) {
        visitorLeft = why;
        HttpCalls.Call current = call;
        if (current != null) {
            current.cancel(why);
        }
    }

    private void await() {
        Duration patience =
                switch (sessions.presence(origin)) {
                    case HERE -> Duration.ofMillis(configuration.getAwaitSlot());
                    case AWAY -> Duration.ofMillis(configuration.getAwaitOrigin());
                    case UNKNOWN -> Duration.ZERO;
                };
        CompletableFuture<Session> session = sessions.await(origin, patience);
        var unused = session.whenComplete((free, none) -> {
            if (free != null) {
                sendOn(free);
            } else {
                failed(absent(none));
                attemptOver();
            }
        });
    }

    private TunnelFailure absent(Throwable none) {
        Throwable cause = none.getCause() == null ? none : none.getCause();
        if (cause instanceof NoOriginException absent && absent.presence() == Presence.UNKNOWN) {
            return new RequestNotSent(404, "there is no origin " + origin, "there is no such origin");
        }
        return new RequestNotSent(503, Duration.ofSeconds(1), String.valueOf(cause.getMessage()));
    }

    private void sendOn(Session free) {
        session = free;
        observer().servedBy(origin, free.remoteAddress());
        HttpCalls.Call sent = calls.send(free, request, this);
        call = sent;
        String left = visitorLeft;
        if (left != null) {
            sent.cancel(left); // it left while we were sending
        }
    }

    @Override
    public void responded(HttpResponse head, HttpBody body) {
        boolean raw = request.isRaw() && RawMode.isGranted(request.head(), head);
        goOn(
                () -> {
                    if (raw) {
                        replies.granted(exchange, head, body);
                        served();
                    } else {
                        replies.replied(exchange, head, body, this::served);
                    }
                },
                body);
    }

    @Override
    public @Nullable ResponseListener pushed(HttpRequest pushed, HttpCalls.Call push) {
        return exchange.getProperty(RequestExchanges.REQUEST_PROPERTY) instanceof IncomingRequest visit
                ? PushRelay.begin(visit, pushed, push)
                : null;
    }

    @Override
    public void failed(TunnelFailure failure) {
        if (mayBeSentElsewhere(failure)) {
            sentTwice = true;
            attempts.incrementAndGet();
            LOG.debug("origin {}: {}; trying another session", origin, failure.getMessage());
            Session other = visit.pick(sessions, session);
            if (other != null) {
                sendOn(other);
            } else {
                await();
            }
            return;
        }
        goOn(
                () -> {
                    replies.failed(exchange, failure);
                    done();
                },
                null);
    }

    private boolean mayBeSentElsewhere(TunnelFailure failure) {
        return failure instanceof RequestNotSent
                && failure.status() == 503
                && session != null
                && !sentTwice
                && visitorLeft == null
                && (request.body().isEmpty() || request.body().isUntouched());
    }

    @Override
    public void over() {
        sessions.slotMayBeFree(origin);
        attemptOver();
    }

    private void attemptOver() {
        if (attempts.decrementAndGet() == 0 && meter != null) {
            meter.leave();
        }
    }

    /** If the rest of the route may block, it must not run on the session's event loop. */
    private void goOn(Runnable step, @Nullable HttpBody body) {
        if (mayGoOnHere()) {
            step.run();
            return;
        }
        try {
            workers.execute(step);
        } catch (RejectedExecutionException stopping) {
            if (body != null) {
                body.abandon("this end is stopping");
            }
            replies.failed(exchange, new RequestNotSent(503, "this end is stopping"));
            done();
        }
    }

    private boolean mayGoOnHere() {
        return configuration.isStreaming() // else the reply's body is waited for
                && Boolean.TRUE.equals(exchange.getProperty(RequestExchanges.NEVER_BLOCKS_PROPERTY));
    }

    private void served() {
        Session by = session;
        if (by != null) {
            visit.tellIn(exchange.getMessage(), sessions, by);
        }
        done();
    }

    private void done() {
        if (meter != null) {
            meter.tellIn(exchange.getMessage());
        }
        callback.done(false);
    }
}
