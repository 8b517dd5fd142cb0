package io.spdytunnel.front;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.spdytunnel.http.HttpBody;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A response body that a test feeds by hand. */
final class TrickleSource implements HttpBody.Source {

    private final HttpBody body;
    private long consumed;
    private @Nullable String abandonedBecause;

    TrickleSource(long length) {
        body = new HttpBody(length, this);
    }

    HttpBody body() {
        return body;
    }

    void gives(String text) {
        body.offer(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    }

    void ends() {
        body.finish(EmptyHttpHeaders.INSTANCE);
    }

    void breaks() {
        body.fail(new IOException("the origin broke off"));
    }

    long consumed() {
        return consumed;
    }

    @Nullable
    String abandonedBecause() {
        return abandonedBecause;
    }

    @Override
    public void consumed(int bytes) {
        consumed += bytes;
    }

    @Override
    public void abandoned(String why) {
        abandonedBecause = why;
    }
}
