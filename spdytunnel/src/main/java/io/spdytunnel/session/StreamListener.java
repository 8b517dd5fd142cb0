package io.spdytunnel.session;

import io.netty.buffer.ByteBuf;
import io.spdytunnel.spi.Api;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import org.jspecify.annotations.Nullable;

/**
 * Hears what happens on one stream, always on the session's event loop, in the order of the wire.
 *
 * <p>{@link #ended} is the last call and comes exactly once.
 */
@Api
public interface StreamListener {

    /** The peer answered a stream we opened (SYN_REPLY, SPDY/3.1 2.6.2); at most once, before any data. */
    void replied(HeaderBlock head, Fin fin);

    /**
     * A piece of the peer's body (SPDY/3.1 2.2.2), possibly empty.
     *
     * @param bytes lent for this call; retain what is kept, and report it with {@link Stream#consumed} when it is gone
     */
    void data(ByteBuf bytes, Fin fin);

    /** More headers (HEADERS, SPDY/3.1 2.6.7): the trailers, when {@code fin} is set. */
    void headers(HeaderBlock headers, Fin fin);

    /**
     * The peer pushes a stream that belongs to this one (SPDY/3.1 3.3). Whoever is returned hears its {@link #headers},
     * {@link #data} and {@link #ended}, and reports what is consumed; nothing can be sent on it. A push is cancelled
     * when this stream is reset by either end, and goes on when this stream finishes.
     *
     * <p>Asked only where the session's settings allow pushes.
     *
     * @param head what the request for it would have been; {@code :scheme}, {@code :host} and {@code :path} are there
     * @param fin {@link Fin#FIN} if nothing follows
     * @return who hears the rest, or null to refuse the push
     */
    default @Nullable StreamListener pushed(Stream pushed, HeaderBlock head, Fin fin) {
        return null;
    }

    /** {@code bytes} of what was given to {@link Stream#send} have left for the transport, or were dropped. */
    void sent(int bytes);

    /** Our half is complete: its FIN has left for the transport, behind the last {@link #sent}. Not told of a SYN_STREAM's FIN. */
    default void finSent() {}

    /** {@code bytes} of the body were dropped, since the stream has ended: never sent, and as little to wait for. */
    default void dropped(int bytes) {
        sent(bytes);
    }

    /** The stream is over: both halves finished, or it was cut. */
    void ended(StreamEnd end);

    /** Whether headers may come ahead of the reply; asked where the draft has none (2.3.4) and this end has asked for some. */
    default boolean takesEarlyHeaders() {
        return false;
    }
}
