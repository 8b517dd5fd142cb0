package io.spdytunnel.h2;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpResponse;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.HttpCalls;
import io.spdytunnel.http.OutcomeUnknown;
import io.spdytunnel.http.OutgoingRequest;
import io.spdytunnel.http.RequestNotSent;
import io.spdytunnel.http.ResponseListener;
import io.spdytunnel.http.TunnelFailure;
import io.spdytunnel.session.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call to a service, which may have to wait for its connection. Confined to its event loop, but for cancelling. */
final class PooledCall implements HttpCalls.Call, ResponseListener {

    private static final Logger LOG = LoggerFactory.getLogger(PooledCall.class);

    /** Connections that one call will try: a service that keeps none for long may close several in a row. */
    private static final int MOST_TRIES = 5;

    private static final int NOT_NOW = 503;

    private final EventLoop loop;
    private final OutgoingRequest request;
    private final ResponseListener listener;
    private @Nullable Http2ServicePool pool;
    private HttpCalls.@Nullable Call call;
    private @Nullable Session session;
    private boolean over;
    private boolean goesOn;
    private final List<Session> refusedBy = new ArrayList<>(0);

    PooledCall(EventLoop loop, OutgoingRequest request, ResponseListener listener) {
        this.loop = loop;
        this.request = request;
        this.listener = listener;
    }

    void waitIn(Http2ServicePool own) {
        if (!over) {
            pool = own;
            own.take(this);
        }
    }

    void sendOn(HttpCalls calls, Session free) {
        session = free;
        call = calls.send(free, request, this);
    }

    /** It will never be sent. */
    void fail(TunnelFailure why) {
        if (!over) {
            session = null; // its place there is free already
            giveUp(why);
            over();
        }
    }

    /** Whether it was not taken there: no place to send it to once more. */
    boolean wasRefusedBy(Session one) {
        return refusedBy.contains(one);
    }

    @Override
    public void cancel(String why) {
        try {
            if (loop.inEventLoop()) {
                cancelled(why);
            } else {
                loop.execute(() -> cancelled(why));
            }
        } catch (RejectedExecutionException shutDown) {
            LOG.debug("a call to a service was open when its event loop ended");
        }
    }

    private void cancelled(String why) {
        if (call != null) {
            call.cancel(why);
        } else {
            fail(new OutcomeUnknown(TunnelFailure.GIVEN_UP, why));
        }
    }

    boolean isOver() {
        return over;
    }

    @Override
    public void responded(HttpResponse head, HttpBody body) {
        listener.responded(head, body);
    }

    @Override
    public void failed(TunnelFailure failure) {
        if (mayBeSentAgain(failure)) {
            LOG.debug("sending a request to a service again: {}", failure.getMessage());
            goesOn = true; // when this attempt is over
        } else {
            giveUp(failure);
        }
    }

    /** REFUSED_STREAM and what is beyond the last stream of GOAWAY have not been looked at (RFC 9113 8.7). */
    private boolean mayBeSentAgain(TunnelFailure failure) {
        return failure instanceof RequestNotSent
                && failure.status() == NOT_NOW
                && refusedBy.size() < MOST_TRIES - 1
                && (request.body().isEmpty() || request.body().isUntouched());
    }

    private void giveUp(TunnelFailure failure) {
        request.body().abandon(String.valueOf(failure.getMessage()));
        listener.failed(failure);
    }

    @Override
    public void over() {
        if (goesOn && pool != null) {
            goesOn = false;
            call = null;
            if (session != null) {
                refusedBy.add(session);
                pool.freed(session);
            }
            pool.take(this);
            return;
        }
        over = true;
        listener.over();
        if (session != null && pool != null) {
            pool.freed(session);
        }
    }
}
