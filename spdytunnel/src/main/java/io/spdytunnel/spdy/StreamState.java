package io.spdytunnel.spdy;

/**
 * How far one stream has come (SPDY/3.1 2.3.6, 2.3.7). "Local" is this end.
 *
 * <pre>
 *            we send FIN                    they send FIN
 *     OPEN ──────────────► LOCAL_FINISHED ─────────────────► CLOSED
 *      │    they send FIN                    we send FIN        ▲
 *      ├─────────────────► REMOTE_FINISHED ────────────────────►┤
 *      └────────────────── RST_STREAM, either way ─────────────►┘
 * </pre>
 *
 * <p>Sending out of turn is our own bug and throws. Receiving out of turn is the peer's fault and is asked about first,
 * with {@link #mayReceive()}.
 */
enum StreamState {
    OPEN,
    LOCAL_FINISHED,
    REMOTE_FINISHED,
    CLOSED;

    boolean mayReceive() {
        return this == OPEN || this == LOCAL_FINISHED;
    }

    boolean maySend() {
        return this == OPEN || this == REMOTE_FINISHED;
    }

    StreamState afterReceivingFin() {
        return switch (this) {
            case OPEN -> REMOTE_FINISHED;
            case LOCAL_FINISHED -> CLOSED;
            case REMOTE_FINISHED, CLOSED -> throw new IllegalStateException("unchecked FIN while " + this);
        };
    }

    StreamState afterSendingFin() {
        return switch (this) {
            case OPEN -> LOCAL_FINISHED;
            case REMOTE_FINISHED -> CLOSED;
            case LOCAL_FINISHED, CLOSED -> throw new IllegalStateException("second FIN while " + this);
        };
    }
}
