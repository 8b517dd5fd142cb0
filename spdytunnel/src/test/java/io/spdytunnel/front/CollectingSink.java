package io.spdytunnel.front;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.spdytunnel.http.BodySink;
import io.spdytunnel.http.HttpBody;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Collects a body's text, and gives room back only when told to. */
final class CollectingSink implements BodySink {

    private final HttpBody body;
    private final StringBuilder text = new StringBuilder();
    private int held;
    private @Nullable HttpHeaders trailers;
    private @Nullable IOException failure;

    CollectingSink(HttpBody body) {
        this.body = body;
    }

    @Override
    public void data(ByteBuf bytes) {
        text.append(bytes.toString(ISO_8859_1));
        held += bytes.readableBytes();
        bytes.release();
    }

    @Override
    public void end(HttpHeaders trailers) {
        this.trailers = trailers;
    }

    @Override
    public void failed(IOException cause) {
        failure = cause;
    }

    String text() {
        return text.toString();
    }

    int held() {
        return held;
    }

    @Nullable
    HttpHeaders trailers() {
        return trailers;
    }

    @Nullable
    IOException failure() {
        return failure;
    }

    void givesBack() {
        int bytes = held;
        held = 0;
        body.consumed(bytes);
    }
}
