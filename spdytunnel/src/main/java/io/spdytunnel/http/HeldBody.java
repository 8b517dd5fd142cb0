package io.spdytunnel.http;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.spdytunnel.fields.Expectation;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A request's body that waits for a word before it is sent ({@link Expectation}). Confined to its event loop. */
public final class HeldBody {

    private final EventLoop loop;
    private @Nullable Runnable send;
    private @Nullable ScheduledFuture<?> patience;

    public HeldBody(EventLoop loop) {
        this.loop = loop;
    }

    /** Holds the body back, for so long at most; zero sends it at once. */
    public void hold(Duration longest, Runnable send) {
        if (longest.isZero()) {
            send.run();
            return;
        }
        this.send = send;
        patience = loop.schedule(this::letGo, longest.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The word is there, or will not come; ignored unless the body is held. */
    public void letGo() {
        Runnable step = send;
        drop();
        if (step != null) {
            step.run();
        }
    }

    /** The answer came first: nobody will ask for it. */
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
