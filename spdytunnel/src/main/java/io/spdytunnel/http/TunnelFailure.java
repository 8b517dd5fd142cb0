package io.spdytunnel.http;

import io.spdytunnel.spi.Api;
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
@Api
public abstract sealed class TunnelFailure extends IOException permits RequestNotSent, OutcomeUnknown {

    /** The status of a request that was given up by whoever sent it: nobody reads the answer. */
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

    /** What is the visitor's fault it may know in full; what happened behind the proxy is no stranger's business. */
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

    /** The status of a request whose body broke off: was it given up by whoever sent it, or did it fail on its way? */
    public static int statusOfBroken(IOException cause) {
        return cause instanceof RequestCut || cause instanceof StreamCut ? GIVEN_UP : 502;
    }

    /** What happened, in a sentence for the log and the operator: it may name streams, limits and options. */
    @Override
    public String getMessage() {
        return message;
    }

    /** What a visitor may read of it, in a few words: whoever that is, it learns nothing of what is inside. */
    public String forVisitor() {
        return forVisitor;
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
