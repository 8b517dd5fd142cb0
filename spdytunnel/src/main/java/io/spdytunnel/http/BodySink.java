package io.spdytunnel.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.spdytunnel.spi.Api;
import java.io.IOException;

/**
 * Takes a body piece by piece without blocking: the far end of {@link HttpBody#pipeTo}.
 *
 * <p>The calls come one after another, never two at once, on the thread of the body's source; the first ones may come
 * from within {@code pipeTo}. One of {@link #end} and {@link #failed} is the last call.
 */
@Api
public interface BodySink {

    /**
     * A piece of the body; takes ownership of {@code bytes}. When they were sent or dropped, their number must be
     * reported with {@link HttpBody#consumed}; otherwise the source stops.
     */
    void data(ByteBuf bytes);

    /** The body is complete. {@code trailers} may be empty, and must not be changed. */
    void end(HttpHeaders trailers);

    /** The body failed, and will never be complete: the delivered bytes must not be treated as the whole body. */
    void failed(IOException cause);
}
