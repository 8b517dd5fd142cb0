package io.spdytunnel.http;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.spdytunnel.fields.RawMode;
import io.spdytunnel.spi.Api;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A request to be sent on a session.
 *
 * @param head method, target in origin-form (of CONNECT: host:port) and headers, {@code Host} included; hop-by-hop
 *     headers are removed
 * @param body piped to its end, or abandoned
 * @param scheme {@code http} or {@code https}: the visitor's scheme
 * @param priority 0 (most urgent) to 7 (SPDY/3.1 2.3.3)
 * @param pace how fast both bodies may flow; null for no limit
 */
@Api
public record OutgoingRequest(
        HttpRequest head,
        HttpBody body,
        String scheme,
        int priority,
        @Nullable Pace pace) {

    /** The middle priority, for requests without a priority. */
    public static final int DEFAULT_PRIORITY = 3;

    /** A request without a pace. */
    public OutgoingRequest(HttpRequest head, HttpBody body, String scheme, int priority) {
        this(head, body, scheme, priority, null);
    }

    /**
     * A request of no special priority.
     *
     * @param uri {@code http://…} or {@code https://…}; its authority becomes {@code Host}. Nothing is dialled
     */
    public static OutgoingRequest of(HttpMethod method, URI uri, HttpBody body) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, path + query);
        head.headers().set(HttpHeaderNames.HOST, uri.getRawAuthority());
        if (!body.isEmpty() && body.length() != HttpBody.UNKNOWN_LENGTH) {
            head.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length());
        }
        return new OutgoingRequest(head, body, uri.getScheme(), DEFAULT_PRIORITY);
    }

    /**
     * Whether it asks for raw bytes ({@link RawMode}): CONNECT, or a head with {@code Upgrade}. Its body has no length;
     * it has the bytes to send after the grant, and is not touched before.
     */
    public boolean isRaw() {
        return RawMode.isAsked(head) && body.length() == HttpBody.UNKNOWN_LENGTH;
    }

    /** @throws IllegalArgumentException if the priority is not from 0 to 7 */
    public OutgoingRequest {
        if (priority < 0 || priority > 7) {
            throw new IllegalArgumentException("priority " + priority + " is not between 0 (urgent) and 7");
        }
    }
}
