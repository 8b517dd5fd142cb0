package io.spdytunnel.wire;

/**
 * The peer broke a rule on one stream: the stream is reset, the session goes on (SPDY/3.1 2.4.2).
 *
 * <p>Thrown anywhere, answered at one door. Has no stack trace: the message says who, what, how much, and which rule.
 */
public final class StreamError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int streamId;
    private final StreamStatus status;
    private final String message;

    private StreamError(int streamId, StreamStatus status, String message) {
        super(message, null, false, false);
        this.streamId = streamId;
        this.status = status;
        this.message = message;
    }

    /**
     * A breach of a rule.
     *
     * @param section of the draft, for example {@code 2.3.6}
     */
    public static StreamError of(int streamId, StreamStatus status, String section, String what) {
        return new StreamError(
                streamId, status, "stream " + streamId + ": " + what + " [" + status + ", SPDY/3.1 " + section + "]");
    }

    public int streamId() {
        return streamId;
    }

    /** The status for RST_STREAM. */
    public StreamStatus status() {
        return status;
    }

    /** Who, what, how much, and which rule. */
    @Override
    public String getMessage() {
        return message;
    }
}
