package io.spdytunnel.http;

import io.netty.handler.codec.http.HttpResponse;
import io.spdytunnel.spi.Api;

/**
 * What came back for a request.
 *
 * @param body streams on; whoever does not read it to its end abandons it. Read it as a stream, never on an event loop,
 *     or by {@link HttpBody#pipeTo}
 */
@Api
public record HttpAnswer(HttpResponse head, HttpBody body) {}
