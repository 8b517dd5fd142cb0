package io.spdytunnel.http;

import io.spdytunnel.spi.Api;

/**
 * The request, or a part of it, went to the origin, and no answer came: it may have run or not. Whether sending it
 * again is safe depends on the request, so only the application can decide.
 */
@Api
public final class OutcomeUnknown extends TunnelFailure {

    private static final long serialVersionUID = 1L;

    public OutcomeUnknown(int status, String message) {
        super(status, null, message, null);
    }

    /** @param forVisitor what {@link #forVisitor} says */
    public OutcomeUnknown(int status, String message, String forVisitor) {
        super(status, null, message, forVisitor);
    }
}
