package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyHttpCodec;
import io.netty.handler.codec.spdy.SpdyHttpHeaders;
import io.netty.handler.codec.spdy.SpdyHttpResponseStreamIdHandler;
import io.netty.handler.codec.spdy.SpdySessionHandler;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Netty's own SPDY handlers at the other end, in plain TCP. They collect messages whole and refill windows on receipt, so
 * they say nothing about back-pressure; about frames, header blocks and ids they have an opinion of their own.
 */
class NettySecondOpinionTest {

    private static final int LONGEST = 8 * 1024 * 1024;
    private static final int LARGE = 1024 * 1024;

    private final TunnelRig rig = new TunnelRig();
    private final EventLoopGroup loops = new NioEventLoopGroup(1);

    @AfterEach
    void close() {
        rig.close();
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void asVisitorOfOurServingEndpoint() throws Exception {
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("spdytunnel:plain?tls=false&serve=127.0.0.1:" + rig.servePort)
                        .process(exchange -> {
                            String path = exchange.getMessage().getHeader(Exchange.HTTP_PATH, String.class);
                            if (!path.equals("/echo")) {
                                exchange.getMessage().setBody("you asked for " + path);
                            }
                        });
            }
        });
        rig.origin.start();
        NettyVisitor visitor = new NettyVisitor();
        byte[] sent = random(LARGE);
        Channel channel = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(visitor)
                .connect("127.0.0.1", rig.servePort)
                .sync()
                .channel();
        try {
            Map<Integer, CompletableFuture<byte[]>> answers = new HashMap<>();
            for (int id = 1; id < 100; id += 2) {
                answers.put(id, visitor.asks(channel, id, "/" + id, new byte[0]));
            }
            for (Map.Entry<Integer, CompletableFuture<byte[]>> answer : answers.entrySet()) {
                assertThat(answer.getValue().get(10, TimeUnit.SECONDS))
                        .asString()
                        .isEqualTo("you asked for /" + answer.getKey());
            }

            assertThat(visitor.asks(channel, 101, "/echo", sent).get(20, TimeUnit.SECONDS))
                    .isEqualTo(sent);
        } finally {
            channel.close().sync();
        }
    }

    @Test
    void asServerOfOurConnectedProducer() throws Exception {
        Channel server = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        spdy(channel, true);
                        channel.pipeline().addLast(new SpdyHttpResponseStreamIdHandler(), new Echo());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        int port = ((InetSocketAddress) server.localAddress()).getPort();
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to("spdytunnel:plain.example.com?tls=false&connect=127.0.0.1:" + port);
            }
        });
        rig.proxy.start();
        byte[] sent = random(LARGE);

        for (byte[] body : new byte[][] {random(10), sent, random(0)}) {
            Exchange answer = rig.proxy.createProducerTemplate().request("direct:in", exchange -> {
                exchange.getMessage().setHeader(Exchange.HTTP_METHOD, "PUT");
                exchange.getMessage().setHeader(Exchange.HTTP_PATH, "/a?b=%20c");
                exchange.getMessage().setBody(body);
            });

            assertThat(answer.getException()).isNull();
            assertThat(answer.getMessage().getHeader("x-target")).isEqualTo("PUT /a?b=%20c of plain.example.com");
            byte[] echoed = answer.getMessage().getBody(byte[].class);
            assertThat(echoed == null ? new byte[0] : echoed).isEqualTo(body);
        }
        server.close().sync();
    }

    private static void spdy(Channel channel, boolean server) {
        channel.pipeline()
                .addLast(
                        new SpdyFrameCodec(SpdyVersion.SPDY_3_1),
                        new SpdySessionHandler(SpdyVersion.SPDY_3_1, server),
                        new SpdyHttpCodec(SpdyVersion.SPDY_3_1, LONGEST));
    }

    private static final class Echo extends SimpleChannelInboundHandler<FullHttpRequest> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            FullHttpResponse response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    HttpResponseStatus.OK,
                    request.content().retain());
            response.headers()
                    .set(
                            "x-target",
                            request.method() + " " + request.uri() + " of "
                                    + request.headers().get("host"))
                    .set(SpdyHttpHeaders.Names.STREAM_ID, request.headers().getInt(SpdyHttpHeaders.Names.STREAM_ID));
            context.writeAndFlush(response).addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
        }
    }

    private static final class NettyVisitor extends ChannelInitializer<Channel> {

        private final Map<Integer, CompletableFuture<byte[]>> waiting = new ConcurrentHashMap<>();

        @Override
        protected void initChannel(Channel channel) {
            spdy(channel, false);
            channel.pipeline().addLast(new SimpleChannelInboundHandler<FullHttpResponse>() {
                @Override
                protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
                    byte[] body = new byte[response.content().readableBytes()];
                    response.content().readBytes(body);
                    waiting.get(response.headers().getInt(SpdyHttpHeaders.Names.STREAM_ID))
                            .complete(body);
                }
            });
        }

        CompletableFuture<byte[]> asks(Channel channel, int streamId, String path, byte[] body) {
            CompletableFuture<byte[]> answer = new CompletableFuture<>();
            waiting.put(streamId, answer);
            ByteBuf content = Unpooled.wrappedBuffer(body);
            FullHttpRequest request = new DefaultFullHttpRequest(
                    HttpVersion.HTTP_1_1, body.length == 0 ? HttpMethod.GET : HttpMethod.POST, path, content);
            request.headers()
                    .set("host", "a.example.com")
                    .set(SpdyHttpHeaders.Names.STREAM_ID, streamId)
                    .set(SpdyHttpHeaders.Names.PRIORITY, 3)
                    .set(SpdyHttpHeaders.Names.SCHEME, "http");
            channel.writeAndFlush(request).addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
            return answer;
        }
    }
}
