package io.spdytunnel.http;

import io.spdytunnel.spi.Api;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a request got no answer through the tunnel, with the HTTP status that tells a visitor so.
 *
 * <p>The two subclasses tell whether the request may have run, which decides whether it can be sent again.
 *
 * <p>Has no stack trace, because the cause is at the other end, not in this program.
 */
@Api
public abstract sealed class TunnelFailure extends IOException permits RequestNotSent, OutcomeUnknown {

    /** The status of a request that its sender gave up: nobody reads the answer. */
    public static final int GIVEN_UP = 499;

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String message;
    private final String forVisitor;
    private final @Nullable Duration retryAfter;

    TunnelFailure(int status, @Nullable Duration retryAfter, String message, @Nullable String forVisitor) {
        super(message);
        this.status = status;
        this.message = message;
        this.forVisitor = forVisitor == null ? usual(status, message) : forVisitor;
        this.retryAfter = retryAfter;
    }

    /**
     * The usual text of a status. A visitor gets the full message for its own errors, but no details of what happened
     * behind the proxy.
     */
    private static String usual(int status, String message) {
        return switch (status) {
            case GIVEN_UP -> "the request was given up";
            case 500 -> "the request could not be sent";
            case 502 -> "the answer could not be passed on";
            case 503 -> "the origin cannot take the request now";
            case 504 -> "no answer came in time";
            default -> message;
        };
    }

    /**
     * The status of a request whose body failed: GIVEN_UP if its sender gave it up, else the status of a failure on the
     * way.
     */
    public static int statusOfBroken(IOException cause) {
        return cause instanceof RequestCut || cause instanceof StreamCut ? GIVEN_UP : 502;
    }

    /** What happened, for the log and the operator; it may name streams, limits and options. */
    @Override
    public String getMessage() {
        return message;
    }

    /** What happened, in a few words for the visitor, without internal details. */
    public String forVisitor() {
        return forVisitor;
    }

    /** The HTTP status for the visitor: 4xx or 5xx. */
    public int status() {
        return status;
    }

    /** When to try again, for {@code Retry-After}; null if it is not known. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
