package io.spdytunnel.http;

import io.netty.handler.codec.http.HttpRequest;

/**
 * A request about to go down a session.
 *
 * @param head method, target in origin-form and headers, {@code Host} included; hop-by-hop headers are left behind
 * @param body piped to its end, or abandoned
 * @param scheme {@code http} or {@code https}: how the visitor came
 * @param priority 0 (most urgent) to 7 (SPDY/3.1 2.3.3)
 */
public record OutgoingRequest(HttpRequest head, HttpBody body, String scheme, int priority) {

    /** Halfway, for whoever has no opinion. */
    public static final int DEFAULT_PRIORITY = 3;

    public OutgoingRequest {
        if (priority < 0 || priority > 7) {
            throw new IllegalArgumentException("priority " + priority + " is not between 0 (urgent) and 7");
        }
    }
}
