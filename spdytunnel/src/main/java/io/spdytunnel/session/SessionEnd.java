package io.spdytunnel.session;

import io.spdytunnel.spi.Api;

/**
 * How a session ended.
 *
 * @param by whose doing it was
 * @param reason what happened, in words for a log line
 */
@Api
public record SessionEnd(By by, String reason) {

    /** Whose doing the end was. */
    public enum By {
        /** Drained at our wish. */
        US,
        /** The peer announced it, or closed the transport. */
        PEER,
        /** The peer broke a rule, and was told. */
        PROTOCOL_ERROR,
        /** The peer ended it, and says that this end broke a rule. */
        ACCUSED,
        /** No sign of life in time, or the transport failed. */
        LOST
    }
}
