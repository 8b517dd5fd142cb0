package io.spdytunnel.front;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * Hears when an HTTP/1.1 visitor has said all it will say (RFC 9112 9.6). Over TLS only close_notify says so: without it
 * anybody on the way may have ended the connection (RFC 8446 6.1), and in TLS 1.2 it is the end of both directions (RFC
 * 5246 7.2.1). Confined to the event loop.
 */
final class EndOfInput {

    private final Channel channel;
    private final Runnable onEnd;
    private final Runnable onBreak;
    private boolean ended;

    /**
     * @param onEnd the visitor has ended its half, and may read on
     * @param onBreak the connection is no use any more
     */
    EndOfInput(Channel channel, Runnable onEnd, Runnable onBreak) {
        this.channel = channel;
        this.onEnd = onEnd;
        this.onBreak = onBreak;
    }

    /** From here on the end of the visitor's half does not close the connection. */
    void listen() {
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    boolean hasCome() {
        return ended;
    }

    void heard(Object event) {
        if (ended) {
            return;
        }
        if (event instanceof SslCloseCompletionEvent notify && notify.isSuccess()) {
            end(isTls13());
        } else if (event == ChannelInputShutdownEvent.INSTANCE) {
            end(tls() == null);
        }
    }

    private void end(boolean orderly) {
        ended = orderly;
        if (orderly) {
            onEnd.run();
        } else {
            onBreak.run();
        }
    }

    private @Nullable SslHandler tls() {
        return channel.pipeline().get(SslHandler.class);
    }

    private boolean isTls13() {
        SslHandler tls = tls();
        return tls != null && tls.engine().getSession().getProtocol().equals("TLSv1.3");
    }
}
