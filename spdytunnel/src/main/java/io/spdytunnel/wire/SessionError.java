package io.spdytunnel.wire;

/**
 * The peer broke a rule, and the session cannot go on: GOAWAY, then the transport is closed (SPDY/3.1 2.4.1).
 *
 * <p>Thrown anywhere, answered at one door. Has no stack trace: the message says what, how much, and which rule.
 */
public final class SessionError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String message;
    private final SessionStatus status;

    private SessionError(SessionStatus status, String message) {
        super(message, null, false, false);
        this.status = status;
        this.message = message;
    }

    /**
     * A breach of a rule.
     *
     * @param section of the draft, for example {@code 2.3.2}
     */
    public static SessionError of(SessionStatus status, String section, String what) {
        return new SessionError(status, what + " [" + status + ", SPDY/3.1 " + section + "]");
    }

    /** The status for GOAWAY. */
    public SessionStatus status() {
        return status;
    }

    /** Who, what, how much, and which rule. */
    @Override
    public String getMessage() {
        return message;
    }
}
