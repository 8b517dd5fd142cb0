package io.spdytunnel.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The plain service behind all contestants: {@code GET /{n}} is answered with n bytes, a POST with 200 once all of its
 * body has come. nginx takes its place for downloads where it is installed.
 */
final class Backend {

    private static final int PIECE = 64 * 1024;

    private Backend() {}

    static void run(String host, int port) throws InterruptedException, ExecutionException {
        NioEventLoopGroup loops = new NioEventLoopGroup(2);
        new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline()
                                .addLast(
                                        new IdleStateHandler(0, 0, 10, TimeUnit.MINUTES),
                                        new HttpServerCodec(4096, 16 * 1024, PIECE),
                                        new Service());
                    }
                })
                .bind(host, port)
                .get();
    }

    private static final class Service extends SimpleChannelInboundHandler<HttpObject> {

        private final ByteBuf piece =
                Unpooled.unreleasableBuffer(Unpooled.directBuffer(PIECE).writeZero(PIECE));
        private long left;
        private boolean sending;
        private boolean writing;
        private boolean takingBody;

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
            if (message instanceof HttpRequest request) {
                takingBody = "POST".equals(request.method().name());
                if (!takingBody) {
                    left = Long.parseLong(request.uri().substring(1));
                    HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
                    head.headers()
                            .set(HttpHeaderNames.CONTENT_LENGTH, left)
                            .set(HttpHeaderNames.CONTENT_TYPE, "application/octet-stream");
                    sending = true;
                    write(ctx, head);
                    sendSome(ctx);
                }
            } else if (message instanceof LastHttpContent && takingBody) {
                DefaultFullHttpResponse done =
                        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.EMPTY_BUFFER);
                done.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
                write(ctx, done);
                ctx.flush();
            }
        }

        /** Writing and flushing may tell of writability at once, and so lead here again: whoever is here already goes on. */
        private void sendSome(ChannelHandlerContext ctx) {
            if (writing) {
                return;
            }
            writing = true;
            do {
                writeSome(ctx);
                ctx.flush();
            } while (sending && ctx.channel().isWritable());
            writing = false;
        }

        private void writeSome(ChannelHandlerContext ctx) {
            while (sending && (left == 0 || ctx.channel().isWritable())) {
                int length = (int) Math.min(left, PIECE);
                left -= length;
                if (length > 0) {
                    write(ctx, new DefaultHttpContent(piece.duplicate().writerIndex(length)));
                }
                if (left == 0) {
                    sending = false;
                    write(ctx, LastHttpContent.EMPTY_LAST_CONTENT);
                }
            }
        }

        private static void write(ChannelHandlerContext ctx, HttpObject message) {
            ctx.write(message).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (sending) {
                sendSome(ctx);
            }
            ctx.fireChannelWritabilityChanged();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close().addListener(ChannelFutureListener.CLOSE);
        }
    }
}
