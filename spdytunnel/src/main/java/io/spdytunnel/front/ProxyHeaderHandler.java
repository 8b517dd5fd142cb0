package io.spdytunnel.front;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.spdytunnel.net.AddressText;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before everything else on a connection from a balancer that speaks the PROXY protocol: reads who the visitor
 * is, has the rest furnished, and goes. What has come behind the header belongs to the rest. A header that is malformed
 * or takes too long costs the connection. Confined to the event loop.
 */
final class ProxyHeaderHandler extends ByteToMessageDecoder implements VisitorConnection {

    private static final Logger LOG = LoggerFactory.getLogger(ProxyHeaderHandler.class);

    private final Channel channel;
    private final VisitorService service;
    private final EdgeLog edgeLog;
    private final Consumer<Channel> furnish;
    private final Deadline deadline;
    private boolean over;

    /** @param furnish puts TLS and HTTP into the channel, or closes it */
    ProxyHeaderHandler(Channel channel, VisitorService service, EdgeLog edgeLog, Consumer<Channel> furnish) {
        this.channel = channel;
        this.service = service;
        this.edgeLog = edgeLog;
        this.furnish = furnish;
        this.deadline = new Deadline(channel.eventLoop(), this::tookTooLong);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        deadline.in(service.settings().timeouts().head());
        service.connections().opened(this);
        ctx.read();
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (over) {
            in.skipBytes(in.readableBytes());
            return;
        }
        ProxyHeader header;
        try {
            header = ProxyHeader.read(in);
        } catch (ProxyHeader.Malformed malformed) {
            giveUp(String.valueOf(malformed.getMessage()));
            in.skipBytes(in.readableBytes());
            return;
        }
        if (header != null) {
            over = true;
            deadline.cancel();
            VisitorAddress.set(channel, header.visitor());
            furnish.accept(channel);
            ctx.fireChannelActive(); // where it all begins, for those who come behind
            service.connections().closed(this); // behind the other's opening, lest the server seems empty
            ctx.pipeline().remove(this); // hands on what it holds
        }
    }

    private void tookTooLong() {
        giveUp("no PROXY protocol header came within "
                + service.settings().timeouts().head().toMillis() + " ms");
    }

    private void giveUp(String why) {
        over = true;
        edgeLog.proxyBrokeTheRule(channel.remoteAddress(), why);
        HangUp.close(channel);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        deadline.cancel();
        service.connections().closed(this);
        super.channelInactive(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, @Nullable Throwable cause) {
        LOG.debug("balancer {}: {}", AddressText.withPort(channel.remoteAddress()), String.valueOf(cause));
        HangUp.abruptly(channel, false);
    }

    @Override
    public void drain() {
        cut(); // it has asked for nothing yet
    }

    @Override
    public void cut() {
        Loops.run(channel.eventLoop(), () -> {
            if (!over) {
                HangUp.close(channel);
            }
        });
    }
}
