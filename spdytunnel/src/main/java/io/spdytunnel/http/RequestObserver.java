package io.spdytunnel.http;

import io.spdytunnel.spi.Api;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Observes one request, for example for an access log. Called on the request's event loop, unless a method says
 * otherwise. All methods are optional.
 */
@Api
public interface RequestObserver {

    /** Observes nothing. */
    RequestObserver NONE = new RequestObserver() {};

    /**
     * The origin that answers the request. Any thread; called again if the request is sent on another session.
     *
     * @param tunnel the other end of the session on which it is sent; null if there is none yet
     */
    default void servedBy(String origin, @Nullable SocketAddress tunnel) {}

    /** More bytes of the request's body, or more raw bytes, were received. */
    default void received(int bytes) {}

    /** The head of the answer is sent now. */
    default void answered(int status) {}

    /** More bytes of the answer's body, or more raw bytes, were sent. */
    default void sent(int bytes) {}

    /** This end refuses the request, which broke a rule; no handler gets it. */
    default void refused() {}

    /**
     * The request has ended; only the first call counts.
     *
     * @param cut why the answer is not complete, null if it is
     */
    default void ended(@Nullable Throwable cut) {}
}
