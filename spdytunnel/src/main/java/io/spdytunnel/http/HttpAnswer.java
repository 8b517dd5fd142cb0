package io.spdytunnel.http;

import io.netty.handler.codec.http.HttpResponse;
import io.spdytunnel.spi.Api;

/**
 * The answer to a request.
 *
 * @param body streams. Read it to its end, or abandon it: as a stream, never on an event loop, or with
 *     {@link HttpBody#pipeTo}
 */
@Api
public record HttpAnswer(HttpResponse head, HttpBody body) {}
