package io.spdytunnel.tunnel;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A dial failed. The message says why, for people. Has no stack trace. */
final class DialFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final @Nullable Duration retryAfter;

    DialFailedException(String message) {
        this(message, 0, null);
    }

    /** @param status the status of the proxy's refusal; 0 if the proxy gave no answer */
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
