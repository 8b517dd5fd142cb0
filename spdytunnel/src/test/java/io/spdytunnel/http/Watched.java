package io.spdytunnel.http;

import io.netty.buffer.ByteBuf;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamEnd;
import io.spdytunnel.session.StreamListener;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import org.jspecify.annotations.Nullable;

/** Lets no listener fail unseen: a session survives one that throws, and only logs it. */
final class Watched implements StreamListener {

    private final StreamListener listener;

    Watched(StreamListener listener) {
        this.listener = listener;
    }

    private static void mustNotFail(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException failed) {
            throw new AssertionError("a listener failed", failed);
        }
    }

    @Override
    public void replied(HeaderBlock head, Fin fin) {
        mustNotFail(() -> listener.replied(head, fin));
    }

    @Override
    public void data(ByteBuf bytes, Fin fin) {
        mustNotFail(() -> listener.data(bytes, fin));
    }

    @Override
    public void headers(HeaderBlock headers, Fin fin) {
        mustNotFail(() -> listener.headers(headers, fin));
    }

    @Override
    public void sent(int bytes) {
        mustNotFail(() -> listener.sent(bytes));
    }

    @Override
    public void finSent() {
        mustNotFail(listener::finSent);
    }

    @Override
    public @Nullable StreamListener pushed(Stream push, HeaderBlock head, Fin fin) {
        StreamListener taker = listener.pushed(push, head, fin);
        return taker == null ? null : new Watched(taker);
    }

    @Override
    public void ended(StreamEnd end) {
        mustNotFail(() -> listener.ended(end));
    }
}
