package io.spdytunnel.http;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.spdytunnel.spi.Api;
import org.jspecify.annotations.Nullable;

/** Hears the answer to a request: exactly one of the first two methods, exactly once, on an event loop. */
@Api
public interface ResponseListener {

    /**
     * The origin answered.
     *
     * @param body streams on; whoever does not read it to its end abandons it
     */
    void responded(HttpResponse head, HttpBody body);

    /** There will be no answer. */
    void failed(TunnelFailure failure);

    /**
     * The origin pushes what the visitor will ask for next (SPDY/3.1 3.3), for the same host and scheme; before or after
     * the answer's head.
     *
     * @param request what it answers, a GET
     * @param push may be cancelled
     * @return who hears its answer, or null to refuse it
     */
    default @Nullable ResponseListener pushed(HttpRequest request, HttpCalls.Call push) {
        return null;
    }

    /** The exchange is over, body included, and its place on the session is free again; the last call, exactly once. */
    default void over() {}
}
