package io.spdytunnel.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.spdytunnel.spi.Api;
import java.io.IOException;

/**
 * Takes a body piece by piece without blocking: the far end of {@link HttpBody#pipeTo}.
 *
 * <p>The calls come one after another, never two at once, on whatever thread the body's source runs on; the first
 * ones may come from within {@code pipeTo}. One of {@link #end} and {@link #failed} is the last call.
 */
@Api
public interface BodySink {

    /**
     * A piece of the body; takes ownership of {@code bytes}. Once they have gone out, or were dropped, their number is
     * to be reported with {@link HttpBody#consumed}, else the source stops.
     */
    void data(ByteBuf bytes);

    /** The body is complete. {@code trailers} may be empty, and must not be changed. */
    void end(HttpHeaders trailers);

    /** The body will never be complete: what was delivered must not be passed off as all of it. */
    void failed(IOException cause);
}
