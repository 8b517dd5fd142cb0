package io.spdytunnel.http;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.spdytunnel.spi.Api;
import org.jspecify.annotations.Nullable;

/** Gets the answer to a request: exactly one of the first two methods is called, exactly once, on an event loop. */
@Api
public interface ResponseListener {

    /**
     * The origin answered.
     *
     * @param body streams; read it to its end, or abandon it
     */
    void responded(HttpResponse head, HttpBody body);

    /** There will be no answer. */
    void failed(TunnelFailure failure);

    /**
     * The origin pushes a resource that the visitor will ask for next (SPDY/3.1 3.3), with the same host and scheme.
     * Called before or after the answer's head.
     *
     * @param request the request that the push answers, a GET
     * @param push may be cancelled
     * @return the listener for its answer, or null to refuse the push
     */
    default @Nullable ResponseListener pushed(HttpRequest request, HttpCalls.Call push) {
        return null;
    }

    /**
     * The call is over, body included, and its place on the session is free again. This is the last call, exactly once.
     */
    default void over() {}
}
