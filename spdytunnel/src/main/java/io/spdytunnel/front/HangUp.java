package io.spdytunnel.front;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;

/** Ways to end a connection. On its event loop. */
public final class HangUp {

    private HangUp() {}

    /** Says that nothing more will be said, and leaves it to the visitor to close. */
    static void gently(Channel channel) {
        SslHandler ssl = channel.pipeline().get(SslHandler.class);
        if (!(channel instanceof DuplexChannel duplex)) {
            close(channel);
        } else if (ssl == null) {
            shutdownOutput(duplex);
        } else {
            ssl.closeOutbound().addListener((Future<? super Void> closeNotify) -> shutdownOutput(duplex));
        }
    }

    /** Over TLS with a close_notify. */
    static void close(Channel channel) {
        channel.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    /**
     * Without ceremony: over TLS without close_notify.
     *
     * @param reset for a visitor who would take the end of the connection for the end of a body
     */
    static void abruptly(Channel channel, boolean reset) {
        if (reset) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        ChannelHandlerContext first = channel.pipeline().firstContext();
        ChannelFuture closing = first == null ? channel.close() : first.close();
        closing.addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    private static void shutdownOutput(DuplexChannel channel) {
        channel.shutdownOutput().addListener((Future<? super Void> done) -> {
            if (!done.isSuccess()) {
                close(channel);
            }
        });
    }
}
