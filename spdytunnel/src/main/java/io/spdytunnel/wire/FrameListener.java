package io.spdytunnel.wire;

import io.netty.buffer.ByteBuf;

/**
 * Gets the frames of one direction, one method for each, in the order of the wire.
 *
 * <p>Lengths, flags and blocks have been checked; ids are in 1..2^31-1 unless a method says otherwise. The listener
 * decides whether a frame is allowed now: it may throw {@link StreamError} or {@link SessionError}, and the decoder can
 * go on after either. Buffers are lent.
 */
public interface FrameListener {

    /**
     * A piece of a stream's body (2.2.2). A long frame comes as several pieces, of which only the last carries its
     * FIN; only a frame without content gives an empty one.
     *
     * @param bytes lent for this call; retain what is kept
     */
    void data(int streamId, ByteBuf bytes, Fin fin);

    /**
     * A stream is opened (2.6.1).
     *
     * @param associatedTo the stream this one belongs to (a push), 0 if none
     * @param priority 0 (most urgent) to 7
     * @param answer whether the receiver may send on the stream at all (FLAG_UNIDIRECTIONAL)
     */
    void synStream(int streamId, int associatedTo, int priority, Fin fin, Answer answer, HeaderBlock head);

    /** A stream is answered (2.6.2). */
    void synReply(int streamId, Fin fin, HeaderBlock head);

    /**
     * A stream is reset (2.6.3).
     *
     * @param statusCode as sent, also one the draft does not know
     */
    void rstStream(int streamId, int statusCode);

    /** The sender's settings changed (2.6.4). */
    void settings(Settings settings);

    /** A PING or its echo (2.6.5). */
    void ping(int id);

    /**
     * The sender accepts no more streams (2.6.6).
     *
     * @param lastGoodStreamId may be 0
     * @param statusCode as sent, also one the draft does not know
     */
    void goAway(int lastGoodStreamId, int statusCode);

    /** More headers on a stream (2.6.7). */
    void headers(int streamId, Fin fin, HeaderBlock headers);

    /**
     * More room for DATA (2.6.8).
     *
     * @param streamId 0 for the session
     * @param delta 0 to 2^31-1; the draft forbids 0, but does not say how to react
     */
    void windowUpdate(int streamId, int delta);

    /**
     * A malformed SYN_STREAM, SYN_REPLY or HEADERS frame with which the session can go on: its block broke a rule of
     * 2.6.10, but was inflated, so that later blocks can be read (2.4.1). The listener handles the frame's id as usual,
     * and throws {@code error} where it would have accepted a valid frame.
     */
    void malformed(FrameType type, int streamId, StreamError error);

    /** Whether the receiver of a SYN_STREAM may send on the stream (2.3.2.1). */
    enum Answer {
        EXPECTED,
        FORBIDDEN
    }
}
