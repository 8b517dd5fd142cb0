package io.spdytunnel.session;

import io.netty.buffer.ByteBuf;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;

/** Hears nothing: a stream's listener until somebody has given one. */
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
