package io.spdytunnel.front;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.spdytunnel.net.AddressText;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what a new visitor speaks, and leaves the connection to that.
 *
 * <p>Over TLS ALPN says it (RFC 7301). Where that is silent, and in plain TCP, the first bytes do: a SPDY visitor's
 * first frame is a control frame, whose first byte is 0x80 (SPDY/3.1 2.2.1), and no HTTP/1.1 request begins with that.
 * An HTTP/2 visitor's first 24 bytes are the preface that was made to be no HTTP/1.1 request (RFC 9113 3.4); as long as
 * it may still be one, the bytes are kept. (NPN, by which SPDY was once agreed on, is gone from TLS libraries.) Confined to the event loop.
 */
final class ProtocolChoice extends ChannelInboundHandlerAdapter implements VisitorConnection {

    private static final Logger LOG = LoggerFactory.getLogger(ProtocolChoice.class);

    private static final int CONTROL_FRAME = 0x80;
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private final Channel channel;
    private final VisitorService service;
    private final Deadline deadline;
    private boolean chosen;

    /** What has come of an HTTP/2 preface, and may become none. */
    private @Nullable ByteBuf first;

    ProtocolChoice(Channel channel, VisitorService service) {
        this.channel = channel;
        this.service = service;
        this.deadline = new Deadline(channel.eventLoop(), () -> HangUp.close(channel));
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        deadline.in(service.settings().timeouts().head());
        service.connections().opened(this);
        channel.read();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
            SslHandler tls = ctx.pipeline().get(SslHandler.class);
            String agreed = tls.engine().getApplicationProtocol();
            if (agreed != null && !agreed.isEmpty()) {
                choose(VisitorProtocol.ofAlpn(agreed));
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (chosen || !(msg instanceof ByteBuf bytes)) {
            ctx.fireChannelRead(msg);
            return;
        }
        ByteBuf all = first == null ? bytes : Unpooled.wrappedBuffer(first, bytes);
        first = all;
        VisitorProtocol spoken = spokenIn(all);
        if (spoken != null) {
            first = null;
            choose(spoken);
            ctx.fireChannelRead(all);
        }
    }

    /** Null if that cannot be told yet. */
    private @Nullable VisitorProtocol spokenIn(ByteBuf bytes) {
        if (!bytes.isReadable()) {
            return null;
        }
        Set<VisitorProtocol> offered = service.settings().protocols();
        if (offered.contains(VisitorProtocol.HTTP_2) && beginsLikePreface(bytes)) {
            return bytes.readableBytes() < PREFACE.length() ? null : VisitorProtocol.HTTP_2;
        }
        boolean isSpdy = bytes.getUnsignedByte(bytes.readerIndex()) == CONTROL_FRAME;
        VisitorProtocol spoken = isSpdy ? VisitorProtocol.SPDY_3_1 : VisitorProtocol.HTTP_1_1;
        return offered.contains(spoken) ? spoken : offered.iterator().next(); // which will say what it misses
    }

    private static boolean beginsLikePreface(ByteBuf bytes) {
        int length = Math.min(bytes.readableBytes(), PREFACE.length());
        for (int i = 0; i < length; i++) {
            if (bytes.getByte(bytes.readerIndex() + i) != PREFACE.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (first != null) {
            first.release(); // the visitor left in the middle of a preface
            first = null;
        }
    }

    /** Adds what the protocol needs behind this handler, which then is no longer needed. */
    private void choose(VisitorProtocol protocol) {
        if (chosen) {
            return;
        }
        chosen = true;
        deadline.cancel();
        switch (protocol) {
            case HTTP_2 -> SessionVisitor.http2(channel, service).begin();
            case SPDY_3_1 -> SessionVisitor.spdy(channel, service).begin();
            case HTTP_1_1 -> VisitorInitializer.addHttp1(channel, service).begin();
        }
        service.connections().closed(this); // behind the other's opening, lest the server seems empty
        channel.pipeline().remove(this);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (!chosen) {
            channel.read();
        }
        ctx.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        deadline.cancel();
        service.connections().closed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, @Nullable Throwable cause) {
        LOG.debug(
                "visitor {}: {}",
                AddressText.withPort(VisitorAddress.of(channel)),
                String.valueOf(cause)); // a reset, or no TLS
        HangUp.abruptly(channel, false);
    }

    @Override
    public void drain() {
        cut(); // it has asked for nothing yet
    }

    @Override
    public void cut() {
        Loops.run(channel.eventLoop(), () -> {
            if (!chosen) {
                HangUp.close(channel);
            }
        });
    }
}
