package io.spdytunnel.http;

import io.spdytunnel.spi.Api;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The request never reached an application: there was no session for it, or the origin refused the stream, or the
 * origin's GOAWAY said that it did not process it. It can safely be sent again, with any method.
 */
@Api
public final class RequestNotSent extends TunnelFailure {

    private static final long serialVersionUID = 1L;

    public RequestNotSent(int status, @Nullable Duration retryAfter, String message) {
        super(status, retryAfter, message, null);
    }

    /** @param forVisitor what {@link #forVisitor} says */
    public RequestNotSent(int status, String message, String forVisitor) {
        super(status, null, message, forVisitor);
    }

    public RequestNotSent(int status, String message) {
        super(status, null, message, null);
    }
}
