package io.spdytunnel.http;

import io.netty.handler.codec.http.HttpResponse;
import io.spdytunnel.session.Session;
import io.spdytunnel.spi.Api;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/** Sends requests down a session. Thread-safe. */
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
     * For sessions with others.
     *
     * @param peer who answers, in the words of failures
     * @param line what leads there, in the words of failures
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
     * Sends a request, for who wants a future: it completes with the answer's head, or with a {@link TunnelFailure}, on
     * the session's event loop. Who cancels it gives the call up. Any thread.
     */
    public CompletableFuture<HttpAnswer> send(Session session, OutgoingRequest request) {
        CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
        Call call = send(session, request, new ResponseListener() {
            @Override
            public void responded(HttpResponse head, HttpBody body) {
                if (!answer.complete(new HttpAnswer(head, body))) {
                    body.abandon("nobody waits for the answer any more");
                }
            }

            @Override
            public void failed(TunnelFailure failure) {
                answer.completeExceptionally(failure);
            }
        });
        var unused = answer.whenComplete((done, given) -> {
            if (answer.isCancelled()) {
                call.cancel("nobody waits for the answer any more");
            }
        });
        return answer;
    }

    /**
     * Sends a request. Any thread; from the session's event loop without a hop.
     *
     * <p>The request's body is untouched as long as a {@link RequestNotSent} is the answer, except where the message
     * says otherwise, so that it can be sent elsewhere.
     */
    public Call send(Session session, OutgoingRequest request, ResponseListener listener) {
        OutgoingCall call = new OutgoingCall(session, request, settings, peer, line, listener);
        if (session.eventLoop().inEventLoop()) {
            call.start();
        } else {
            try {
                session.eventLoop().execute(call::start);
            } catch (RejectedExecutionException shutDown) {
                listener.failed(new RequestNotSent(503, "this end is shutting down"));
                listener.over();
            }
        }
        return call;
    }
}
