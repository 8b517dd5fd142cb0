package io.spdytunnel.tunnel;

import io.netty.channel.EventLoop;
import io.spdytunnel.session.Session;
import java.util.concurrent.CompletableFuture;

/** Makes one dial. */
@FunctionalInterface
interface Dialer {

    /**
     * Dials; called on the loop. The result completes on the loop, within a bounded time, with a session or usually
     * with a {@link DialFailedException}. To abort the dial, cancel the result.
     */
    CompletableFuture<Session> dial(EventLoop loop);

    /** Where visitors find this origin, as the proxy said with the last session; empty if it did not. */
    default String publicUrl() {
        return "";
    }
}
