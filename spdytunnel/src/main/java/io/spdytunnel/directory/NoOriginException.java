package io.spdytunnel.directory;

import io.spdytunnel.spi.Api;

/** No tunnel had room for the stream in time; nothing was sent. Has no stack trace. */
@Api
public final class NoOriginException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Presence presence;

    public NoOriginException(Presence presence, String message) {
        super(message, null, false, false);
        this.presence = presence;
    }

    /** What was known of the origin when the wait was over; {@link Presence#HERE} if only a free slot was missing. */
    public Presence presence() {
        return presence;
    }
}
