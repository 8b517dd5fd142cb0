package io.spdytunnel.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import java.util.concurrent.atomic.AtomicInteger;

/** A body that says what the test says, when the test says it, and counts what was taken. */
public final class FedBody implements HttpBody.Source {

    private final HttpBody body = new HttpBody(HttpBody.UNKNOWN_LENGTH, this);
    private final AtomicInteger taken = new AtomicInteger();
    private volatile String abandoned = "";

    public HttpBody body() {
        return body;
    }

    public void says(String text) {
        body.offer(Unpooled.copiedBuffer(text, ISO_8859_1));
    }

    public void says(byte[] bytes) {
        body.offer(Unpooled.wrappedBuffer(bytes));
    }

    public void ends() {
        body.finish(EmptyHttpHeaders.INSTANCE);
    }

    /** How many bytes nobody holds any more. */
    public int taken() {
        return taken.get();
    }

    /** Why nobody wants the rest; empty while somebody may. */
    public String abandonedBecause() {
        return abandoned;
    }

    @Override
    public void consumed(int bytes) {
        taken.addAndGet(bytes);
    }

    @Override
    public void abandoned(String why) {
        abandoned = why;
    }
}
