package io.spdytunnel.session;

import io.spdytunnel.spi.Api;
import io.spdytunnel.wire.StreamStatus;
import org.jspecify.annotations.Nullable;

/**
 * How a stream ended.
 *
 * @param cause the kind of end
 * @param status the status of the RST_STREAM, if there was one with a status of the draft
 * @param reason what happened, in words for a log line
 */
@Api
public record StreamEnd(Cause cause, @Nullable StreamStatus status, String reason) {

    /** The kinds of end; the first three cannot be told apart by status alone. */
    public enum Cause {
        /** Both halves were sent in full. */
        FINISHED,
        /** The peer refused the stream before an application saw it (REFUSED_STREAM). */
        REFUSED,
        /** The peer's GOAWAY had a lower last-good-stream-id: it says that it did not process this stream. */
        BEYOND_LAST_GOOD,
        /** The peer reset it with another status. */
        RESET_BY_PEER,
        /** This end reset it, by its own decision or because of the peer's error on this stream. */
        RESET_BY_US,
        /** The session ended before the stream. */
        SESSION_ENDED
    }
}
