package io.spdytunnel.http;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.spdytunnel.fields.Expectation;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request's body that waits for 100 Continue before it is sent ({@link Expectation}). Confined to its event loop.
 */
public final class HeldBody {

    private final EventLoop loop;
    private @Nullable Runnable send;
    private @Nullable ScheduledFuture<?> patience;

    public HeldBody(EventLoop loop) {
        this.loop = loop;
    }

    /** Holds the body back, at most for this time; zero sends it at once. */
    public void hold(Duration longest, Runnable send) {
        if (longest.isZero()) {
            send.run();
            return;
        }
        this.send = send;
        patience = loop.schedule(this::letGo, longest.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Sends the body: 100 Continue has come, or will not come. Ignored unless the body is held. */
    public void letGo() {
        Runnable step = send;
        drop();
        if (step != null) {
            step.run();
        }
    }

    /** Drops the body, because the answer came first and nobody will ask for it. */
    void dropFor(HttpBody body) {
        if (send != null) {
            drop();
            body.abandonIfUntouched("the request was answered without it");
        }
    }

    /** It will not be sent. */
    public void drop() {
        send = null;
        if (patience != null) {
            patience.cancel(false);
            patience = null;
        }
    }
}
