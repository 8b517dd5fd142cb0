package io.spdytunnel.front;

import io.spdytunnel.http.StreamingTypes;
import io.spdytunnel.spi.Api;
import java.time.Duration;

/**
 * How long a visitor may take.
 *
 * @param head from a request's first byte, or from the connection's start, to the end of the request's head; then 408
 * @param keepAlive silence between two requests of a connection before it is closed
 * @param bodyIdle while a body is under way, without a byte of it in either direction; zero turns it off. It is always
 *     off behind the head of a response of {@code streamingTypes}
 * @param linger after a reply that closes the connection, for the visitor to read it and hang up
 * @param streamingTypes whose bodies may be silent for as long as they like
 */
@Api
public record VisitorTimeouts(
        Duration head, Duration keepAlive, Duration bodyIdle, Duration linger, StreamingTypes streamingTypes) {

    /**
     * Ten seconds for a head is what HAProxy advises; 75 s between requests is more than the 60 s after which load
     * balancers drop a connection, so that they hang up first; 60 s for bodies is what other tunnels allow; 5 s are
     * several round trips on the worst of lines.
     */
    public static final VisitorTimeouts DEFAULT = new VisitorTimeouts(
            Duration.ofSeconds(10), Duration.ofSeconds(75), Duration.ofSeconds(60), Duration.ofSeconds(5));

    /** For the usual streaming types. */
    public VisitorTimeouts(Duration head, Duration keepAlive, Duration bodyIdle, Duration linger) {
        this(head, keepAlive, bodyIdle, linger, StreamingTypes.DEFAULT);
    }

    /** @throws IllegalArgumentException for a duration that is negative, or zero where it cannot be off */
    public VisitorTimeouts {
        positive("head", head);
        positive("keepAlive", keepAlive);
        positive("linger", linger);
        if (bodyIdle.isNegative()) {
            throw new IllegalArgumentException("bodyIdle must not be negative, was " + bodyIdle);
        }
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be longer than zero, was " + value);
        }
    }
}
