package io.spdytunnel.http;

import io.spdytunnel.spi.Api;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Hears what becomes of one request, for whoever writes it down. On the request's event loop, unless a method says
 * otherwise. Whoever does not care for one of these leaves it out.
 */
@Api
public interface RequestObserver {

    /** Does not care for any. */
    RequestObserver NONE = new RequestObserver() {};

    /**
     * Who answers the request. Any thread; again when it is sent on another session.
     *
     * @param tunnel the other end of the session it is sent on, null while there is none
     */
    default void servedBy(String origin, @Nullable SocketAddress tunnel) {}

    /** So many bytes more of the request's body, or of raw bytes, have come. */
    default void received(int bytes) {}

    /** The head of the answer leaves now. */
    default void answered(int status) {}

    /** So many bytes more of the answer's body, or of raw bytes, have left. */
    default void sent(int bytes) {}

    /** The answer is this end's own: the request broke a rule and reached no handler. */
    default void refused() {}

    /**
     * It is over; the first call counts.
     *
     * @param cut why the answer is not complete, null if it is
     */
    default void ended(@Nullable Throwable cut) {}
}
