package io.spdytunnel.exchange;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.IncomingRequest;
import io.spdytunnel.http.TunnelFailure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.camel.util.ObjectHelper;
import org.jspecify.annotations.Nullable;

/** Answers of one line of text, for requests that no route has answered. */
public final class PlainAnswers {

    private PlainAnswers() {}

    public static void send(IncomingRequest request, int status, String line) {
        send(request, status, line, null);
    }

    public static void send(IncomingRequest request, int status, String line, @Nullable Duration retryAfter) {
        HttpResponse head = head(status);
        if (retryAfter != null) {
            head.headers().set(HttpHeaderNames.RETRY_AFTER, Math.max(1, retryAfter.toSeconds()));
        }
        respond(request, head, line);
    }

    /** With one more header. */
    public static void send(IncomingRequest request, int status, String line, CharSequence header, String value) {
        HttpResponse head = head(status);
        head.headers().set(header, value);
        respond(request, head, line);
    }

    private static HttpResponse head(int status) {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        head.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
        return head;
    }

    private static void respond(IncomingRequest request, HttpResponse head, String line) {
        request.respond(head, HttpBody.of(Unpooled.copiedBuffer(line + "\n", StandardCharsets.UTF_8)));
    }

    /**
     * Answers a request whose exchange failed: a status and one line, never a stack trace.
     *
     * @param status the status that the route has set, or null
     */
    static void failed(IncomingRequest request, Throwable failure, @Nullable Integer status) {
        TunnelFailure tunnel = ObjectHelper.getException(TunnelFailure.class, failure);
        if (tunnel != null) {
            send(request, status == null ? tunnel.status() : status, tunnel.forVisitor(), tunnel.retryAfter());
        } else {
            send(request, status == null ? 500 : status, "the request failed");
        }
    }

    /** The same, unless an answer has already begun. */
    static void sendIfNone(IncomingRequest request, int status, String line) {
        try {
            send(request, status, line);
        } catch (IllegalStateException answered) {
            request.body().abandon(line);
        }
    }
}
