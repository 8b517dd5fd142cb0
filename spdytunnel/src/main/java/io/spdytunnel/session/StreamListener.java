package io.spdytunnel.session;

import io.netty.buffer.ByteBuf;
import io.spdytunnel.spi.Api;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import org.jspecify.annotations.Nullable;

/**
 * Gets the events of one stream, always on the session's event loop, in the order of the wire.
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
     * @param bytes lent for this call; retain what is kept, and report it with {@link Stream#consumed} when it is no
     *     longer held
     */
    void data(ByteBuf bytes, Fin fin);

    /** More headers (HEADERS, SPDY/3.1 2.6.7): the trailers, when {@code fin} is set. */
    void headers(HeaderBlock headers, Fin fin);

    /**
     * The peer pushes a stream that is associated with this one (SPDY/3.1 3.3). The returned listener gets its
     * {@link #headers}, {@link #data} and {@link #ended}, and must report consumed bytes; nothing can be sent on it. If
     * either end resets this stream, the push is cancelled; if this stream finishes, the push goes on.
     *
     * <p>Called only if the session's settings allow pushes.
     *
     * @param head the request that the push answers; {@code :scheme}, {@code :host} and {@code :path} are present
     * @param fin {@link Fin#FIN} if nothing follows
     * @return the listener for the rest, or null to refuse the push
     */
    default @Nullable StreamListener pushed(Stream pushed, HeaderBlock head, Fin fin) {
        return null;
    }

    /** {@code bytes} of the data given to {@link Stream#send} were handed to the transport, or were dropped. */
    void sent(int bytes);

    /**
     * Our half is complete: its FIN was handed to the transport, after the last {@link #sent}. Not called for the FIN
     * of a SYN_STREAM.
     */
    default void finSent() {}

    /** {@code bytes} of the body were dropped because the stream has ended: they were never sent. */
    default void dropped(int bytes) {
        sent(bytes);
    }

    /** The stream has ended: both halves finished, or it was reset. */
    void ended(StreamEnd end);

    /**
     * Whether headers may come before the reply. The draft does not allow that (2.3.4); this end may have asked for it.
     */
    default boolean takesEarlyHeaders() {
        return false;
    }
}
