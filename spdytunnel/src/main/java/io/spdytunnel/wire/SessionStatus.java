package io.spdytunnel.wire;

/** Why a session ends: the status codes of GOAWAY (SPDY/3.1 2.6.6). */
public enum SessionStatus {
    OK(0),
    PROTOCOL_ERROR(1),
    INTERNAL_ERROR(2);

    private final int code;

    SessionStatus(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /**
     * The status of a code read from the wire. 11 is the INTERNAL_ERROR of the draft's first print; every other unknown
     * code, for example FLOW_CONTROL_ERROR (7) of 2.6.8, counts as a protocol error.
     */
    public static SessionStatus of(int code) {
        return switch (code) {
            case 0 -> OK;
            case 2, 11 -> INTERNAL_ERROR;
            default -> PROTOCOL_ERROR;
        };
    }
}
