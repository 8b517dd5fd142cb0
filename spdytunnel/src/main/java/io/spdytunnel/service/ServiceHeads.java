package io.spdytunnel.service;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

/** Heads of requests as a plain HTTP/1.1 service gets them. */
final class ServiceHeads {

    private ServiceHeads() {}

    /** Of a request without a body, which is all of it. */
    static HttpRequest whole(HttpRequest head, boolean raw) {
        HttpHeaders headers = head.headers();
        if (raw) {
            headers = headers.copy().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        }
        return new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                head.method(),
                head.uri(),
                Unpooled.EMPTY_BUFFER,
                headers,
                EmptyHttpHeaders.INSTANCE);
    }

    /** Of a request whose body follows. */
    static HttpRequest withBody(HttpRequest head) {
        HttpRequest framed = new DefaultHttpRequest(
                HttpVersion.HTTP_1_1, head.method(), head.uri(), head.headers().copy());
        if (!HttpUtil.isContentLengthSet(framed)) {
            framed.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        return framed;
    }
}
