package io.spdytunnel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.spdytunnel.http.HttpBody;

/** A body of which a test sends one piece after another. */
final class SpokenBody implements HttpBody.Source {

    private final HttpBody body = new HttpBody(HttpBody.UNKNOWN_LENGTH, this);

    HttpBody body() {
        return body;
    }

    void says(String text) {
        says(text.getBytes(ISO_8859_1));
    }

    void says(byte[] bytes) {
        body.offer(Unpooled.wrappedBuffer(bytes));
    }

    void ends() {
        body.finish(EmptyHttpHeaders.INSTANCE);
    }

    @Override
    public void consumed(int bytes) {
        // there is no window to open
    }

    @Override
    public void abandoned(String why) {
        // the test sees it at the other end
    }
}
