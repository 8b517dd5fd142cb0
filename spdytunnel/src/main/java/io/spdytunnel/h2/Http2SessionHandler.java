package io.spdytunnel.h2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** Netty's end of a session: tells it of the transport, of errors, and of signs of life. */
final class Http2SessionHandler extends Http2ConnectionHandler {

    private final LiveHttp2Session session;
    private final Runnable headTooLong;

    /** After an error that ends the session: what still comes is read and thrown away. */
    private boolean deaf;

    Http2SessionHandler(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings announced,
            LiveHttp2Session session,
            Runnable headTooLong) {
        super(decoder, encoder, announced);
        this.session = session;
        this.headTooLong = headTooLong;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        session.begins(this, ctx);
        super.handlerAdded(ctx);
        session.begun();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        session.heardFromPeer();
        if (deaf) {
            int size = message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
            ReferenceCountUtil.release(message);
            session.unheard(size);
        } else {
            super.channelRead(ctx, message);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        session.transportClosed();
        super.channelInactive(ctx);
    }

    /** A transport that failed, or a handler below; what Netty finds in frames goes the other ways. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null) {
            super.exceptionCaught(ctx, cause);
        } else {
            deaf = true;
            session.failed(cause, null);
            session.close();
        }
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, @Nullable Http2Exception found) {
        deaf = true;
        session.failed(cause, found);
    }

    /** Netty answers 431, since a request in error never reaches the session. */
    @Override
    protected void handleServerHeaderDecodeSizeError(ChannelHandlerContext ctx, Http2Stream stream) {
        super.handleServerHeaderDecodeSizeError(ctx, stream);
        headTooLong.run();
    }

    @Override
    protected void onStreamError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, Http2Exception.StreamException found) {
        if (outbound) {
            super.onStreamError(ctx, true, cause, found);
        } else if (isHeadTooLarge(found) && isAnswered(ctx, found.streamId())) {
            session.streamInError(found);
        } else {
            Http2Stream stream = connection().stream(found.streamId());
            judged(ctx, cause, session.faults().judge(found, session.streamOf(stream)));
        }
    }

    private void judged(ChannelHandlerContext ctx, Throwable cause, @Nullable Http2Exception found) {
        if (found instanceof Http2Exception.StreamException ofStream) {
            super.onStreamError(ctx, false, cause, ofStream);
            session.streamInError(ofStream);
        } else if (found != null) {
            onConnectionError(ctx, false, found, found);
        }
    }

    private boolean isHeadTooLarge(Http2Exception.StreamException found) {
        return connection().isServer()
                && found instanceof Http2Exception.HeaderListSizeException size
                && size.duringDecode();
    }

    /** Answers 431, and behind the answer wants no more of the request, which is no error of the stream's (RFC 9113 8.1). */
    private boolean isAnswered(ChannelHandlerContext ctx, int id) {
        Http2Stream stream = connection().stream(id);
        try {
            if (stream == null) {
                stream = connection().remote().createStream(id, false);
            }
        } catch (Http2Exception notANewOne) {
            return false;
        }
        if (stream.isHeadersSent()) {
            return false;
        }
        handleServerHeaderDecodeSizeError(ctx, stream);
        resetStream(ctx, id, Http2Error.NO_ERROR.code(), ctx.newPromise())
                .addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
        return true;
    }
}
