package io.spdytunnel.call;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.HttpCalls;
import io.spdytunnel.http.IncomingRequest;
import io.spdytunnel.http.PushedRequest;
import io.spdytunnel.http.ResponseListener;
import io.spdytunnel.http.TunnelFailure;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Passes an origin's push on to its visitor, past the proxy's route, because the push belongs to an answer that may be
 * on its way already. If either end cancels, the other end is told.
 */
public final class PushRelay implements ResponseListener {

    private final CompletionStage<PushedRequest> target;

    private PushRelay(CompletionStage<PushedRequest> target) {
        this.target = target;
    }

    /** Begins to pass one push on; null if the visitor accepts no pushes. */
    static @Nullable PushRelay begin(IncomingRequest visit, HttpRequest pushed, HttpCalls.Call push) {
        if (!visit.takesPushes()) {
            return null;
        }
        CompletionStage<PushedRequest> target = visit.push(pushed);
        var unused = target.whenComplete((open, notTaken) -> {
            if (open == null) {
                push.cancel("the visitor did not accept the push");
            } else {
                open.ended().whenComplete((done, gone) -> {
                    if (gone != null) {
                        push.cancel("the visitor cancelled the push");
                    }
                });
            }
        });
        return new PushRelay(target);
    }

    @Override
    public void responded(HttpResponse head, HttpBody body) {
        var unused = target.whenComplete((open, notTaken) -> {
            if (open == null) {
                body.abandon("the visitor did not accept the push");
            } else {
                open.respond(head, body);
            }
        });
    }

    @Override
    public void failed(TunnelFailure failure) {
        target.thenAccept(open -> open.giveUp(failure.getMessage()));
    }
}
