package io.spdytunnel.front;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.spdytunnel.http.Arrival;
import io.spdytunnel.http.HttpHandler;
import io.spdytunnel.http.IncomingRequest;
import io.spdytunnel.session.MemoryBudget;
import java.net.InetAddress;
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

    /** Who sent the request, as far as somebody trusted says it. */
    @Nullable
    InetAddress visitor(Arrival arrival, HttpRequest head) {
        return ToldAddress.of(arrival, head, settings.edge().trusted());
    }

    /** @throws Refusal to an address of which too many requests are worked on that it has given up */
    void checkAborts(Arrival arrival, HttpRequest head) throws Refusal {
        if (!aborts.isEmpty() && aborts.isReached(visitor(arrival, head))) {
            throw Refusal.tryAgainIn(
                    1,
                    HttpResponseStatus.TOO_MANY_REQUESTS,
                    settings.maxAborts() + " requests that this address gave up are still in progress");
        }
    }

    /** Nobody waits for the answer any more: the request counts for as long as it is worked on. On its event loop. */
    void givenUp(Arrival arrival, IncomingRequest request) {
        if (request.isWorkedOn()) {
            InetAddress visitor = visitor(arrival, request.head());
            aborts.givenUp(visitor);
            request.whenWorkIsDone(() -> aborts.finished(visitor));
        }
    }
}
