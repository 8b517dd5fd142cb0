package io.spdytunnel.wire;

import org.jspecify.annotations.Nullable;

/** The control frames of SPDY/3.1 (2.6). Types 5 (NOOP) and 10 (CREDENTIAL) belong to other versions. */
public enum FrameType {
    SYN_STREAM(1),
    SYN_REPLY(2),
    RST_STREAM(3),
    SETTINGS(4),
    PING(6),
    GOAWAY(7),
    HEADERS(8),
    WINDOW_UPDATE(9);

    private final int code;

    FrameType(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** The type of a code read from the wire, or null for one that is to be ignored. */
    static @Nullable FrameType of(int code) {
        return switch (code) {
            case 1 -> SYN_STREAM;
            case 2 -> SYN_REPLY;
            case 3 -> RST_STREAM;
            case 4 -> SETTINGS;
            case 6 -> PING;
            case 7 -> GOAWAY;
            case 8 -> HEADERS;
            case 9 -> WINDOW_UPDATE;
            default -> null;
        };
    }
}
