package io.spdytunnel.http;

import io.spdytunnel.spi.Api;

/** A request that was not sent: the visitor that asked for a page will need it next (SPDY/3.1 3.3). */
@Api
public interface PushedRequest extends IncomingRequest {

    /** Cancels the push without an answer. Any thread; ignored once it is over. */
    void giveUp(String why);
}
