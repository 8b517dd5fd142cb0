package io.spdytunnel.http;

import io.netty.handler.codec.http.HttpResponse;

/** Hears the answer to a request: exactly one of the first two methods, exactly once, on an event loop. */
public interface ResponseListener {

    /**
     * The origin answered.
     *
     * @param body streams on; whoever does not read it to its end abandons it
     */
    void responded(HttpResponse head, HttpBody body);

    /** There will be no answer. */
    void failed(TunnelFailure failure);

    /** The exchange is over, body included, and its place on the session is free again; the last call, exactly once. */
    default void over() {}
}
