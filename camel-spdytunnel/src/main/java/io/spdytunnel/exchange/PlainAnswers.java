package io.spdytunnel.exchange;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.IncomingRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Answers of one line of text, for what no route has answered. */
public final class PlainAnswers {

    private PlainAnswers() {}

    public static void send(IncomingRequest request, int status, String line) {
        send(request, status, line, null);
    }

    public static void send(IncomingRequest request, int status, String line, @Nullable Duration retryAfter) {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        head.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
        if (retryAfter != null) {
            head.headers().set(HttpHeaderNames.RETRY_AFTER, Math.max(1, retryAfter.toSeconds()));
        }
        request.respond(head, HttpBody.of(Unpooled.copiedBuffer(line + "\n", StandardCharsets.UTF_8)));
    }

    /** With a header more. */
    public static void send(IncomingRequest request, int status, String line, CharSequence header, String value) {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        head.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .set(header, value);
        request.respond(head, HttpBody.of(Unpooled.copiedBuffer(line + "\n", StandardCharsets.UTF_8)));
    }

    /** The same, unless there is an answer already: then that one has its own trouble. */
    static void sendIfNone(IncomingRequest request, int status, String line) {
        try {
            send(request, status, line);
        } catch (IllegalStateException answered) {
            request.body().abandon(line);
        }
    }
}
