package io.spdytunnel.front;

import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/** A response whose headers nobody has checked, as one that came over SPDY. */
final class UncheckedResponse extends DefaultHttpResponse {

    UncheckedResponse(HttpHeaders unchecked) {
        super(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, unchecked);
    }
}
