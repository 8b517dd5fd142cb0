package io.spdytunnel.session;

import io.spdytunnel.spi.Api;

/** No stream could be opened, and nothing was sent: another session may be tried at once. Has no stack trace. */
@Api
public final class StreamNotOpenedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String message;

    public StreamNotOpenedException(String message) {
        super(message, null, false, false);
        this.message = message;
    }

    @Override
    public String getMessage() {
        return message;
    }
}
