package io.spdytunnel.http;

import io.spdytunnel.spi.Api;

/** Answers requests. */
@Api
@FunctionalInterface
public interface HttpHandler {

    /** Takes a request and answers it, now or later, by {@link IncomingRequest#respond}. Called on an event loop. */
    void handle(IncomingRequest request);
}
