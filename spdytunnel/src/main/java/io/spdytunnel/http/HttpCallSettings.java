package io.spdytunnel.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.spdytunnel.spi.Api;
import java.time.Duration;

/**
 * How long a call may take, and how much it may carry.
 *
 * @param responseTimeout from the request's last byte to the response's head; zero for no limit
 * @param bodyIdleTimeout without a byte of either body; zero for no limit. {@code streamingTypes} know none
 * @param rawIdleTimeout the same behind a granted Upgrade or CONNECT; zero for no limit. Once one of the halves has ended,
 *     {@code bodyIdleTimeout} counts for the other
 * @param maxRequestBodyBytes longest request body, 0 for no limit
 * @param maxResponseBodyBytes longest response body, 0 for no limit
 * @param streamingTypes whose bodies may be silent for as long as they like
 */
@Api
public record HttpCallSettings(
        Duration responseTimeout,
        Duration bodyIdleTimeout,
        Duration rawIdleTimeout,
        long maxRequestBodyBytes,
        long maxResponseBodyBytes,
        StreamingTypes streamingTypes) {

    /** 30 s as the seeds have it; 60 s, when most proxies hang up; bodies of any length, since they stream. */
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

    /** Without a limit to the silence of raw streams. */
    public HttpCallSettings(
            Duration responseTimeout, Duration bodyIdleTimeout, long maxRequestBodyBytes, long maxResponseBodyBytes) {
        this(responseTimeout, bodyIdleTimeout, Duration.ZERO, maxRequestBodyBytes, maxResponseBodyBytes);
    }

    /** @throws IllegalArgumentException for anything negative */
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

    /** {@link #bodyIdleTimeout}, or zero where the head says that silence is no fault. */
    public Duration bodyIdleTimeout(HttpHeaders head) {
        return streamingTypes.has(head) ? Duration.ZERO : bodyIdleTimeout;
    }
}
