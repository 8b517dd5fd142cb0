package io.spdytunnel.session;

import io.netty.buffer.ByteBuf;
import io.spdytunnel.spi.Api;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.StreamStatus;

/**
 * One stream of a {@link Session}. Every method must be called on the session's event loop.
 *
 * <p>Once the listener has heard {@link StreamListener#ended}, sending is ignored (what is given is released) and
 * {@link #consumed} still counts, so that nobody above has to ask first.
 */
@Api
public interface Stream {

    int id();

    /** {@link #priority} of a stream whose opener has no way to say it. */
    int NO_PRIORITY = -1;

    /** From 0 (most urgent) to 7, as whoever opened the stream has said (SPDY/3.1 2.3.3), or {@link #NO_PRIORITY}. */
    int priority();

    Session session();

    /**
     * Answers a stream that the peer opened (SYN_REPLY, SPDY/3.1 2.6.2); at most once.
     *
     * @throws IllegalArgumentException if the block breaks a limit or a rule of 2.6.10; nothing was sent
     */
    void reply(HeaderBlock head, Fin fin);

    /**
     * Queues a piece of the body; takes ownership of {@code bytes}. It leaves as the windows and the other streams
     * allow. There is no limit here: whoever sends keeps to what {@link StreamListener#sent} has reported.
     */
    void send(ByteBuf bytes, Fin fin);

    /**
     * Sends more headers, behind all that is queued (HEADERS, SPDY/3.1 2.3.4, 2.6.7): the head of a push's reply, or
     * trailers if {@code fin} is set.
     * Ahead of the reply only to a peer that has asked for such a word.
     * An empty block sends no more than its FIN.
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
     * Opens a stream that belongs to this one, and that only we may send on (server push, SPDY/3.1 3.3.1). Only on a
     * stream that the peer opened, and before our half of it has ended. Its first frame leaves at once, so ahead of
     * what is queued here and may refer to it; the reply's head goes with {@link #sendHeaders} on the new stream.
     *
     * <p>If this stream is reset, by either end, the push is cancelled with it.
     *
     * @param head what would have been the request: {@code :scheme}, {@code :host}, {@code :path} at least
     * @param priority 0 (most urgent) to 7, SPDY/3.1 2.3.3
     * @param listener hears {@code sent}, {@code finSent} and {@code ended} of the new stream
     * @throws StreamNotOpenedException if the peer allows no (more) pushes, has not said that it does, or this stream
     *     or the session is ending; nothing was sent
     * @throws IllegalArgumentException if the block breaks a limit or a rule of 2.6.10; nothing was sent
     */
    Stream push(HeaderBlock head, int priority, StreamListener listener) throws StreamNotOpenedException;

    /**
     * Says that somebody asks for the peer's body for the first time. A peer who waits for that word before it sends
     * gets it, where the protocol has one (100 of HTTP); else there is nothing to do.
     */
    default void bodyWanted() {}

    /**
     * Reports that {@code bytes} of received data are no longer held by anybody; only then the peer may send as many
     * more (SPDY/3.1 2.6.8). Every received byte is reported exactly once, also after the stream's end.
     */
    void consumed(int bytes);

    /**
     * Says that no more than so many bytes of data are still to come, so that no room is announced that the peer cannot
     * need. If more come all the same, they are received as far as there is room. To be called before they come.
     */
    void expectsAtMost(long bytes);

    /**
     * Ends both halves at once. What is queued is dropped. Ignored on a stream that has ended.
     *
     * <p>{@link StreamStatus#PROTOCOL_ERROR} says that this was the peer's fault, its request malformed or its answer, and
     * counts as one: too many of them end the session (CVE-2025-8671).
     *
     * <p>The listener hears {@link StreamListener#ended} before this returns, or, when called from within one of this
     * stream's callbacks, right after that callback.
     */
    void reset(StreamStatus status);

    /**
     * Says that work for this stream goes on, whatever becomes of the stream: until {@link #givePlaceBack} it keeps its
     * place among the streams that the peer may have open. So a peer that opens and resets in a loop never has more
     * requests running than were announced (CVE-2023-44487). Called while accepting a stream; ignored later, and on
     * streams that this end opened.
     */
    default void keepPlace() {}

    /** The work is done; ignored unless a place is kept. The place is free once the stream has ended too. */
    default void givePlaceBack() {}
}
