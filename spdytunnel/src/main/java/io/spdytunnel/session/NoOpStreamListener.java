package io.spdytunnel.session;

import io.netty.buffer.ByteBuf;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;

/** Ignores all calls: the listener of a stream that has none yet. */
public enum NoOpStreamListener implements StreamListener {
    INSTANCE;

    @Override
    public void replied(HeaderBlock head, Fin fin) {}

    @Override
    public void data(ByteBuf bytes, Fin fin) {}

    @Override
    public void headers(HeaderBlock headers, Fin fin) {}

    @Override
    public void sent(int bytes) {}

    @Override
    public void ended(StreamEnd end) {}
}
