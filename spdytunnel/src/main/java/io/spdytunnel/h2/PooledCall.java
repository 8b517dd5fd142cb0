package io.spdytunnel.h2;

import io.netty.handler.codec.http.HttpResponse;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.HttpCalls;
import io.spdytunnel.http.OutcomeUnknown;
import io.spdytunnel.http.OutgoingRequest;
import io.spdytunnel.http.ResponseListener;
import io.spdytunnel.http.TunnelFailure;
import io.spdytunnel.session.Session;
import org.jspecify.annotations.Nullable;

/** One call to a service, which may have to wait for its connection. Confined to its event loop, but for cancelling. */
final class PooledCall implements HttpCalls.Call, ResponseListener {

    private final Http2ServicePool pool;
    private final OutgoingRequest request;
    private final ResponseListener listener;
    private HttpCalls.@Nullable Call call;
    private @Nullable Session session;
    private boolean over;

    PooledCall(Http2ServicePool pool, OutgoingRequest request, ResponseListener listener) {
        this.pool = pool;
        this.request = request;
        this.listener = listener;
    }

    void sendOn(HttpCalls calls, Session free) {
        session = free;
        call = calls.send(free, request, this);
    }

    /** It will never be sent. */
    void fail(TunnelFailure why) {
        if (!over) {
            failed(why);
            over();
        }
    }

    @Override
    public void cancel(String why) {
        pool.onLoop(() -> {
            if (call != null) {
                call.cancel(why);
            } else {
                fail(new OutcomeUnknown(TunnelFailure.GIVEN_UP, why));
            }
        });
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
        request.body().abandon(String.valueOf(failure.getMessage()));
        listener.failed(failure);
    }

    @Override
    public void over() {
        over = true;
        listener.over();
        if (session != null) {
            pool.freed(session);
        }
    }
}
