package io.spdytunnel.session;

import io.spdytunnel.spi.Api;

/**
 * How a session ended.
 *
 * @param by who or what ended the session
 * @param reason what happened, in words for a log line
 */
@Api
public record SessionEnd(By by, String reason) {

    /** Who or what ended the session. */
    public enum By {
        /** This end drained or closed it. */
        US,
        /** The peer announced the end, or closed the transport. */
        PEER,
        /** The peer broke a rule, and GOAWAY told it so. */
        PROTOCOL_ERROR,
        /** The peer ended the session, and says that this end broke a rule. */
        ACCUSED,
        /** No answer to a PING in time, or the transport failed. */
        LOST
    }
}
