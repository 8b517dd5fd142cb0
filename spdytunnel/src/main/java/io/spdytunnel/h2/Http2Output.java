package io.spdytunnel.h2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.spdytunnel.wire.Fin;

/** All that a session writes, flushed once a turn of its event loop, to which it is confined. */
final class Http2Output {

    private final Http2SessionHandler handler;
    private final ChannelHandlerContext context;
    private boolean flushing;

    Http2Output(Http2SessionHandler handler, ChannelHandlerContext context) {
        this.handler = handler;
        this.context = context;
    }

    ChannelPromise promise() {
        return context.newPromise();
    }

    void headers(int id, Http2Headers head, Fin fin, ChannelPromise written) {
        var unused = handler.encoder().writeHeaders(context, id, head, 0, fin.isLast(), written);
        flushSoon();
    }

    /** Takes ownership of {@code bytes}, which Netty queues until the peer has room for them. */
    void data(int id, ByteBuf bytes, Fin fin, ChannelPromise written) {
        var unused = handler.encoder().writeData(context, id, bytes, 0, fin.isLast(), written);
        flushSoon();
    }

    /** The word that a visitor may wait for before it sends its body. */
    void goOn(int id) {
        headers(id, new DefaultHttp2Headers(false, 1).status("100"), Fin.MORE, promise());
    }

    void reset(int id, long code) {
        var unused = handler.resetStream(context, id, code, promise());
        flushSoon();
    }

    void ping(long content) {
        var unused = handler.encoder().writePing(context, false, content, promise());
        flushSoon();
    }

    /** Says that no more streams are taken; those of the peer up to now are. */
    void goAway(long code, String why) {
        int last = handler.connection().remote().lastStreamCreated();
        var unused = handler.goAway(context, last, code, ByteBufUtil.writeUtf8(context.alloc(), why), promise());
        flushSoon();
    }

    /** @throws IllegalArgumentException if the head is longer than the peer takes, or {@code most} bytes */
    Http2Headers fitting(Http2Headers head, int most) {
        long theirs = handler.encoder().configuration().headersConfiguration().maxHeaderListSize();
        long size = Http2Heads.size(head);
        if (size > Math.min(theirs, most)) {
            throw new IllegalArgumentException("a head of " + size + " bytes is longer than the peer takes (" + theirs
                    + ") or this end sends (" + most + ")");
        }
        return head;
    }

    void flushSoon() {
        if (!flushing) {
            flushing = true;
            context.channel().eventLoop().execute(() -> {
                flushing = false;
                handler.flush(context);
            });
        }
    }
}
