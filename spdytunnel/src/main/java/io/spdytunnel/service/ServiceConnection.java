package io.spdytunnel.service;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObject;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.spdytunnel.fields.VisitorId;
import io.spdytunnel.http.RawSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pooled connection to a service: hands what arrives to the call that has it, and otherwise waits to be closed.
 * Reads only when asked, and always asks once while idle, so that a service that hangs up is noticed.
 */
final class ServiceConnection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceConnection.class);

    private final ServicePool pool;
    private @Nullable ServiceCall call;
    private boolean owned;
    private Duration restsFor = Duration.ZERO;
    private @Nullable ScheduledFuture<?> expiry;
    private long restsSince;
    private int calls;

    ServiceConnection(ServicePool pool) {
        this.pool = pool;
    }

    /** Gives the connection to a call. Returns whether it has served another one before. */
    boolean take(ServiceCall taker) {
        call = taker;
        return calls++ > 0;
    }

    /**
     * From here on it is this visitor's alone, and ends with the visitor's connection; null for a visitor that nobody
     * can tell from others.
     */
    void ownedBy(ChannelHandlerContext context, @Nullable VisitorId visitor) {
        if (!owned) {
            owned = true;
            if (visitor != null) {
                visitor.closesWithIt(context.channel());
            }
        }
    }

    boolean isOwned() {
        return owned;
    }

    /** The call is over and the connection may serve another, for so long. */
    void rest(ChannelHandlerContext context, Duration howLong) {
        call = null;
        restsSince = System.nanoTime();
        restsFor = howLong;
        if (expiry == null) {
            awaitExpiry(context, howLong.toNanos());
        }
        context.read();
    }

    private void awaitExpiry(ChannelHandlerContext context, long nanos) {
        expiry = context.executor().schedule(() -> expire(context), nanos, TimeUnit.NANOSECONDS);
    }

    /** One look for many rests: a busy connection would else be given a timer, and lose it, with each call. */
    private void expire(ChannelHandlerContext context) {
        expiry = null;
        if (call != null) {
            return; // its next rest asks for another look
        }
        long left = restsFor.toNanos() - (System.nanoTime() - restsSince);
        if (left > 0) {
            awaitExpiry(context, left);
        } else {
            hangUp(context);
        }
    }

    /** The call is over and so is the connection. */
    void drop(ChannelHandlerContext context) {
        call = null;
        hangUp(context);
    }

    /** The connection is granted for raw bytes: {@code socket} has it from here on, and this pool never again. */
    void switchTo(ChannelHandlerContext context, RawSocket socket) {
        call = null;
        context.channel().config().setAutoClose(true); // of raw bytes there is no answer to wait for
        ChannelPipeline pipeline = context.pipeline();
        HttpClientCodec codec = pipeline.get(HttpClientCodec.class);
        codec.removeOutboundHandler();
        pipeline.addBefore(context.name(), null, socket);
        // Not now: it is the codec that is speaking, and what it still holds it hands over when it goes.
        context.executor().execute(() -> {
            if (!context.isRemoved()) {
                pipeline.remove(codec);
            }
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (call != null && message instanceof HttpObject part) {
            call.received(part);
        } else {
            ReferenceCountUtil.release(message);
            hangUp(context); // a service that speaks without being asked
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (call != null) {
            call.readMore();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (expiry != null) {
            expiry.cancel(false);
        }
        pool.ended(context.channel());
        lost("the service closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        lost("the connection to the service failed: " + cause.getMessage());
        hangUp(context);
    }

    private static void hangUp(ChannelHandlerContext context) {
        context.close().addListener((ChannelFuture closed) -> {
            if (!closed.isSuccess()) {
                LOG.debug("closing a connection to a service: {}", String.valueOf(closed.cause()));
            }
        });
    }

    private void lost(String why) {
        ServiceCall current = call;
        call = null;
        if (current != null) {
            current.lost(why);
        }
    }
}
