package io.spdytunnel.http;

import io.netty.handler.codec.http.HttpResponse;
import io.spdytunnel.session.Session;
import io.spdytunnel.spi.Api;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/** Sends requests on a session. Thread-safe. */
@Api
public final class HttpCalls {

    private final HttpCallSettings settings;
    private final String peer;
    private final String line;

    /** For sessions with origins. */
    public HttpCalls(HttpCallSettings settings) {
        this(settings, "the origin", "the tunnel");
    }

    /**
     * For other sessions.
     *
     * @param peer name of the other end, for failure messages
     * @param line name of the connection to it, for failure messages
     */
    public HttpCalls(HttpCallSettings settings, String peer, String line) {
        this.settings = settings;
        this.peer = peer;
        this.line = line;
    }

    /** A call under way. */
    public interface Call {

        /** The answer is no longer wanted: resets the stream with CANCEL. Any thread; ignored once the call is over. */
        void cancel(String why);
    }

    /**
     * Sends a request, and returns a future. It completes with the answer, or with a {@link TunnelFailure}, on the
     * session's event loop. To cancel the call, cancel the future. Any thread.
     */
    public CompletableFuture<HttpAnswer> send(Session session, OutgoingRequest request) {
        CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
        Call call = send(session, request, new ResponseListener() {
            @Override
            public void responded(HttpResponse head, HttpBody body) {
                if (!answer.complete(new HttpAnswer(head, body))) {
                    body.abandon("the caller no longer waits for the answer");
                }
            }

            @Override
            public void failed(TunnelFailure failure) {
                answer.completeExceptionally(failure);
            }
        });
        var unused = answer.whenComplete((done, given) -> {
            if (answer.isCancelled()) {
                call.cancel("the caller no longer waits for the answer");
            }
        });
        return answer;
    }

    /**
     * Sends a request. Any thread; on the session's event loop without a thread change.
     *
     * <p>If the call fails with {@link RequestNotSent}, the request's body is untouched, unless the message says
     * otherwise, so the request can be sent elsewhere.
     */
    public Call send(Session session, OutgoingRequest request, ResponseListener listener) {
        OutgoingCall call = new OutgoingCall(session, request, settings, peer, line, listener);
        if (session.eventLoop().inEventLoop()) {
            call.start();
        } else {
            try {
                session.eventLoop().execute(call::start);
            } catch (RejectedExecutionException shutDown) {
                listener.failed(new RequestNotSent(503, "this end is stopping"));
                listener.over();
            }
        }
        return call;
    }
}
