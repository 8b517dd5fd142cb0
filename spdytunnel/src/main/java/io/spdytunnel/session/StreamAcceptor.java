package io.spdytunnel.session;

import io.spdytunnel.spi.Api;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;

/** Accepts the streams that the peer opens. Called on the session's event loop. */
@Api
@FunctionalInterface
public interface StreamAcceptor {

    /** For an end that only opens streams: refuses the peer's streams. */
    StreamAcceptor NONE = (stream, head, fin) -> {
        throw new UnsupportedOperationException("this end announced that it accepts no streams");
    };

    /**
     * A stream was opened by the peer.
     *
     * @param head the request's block, well-formed by 2.6.10; its meaning is not checked
     * @return the listener for the rest of the stream; the acceptor may already have replied to the stream or reset it
     */
    StreamListener accept(Stream stream, HeaderBlock head, Fin fin);
}
