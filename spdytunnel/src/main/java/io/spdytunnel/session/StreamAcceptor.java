package io.spdytunnel.session;

import io.spdytunnel.spi.Api;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;

/** Takes the streams that the peer opens. Called on the session's event loop. */
@Api
@FunctionalInterface
public interface StreamAcceptor {

    /** For an end that opens streams only: refuses what the peer opens. */
    StreamAcceptor NONE = (stream, head, fin) -> {
        throw new UnsupportedOperationException("this end announced that it accepts no streams");
    };

    /**
     * A stream was opened by the peer.
     *
     * @param head the request's block, well-formed as 2.6.10 wants it; its meaning is not checked
     * @return who hears the rest of the stream; the acceptor may already have replied to or reset it
     */
    StreamListener accept(Stream stream, HeaderBlock head, Fin fin);
}
