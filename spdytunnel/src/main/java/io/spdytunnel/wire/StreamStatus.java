package io.spdytunnel.wire;

import io.spdytunnel.spi.Api;
import org.jspecify.annotations.Nullable;

/** Why a stream was reset: the status codes of RST_STREAM (SPDY/3.1 2.6.3). */
@Api
public enum StreamStatus {
    PROTOCOL_ERROR(1),
    INVALID_STREAM(2),
    /** Refused before an application saw it, so it may be sent again. */
    REFUSED_STREAM(3),
    UNSUPPORTED_VERSION(4),
    /** The end that opened the stream no longer needs it. */
    CANCEL(5),
    INTERNAL_ERROR(6),
    FLOW_CONTROL_ERROR(7),
    STREAM_IN_USE(8),
    STREAM_ALREADY_CLOSED(9),
    FRAME_TOO_LARGE(11);

    private final int code;

    StreamStatus(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** The status of a code read from the wire; null if it is not in the draft (such as 0 and 10). */
    public static @Nullable StreamStatus of(int code) {
        for (StreamStatus status : values()) {
            if (status.code == code) {
                return status;
            }
        }
        return null;
    }
}
