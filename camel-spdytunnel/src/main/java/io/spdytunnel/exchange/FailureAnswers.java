package io.spdytunnel.exchange;

import io.spdytunnel.http.IncomingRequest;
import io.spdytunnel.http.TunnelFailure;
import org.apache.camel.util.ObjectHelper;
import org.jspecify.annotations.Nullable;

/** What whoever asked is told of an exchange that failed: a status and a line, never a stack trace. */
final class FailureAnswers {

    private FailureAnswers() {}

    /** @param status the route's own wish, or null */
    static void send(IncomingRequest request, Throwable failure, @Nullable Integer status) {
        TunnelFailure tunnel = ObjectHelper.getException(TunnelFailure.class, failure);
        if (tunnel != null) {
            PlainAnswers.send(
                    request, status == null ? tunnel.status() : status, tunnel.forVisitor(), tunnel.retryAfter());
        } else {
            PlainAnswers.send(request, status == null ? 500 : status, "the request failed");
        }
    }
}
