package io.spdytunnel.http;

import io.spdytunnel.spi.Api;

/** A request that nobody has sent: whoever asked for a page will want this next (SPDY/3.1 3.3). */
@Api
public interface PushedRequest extends IncomingRequest {

    /** Gives the push up: there is nothing worth sending. Any thread; ignored once it is over. */
    void giveUp(String why);
}
