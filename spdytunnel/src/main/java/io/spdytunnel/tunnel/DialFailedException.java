package io.spdytunnel.tunnel;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A dial led to no tunnel. The message says why, for a person. Carries no stack trace. */
final class DialFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final @Nullable Duration retryAfter;

    DialFailedException(String message) {
        this(message, 0, null);
    }

    /** @param status what the proxy refused with, 0 if it did not get that far */
    DialFailedException(String message, int status, @Nullable Duration retryAfter) {
        super(message, null, false, false);
        this.status = status;
        this.retryAfter = retryAfter;
    }

    int status() {
        return status;
    }

    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }
}
