package io.spdytunnel.h2;

import io.netty.handler.codec.http2.Http2Error;
import io.spdytunnel.wire.StreamStatus;
import org.jspecify.annotations.Nullable;

/** RST_STREAM's codes: those of SPDY/3.1 2.6.3 and those of RFC 9113 7. */
final class Http2Codes {

    private Http2Codes() {}

    /** @param connected whether the stream carries a CONNECT's bytes, whose other end broke off (RFC 9113 8.5) */
    static Http2Error of(StreamStatus status, boolean connected) {
        return connected && status == StreamStatus.INTERNAL_ERROR ? Http2Error.CONNECT_ERROR : of(status);
    }

    private static Http2Error of(StreamStatus status) {
        return switch (status) {
            case PROTOCOL_ERROR, INVALID_STREAM, UNSUPPORTED_VERSION, STREAM_IN_USE -> Http2Error.PROTOCOL_ERROR;
            case REFUSED_STREAM -> Http2Error.REFUSED_STREAM;
            case CANCEL -> Http2Error.CANCEL;
            case INTERNAL_ERROR -> Http2Error.INTERNAL_ERROR;
            case FLOW_CONTROL_ERROR -> Http2Error.FLOW_CONTROL_ERROR;
            case STREAM_ALREADY_CLOSED -> Http2Error.STREAM_CLOSED;
            case FRAME_TOO_LARGE -> Http2Error.FRAME_SIZE_ERROR;
        };
    }

    /** What comes closest, or null where SPDY knows nothing like it. */
    static @Nullable StreamStatus toStatus(long code) {
        Http2Error error = Http2Error.valueOf(code);
        if (error == null) {
            return null;
        }
        return switch (error) {
            case PROTOCOL_ERROR -> StreamStatus.PROTOCOL_ERROR;
            case INTERNAL_ERROR -> StreamStatus.INTERNAL_ERROR;
            case FLOW_CONTROL_ERROR -> StreamStatus.FLOW_CONTROL_ERROR;
            case STREAM_CLOSED -> StreamStatus.STREAM_ALREADY_CLOSED;
            case FRAME_SIZE_ERROR -> StreamStatus.FRAME_TOO_LARGE;
            case REFUSED_STREAM -> StreamStatus.REFUSED_STREAM;
            case CANCEL -> StreamStatus.CANCEL;
            case NO_ERROR,
                    SETTINGS_TIMEOUT,
                    COMPRESSION_ERROR,
                    CONNECT_ERROR,
                    ENHANCE_YOUR_CALM,
                    INADEQUATE_SECURITY,
                    HTTP_1_1_REQUIRED -> null;
        };
    }

    /** A code in words for a log line. */
    static String name(long code) {
        Http2Error error = Http2Error.valueOf(code);
        return error == null ? "code " + code : error.name();
    }
}
