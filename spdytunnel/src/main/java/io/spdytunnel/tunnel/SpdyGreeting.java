package io.spdytunnel.tunnel;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.spdytunnel.session.Session;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Waits until SPDY can start on a dialled connection, and starts the session. Confined to the event loop. */
final class SpdyGreeting extends ChannelInboundHandlerAdapter {

    private static final String SPDY = "spdy/3.1";

    private final SpdyConnectorSettings settings;
    private final SessionStarter sessions;
    private final CompletableFuture<Session> outcome;

    /** @param outcome completed on the event loop; who completes it otherwise gives the dial up and closes the channel */
    SpdyGreeting(SpdyConnectorSettings settings, SessionStarter sessions, CompletableFuture<Session> outcome) {
        this.settings = settings;
        this.sessions = sessions;
        this.outcome = outcome;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.fireChannelActive();
        if (ctx.pipeline().get(SslHandler.class) == null) {
            begin(ctx);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            // Netty's own applicationProtocol() knows engines of Netty's making only.
            String agreed = ctx.pipeline().get(SslHandler.class).engine().getApplicationProtocol();
            if (!handshake.isSuccess()) {
                fail(ctx, tlsReasonOf(handshake.cause()));
            } else if (SPDY.equals(agreed)) {
                begin(ctx);
            } else {
                fail(ctx, noSpdy(agreed));
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    private void begin(ChannelHandlerContext ctx) {
        if (outcome.isDone()) {
            HangUp.on(ctx.channel()); // given up meanwhile
            return;
        }
        Session session = sessions.start(ctx.channel(), settings.session());
        ctx.pipeline().remove(this);
        if (!outcome.complete(session)) {
            session.drain(Duration.ZERO);
        }
    }

    private String noSpdy(@Nullable String agreed) {
        return (agreed == null || agreed.isEmpty()
                        ? settings.target() + " has chosen no protocol by ALPN"
                        : settings.target() + " has chosen " + agreed + " by ALPN")
                + ", but " + SPDY
                + " is needed; configure it to offer that (NPN is not enough), or set tls=false if it speaks SPDY"
                + " without TLS";
    }

    private String tlsReasonOf(Throwable cause) {
        Throwable reason = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (reason instanceof NotSslRecordException) {
            return settings.target() + " does not speak TLS; if it speaks SPDY without TLS, set tls=false";
        }
        String message = TlsFailure.reasonOf(reason);
        return message.contains("no_application_protocol")
                ? noSpdy(null)
                : "TLS failed with " + settings.target() + ": " + message;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(ctx, settings.target() + " closed the connection during the TLS handshake");
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx, tlsReasonOf(cause));
    }

    private void fail(ChannelHandlerContext ctx, String why) {
        outcome.completeExceptionally(new DialFailedException(why));
        HangUp.on(ctx.channel());
    }
}
