package io.spdytunnel.wire;

import io.netty.buffer.ByteBuf;

/**
 * Sends frames, one method for each; the mirror of {@link FrameListener}.
 *
 * <p>Frames are sent in the order of the calls. The caller must know whether a frame may be sent now. Header blocks are
 * checked before anything enters the compressor: after an {@link IllegalArgumentException} nothing was sent, and the
 * writer can go on.
 */
public interface FrameWriter {

    /** Sends a piece of a body (2.2.2); takes ownership of {@code bytes}. */
    void data(int streamId, ByteBuf bytes, Fin fin);

    /**
     * Opens a stream (2.6.1).
     *
     * @param associatedTo the stream this one belongs to (a push), 0 if none
     * @param answer whether the receiver may send on the stream at all (FLAG_UNIDIRECTIONAL)
     */
    void synStream(
            int streamId, int associatedTo, int priority, Fin fin, FrameListener.Answer answer, HeaderBlock head);

    /** Opens a stream without an associated stream, which the peer must answer: a request. */
    default void synStream(int streamId, int priority, Fin fin, HeaderBlock head) {
        synStream(streamId, 0, priority, fin, FrameListener.Answer.EXPECTED, head);
    }

    /** Answers a stream (2.6.2). */
    void synReply(int streamId, Fin fin, HeaderBlock head);

    /** Resets a stream (2.6.3). */
    void rstStream(int streamId, StreamStatus status);

    /** Announces settings (2.6.4). */
    void settings(Settings settings);

    /** Sends a PING, or echoes one (2.6.5). */
    void ping(int id);

    /** Announces the end of the session (2.6.6). */
    void goAway(int lastGoodStreamId, SessionStatus status);

    /** Sends more headers on a stream (2.6.7). */
    void headers(int streamId, Fin fin, HeaderBlock headers);

    /** Gives room for more DATA (2.6.8); {@code streamId} 0 for the session. */
    void windowUpdate(int streamId, int delta);

    /**
     * Checks a block that is to be sent later.
     *
     * @throws IllegalArgumentException if it breaks a limit or a rule of 2.6.10
     */
    void check(HeaderBlock block);
}
