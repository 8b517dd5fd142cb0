package io.spdytunnel.front;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.spdytunnel.http.HttpHandler;
import io.spdytunnel.session.MemoryBudget;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What all visitors of one server share.
 *
 * @param handler answers their requests
 * @param budget the pool for bodies of visitors with sessions
 * @param secure whether they come over TLS
 * @param accessLog gets a line for each request
 */
record VisitorService(
        VisitorServerSettings settings,
        HttpHandler handler,
        VisitorConnections connections,
        AbortLimit aborts,
        MemoryBudget budget,
        boolean secure,
        AccessLog accessLog) {

    /** @throws Refusal to an address that has aborted too many requests */
    void checkAborts(@Nullable SocketAddress visitor) throws Refusal {
        if (aborts.isReached(visitor)) {
            throw Refusal.tryAgainIn(
                    settings.abortPeriod().toSeconds() + 1,
                    HttpResponseStatus.TOO_MANY_REQUESTS,
                    "too many requests from this address were aborted");
        }
    }
}
