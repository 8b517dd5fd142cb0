package io.spdytunnel.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.spdytunnel.spi.Api;
import java.time.Duration;

/**
 * Timeouts and size limits of a call.
 *
 * @param responseTimeout from the request's last byte to the response's head; zero for no limit
 * @param bodyIdleTimeout how long neither body may move a byte; zero for no limit. Types in {@code streamingTypes} have
 *     no limit
 * @param rawIdleTimeout the same after a granted Upgrade or CONNECT; zero for no limit. When one direction has ended,
 *     {@code bodyIdleTimeout} applies to the other
 * @param maxRequestBodyBytes longest request body, 0 for no limit
 * @param maxResponseBodyBytes longest response body, 0 for no limit
 * @param streamingTypes content types whose bodies may be silent without limit
 */
@Api
public record HttpCallSettings(
        Duration responseTimeout,
        Duration bodyIdleTimeout,
        Duration rawIdleTimeout,
        long maxRequestBodyBytes,
        long maxResponseBodyBytes,
        StreamingTypes streamingTypes) {

    /** 30 s for the answer; 60 s of silence, like most proxies; bodies of any length, because they stream. */
    public static final HttpCallSettings DEFAULT =
            new HttpCallSettings(Duration.ofSeconds(30), Duration.ofSeconds(60), 0, 0);

    /** For the usual streaming types. */
    public HttpCallSettings(
            Duration responseTimeout,
            Duration bodyIdleTimeout,
            Duration rawIdleTimeout,
            long maxRequestBodyBytes,
            long maxResponseBodyBytes) {
        this(
                responseTimeout,
                bodyIdleTimeout,
                rawIdleTimeout,
                maxRequestBodyBytes,
                maxResponseBodyBytes,
                StreamingTypes.DEFAULT);
    }

    /** Without a rawIdleTimeout. */
    public HttpCallSettings(
            Duration responseTimeout, Duration bodyIdleTimeout, long maxRequestBodyBytes, long maxResponseBodyBytes) {
        this(responseTimeout, bodyIdleTimeout, Duration.ZERO, maxRequestBodyBytes, maxResponseBodyBytes);
    }

    /** @throws IllegalArgumentException if a value is negative */
    public HttpCallSettings {
        if (responseTimeout.isNegative()
                || bodyIdleTimeout.isNegative()
                || rawIdleTimeout.isNegative()
                || maxRequestBodyBytes < 0
                || maxResponseBodyBytes < 0) {
            throw new IllegalArgumentException("neither times nor sizes may be negative: responseTimeout "
                    + responseTimeout + ", bodyIdleTimeout " + bodyIdleTimeout + ", rawIdleTimeout " + rawIdleTimeout
                    + ", maxRequestBodySize "
                    + maxRequestBodyBytes + ", maxResponseBodySize " + maxResponseBodyBytes);
        }
    }

    /** The same with other streaming types. */
    public HttpCallSettings withStreamingTypes(StreamingTypes other) {
        return new HttpCallSettings(
                responseTimeout, bodyIdleTimeout, rawIdleTimeout, maxRequestBodyBytes, maxResponseBodyBytes, other);
    }

    /** {@link #bodyIdleTimeout}, or zero if the head has a streaming type. */
    public Duration bodyIdleTimeout(HttpHeaders head) {
        return streamingTypes.has(head) ? Duration.ZERO : bodyIdleTimeout;
    }
}
