package io.spdytunnel.session;

import io.netty.buffer.ByteBuf;
import io.spdytunnel.spi.Api;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.StreamStatus;

/**
 * One stream of a {@link Session}. Every method must be called on the session's event loop.
 *
 * <p>After {@link StreamListener#ended}, sent data is ignored and released, and {@link #consumed} still counts. So
 * callers need not check first.
 */
@Api
public interface Stream {

    int id();

    /** {@link #priority} of a stream whose protocol has no priorities. */
    int NO_PRIORITY = -1;

    /**
     * From 0 (most urgent) to 7, as set by the end that opened the stream (SPDY/3.1 2.3.3), or {@link #NO_PRIORITY}.
     */
    int priority();

    Session session();

    /**
     * Answers a stream that the peer opened (SYN_REPLY, SPDY/3.1 2.6.2); at most once.
     *
     * @throws IllegalArgumentException if the block breaks a limit or a rule of 2.6.10; nothing was sent
     */
    void reply(HeaderBlock head, Fin fin);

    /**
     * Queues a piece of the body; takes ownership of {@code bytes}. It is sent as the windows and the other streams
     * allow. The queue has no limit: senders must follow the reports of {@link StreamListener#sent}.
     */
    void send(ByteBuf bytes, Fin fin);

    /**
     * Sends more headers, behind all that is queued (HEADERS, SPDY/3.1 2.3.4, 2.6.7): the head of a push's reply, or
     * trailers if {@code fin} is set. Before the reply only to a peer that has asked for early headers. An empty block
     * sends only its FIN.
     *
     * @throws IllegalArgumentException if the block breaks a limit or a rule of 2.6.10; nothing was sent
     */
    void sendHeaders(HeaderBlock headers, Fin fin);

    /**
     * Ends our half with a HEADERS frame, behind all that is queued (SPDY/3.1 2.6.7).
     *
     * @throws IllegalArgumentException if the block breaks a limit or a rule of 2.6.10; nothing was sent
     */
    default void sendTrailers(HeaderBlock trailers) {
        sendHeaders(trailers, Fin.FIN);
    }

    /**
     * Opens a stream that is associated with this one, and on which only we may send (server push, SPDY/3.1 3.3.1).
     * Only possible on a stream that the peer opened, and before our half of it has ended. Its first frame is sent at
     * once, so before everything that is queued here and may refer to it. The reply's head is sent with
     * {@link #sendHeaders} on the new stream.
     *
     * <p>If this stream is reset, by either end, the push is cancelled with it.
     *
     * @param head the request that the push answers: at least {@code :scheme}, {@code :host}, {@code :path}
     * @param priority 0 (most urgent) to 7, SPDY/3.1 2.3.3
     * @param listener gets {@code sent}, {@code finSent} and {@code ended} of the new stream
     * @throws StreamNotOpenedException if the peer allows no (more) pushes, or this stream or the session is ending;
     *     nothing was sent
     * @throws IllegalArgumentException if the block breaks a limit or a rule of 2.6.10; nothing was sent
     */
    Stream push(HeaderBlock head, int priority, StreamListener listener) throws StreamNotOpenedException;

    /**
     * Says that the peer's body is read for the first time. If the protocol has a message for this (100 Continue of
     * HTTP) and the peer waits for it, it is sent. Otherwise nothing happens.
     */
    default void bodyWanted() {}

    /**
     * Reports that {@code bytes} of received data are no longer held. Only then the peer may send as many more
     * (SPDY/3.1 2.6.8). Every received byte must be reported exactly once, even after the stream's end.
     */
    void consumed(int bytes);

    /**
     * Says that no more than these bytes of data are still to come, so that no room is announced that the peer cannot
     * need. If more come, they are received as far as there is room. Call it before the data comes.
     */
    void expectsAtMost(long bytes);

    /**
     * Ends both halves at once. Queued data is dropped. Ignored on a stream that has ended.
     *
     * <p>{@link StreamStatus#PROTOCOL_ERROR} says that the peer's request or answer is malformed, and counts as an
     * error of the peer: too many of them end the session (CVE-2025-8671).
     *
     * <p>{@link StreamListener#ended} is called before this method returns. If this method is called in one of this
     * stream's callbacks, it is called right after that callback.
     */
    void reset(StreamStatus status);

    /**
     * Says that work for this stream goes on even if the stream ends. Until {@link #givePlaceBack}, the stream counts
     * among those that the peer may have open. So a peer that opens and resets streams in a loop never has more
     * requests running than were announced (CVE-2023-44487). Called while accepting a stream; ignored later, and on
     * streams that this end opened.
     */
    default void keepPlace() {}

    /** Says that the work is done; ignored unless a place is kept. The place is free once the stream has ended too. */
    default void givePlaceBack() {}
}
