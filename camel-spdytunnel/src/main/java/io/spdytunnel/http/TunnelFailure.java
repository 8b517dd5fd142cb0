package io.spdytunnel.http;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a request got no answer through the tunnel, with the HTTP status that tells a visitor so.
 *
 * <p>The two subclasses answer the question that matters to whoever might send it again: can it have run?
 *
 * <p>Carries no stack trace: it tells of the other end, not of this program.
 */
public abstract sealed class TunnelFailure extends IOException permits RequestNotSent, OutcomeUnknown {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String message;
    private final @Nullable Duration retryAfter;

    TunnelFailure(int status, @Nullable Duration retryAfter, String message) {
        super(message);
        this.status = status;
        this.message = message;
        this.retryAfter = retryAfter;
    }

    /** What happened, in a sentence for the visitor and the log. */
    @Override
    public String getMessage() {
        return message;
    }

    /** The HTTP status for the visitor: 4xx or 5xx. */
    public int status() {
        return status;
    }

    /** When it may be worth trying again, for {@code Retry-After}; null if nobody knows. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
