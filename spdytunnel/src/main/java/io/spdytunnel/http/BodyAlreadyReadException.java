package io.spdytunnel.http;

import io.spdytunnel.spi.Api;

/**
 * A body was read a second time. A body streams, and cannot be read again, not even in part. If it is needed twice, it
 * must be kept before the first read: in a route by {@code convertBodyTo(StreamCache)} or {@code streaming=false}.
 */
@Api
public final class BodyAlreadyReadException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private BodyAlreadyReadException(String message) {
        super(message);
    }

    static BodyAlreadyReadException readBy(String firstReader) {
        return new BodyAlreadyReadException("the body streams and was already read by " + firstReader
                + "; to use it twice, keep a copy before the first use: convertBodyTo(StreamCache) in the route,"
                + " or streaming=false on the spdytunnel endpoint");
    }

    /** The body was not read, and can no longer be read, because its request is over. */
    static BodyAlreadyReadException abandoned(String why) {
        return new BodyAlreadyReadException("the body was given up before it was read: " + why);
    }
}
