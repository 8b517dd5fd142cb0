package io.spdytunnel.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * A long way between two programs on one machine: every byte arrives some milliseconds after it was sent, in both
 * directions, however many are on their way. A kernel's netem does the same, but not every kernel has it, and it wants
 * root.
 *
 * <p>It takes bytes at once, so the windows of TCP see no delay; those above TCP do, and these are what is measured. The
 * set-up of a connection is not delayed. A timer of an event loop is late by up to a millisecond or so.
 */
final class Relay implements AutoCloseable {

    /** On their way in one direction of one connection; at 25 ms this allows for 2.5 GiB/s. Then it stops reading. */
    static final int HELD_AT_MOST = 64 << 20;

    private static final String HOST = "127.0.0.1";

    private final NioEventLoopGroup loops = new NioEventLoopGroup(2);
    private final Channel listener;
    private volatile long delayNanos;

    /** Listens on a free port of 127.0.0.1, and hands on to that port there. */
    Relay(int target) throws InterruptedException {
        listener = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel near) {
                        connect(near, target);
                    }
                })
                .bind(HOST, 0)
                .sync()
                .channel();
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** For bytes that are sent from now on. */
    void delay(long millis) {
        delayNanos = TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** Both sockets live on one event loop, so nothing here is shared between threads. */
    private void connect(SocketChannel near, int target) {
        Bootstrap dialling = new Bootstrap()
                .group(near.eventLoop())
                .channel(NioSocketChannel.class)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInboundHandlerAdapter());
        dialling.connect(HOST, target).addListener((ChannelFutureListener) connected -> {
            if (!connected.isSuccess()) {
                var unused = near.close();
                return;
            }
            SocketChannel far = (SocketChannel) connected.channel();
            near.pipeline().addLast(new Direction(near, far));
            far.pipeline().addLast(new Direction(far, near));
            near.config().setAutoRead(true);
            far.config().setAutoRead(true);
        });
    }

    @Override
    public void close() {
        var unused = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /** From one socket to the other. */
    private final class Direction extends ChannelInboundHandlerAdapter {

        /** @param bytes empty for the end of all */
        private record Late(long due, ByteBuf bytes) {}

        private final SocketChannel from;
        private final SocketChannel to;
        private final Queue<Late> onTheirWay = new ArrayDeque<>();
        private long held;
        private boolean ended;

        Direction(SocketChannel from, SocketChannel to) {
            this.from = from;
            this.to = to;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            held += bytes.capacity(); // what is kept for it, however little it holds
            if (held > HELD_AT_MOST) {
                from.config().setAutoRead(false);
            }
            sendLater(bytes);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof io.netty.channel.socket.ChannelInputShutdownEvent) {
                end();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            end();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            end(); // a reset: what has come before it is still handed on
        }

        /** The socket is closed: nobody waits any more for what is still on its way. */
        @Override
        public void handlerRemoved(ChannelHandlerContext ctx) {
            onTheirWay.forEach(late -> late.bytes.release());
            onTheirWay.clear();
        }

        private void end() {
            if (!ended) {
                ended = true;
                sendLater(Unpooled.EMPTY_BUFFER);
            }
        }

        private void sendLater(ByteBuf bytes) {
            onTheirWay.add(new Late(System.nanoTime() + delayNanos, bytes));
            if (onTheirWay.size() == 1) {
                awaitFirst();
            }
        }

        private void awaitFirst() {
            Late first = onTheirWay.peek();
            if (first != null) {
                long wait = Math.max(0, first.due - System.nanoTime());
                var unused = to.eventLoop().schedule(this::sendDue, wait, TimeUnit.NANOSECONDS);
            }
        }

        private void sendDue() {
            long now = System.nanoTime();
            for (Late late = onTheirWay.peek(); late != null && late.due - now <= 0; late = onTheirWay.peek()) {
                onTheirWay.remove();
                send(late.bytes);
            }
            to.flush();
            awaitFirst();
        }

        private void send(ByteBuf bytes) {
            if (!bytes.isReadable()) {
                finish();
                return;
            }
            int size = bytes.capacity();
            to.write(bytes).addListener((ChannelFutureListener) written -> {
                held -= size;
                if (!written.isSuccess()) {
                    closeBoth();
                } else if (held < HELD_AT_MOST / 2) {
                    from.config().setAutoRead(true);
                }
            });
        }

        /** Behind all that is written: shutting a Netty channel's output down throws away what the kernel has not taken. */
        private void finish() {
            to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener)
                    written -> to.shutdownOutput().addListener((ChannelFutureListener) told -> {
                        if (!told.isSuccess() || from.isOutputShutdown()) { // then the other direction has ended, too
                            closeBoth();
                        }
                    }));
        }

        private void closeBoth() {
            for (SocketChannel socket : List.of(from, to)) {
                var unused = socket.close();
            }
        }
    }
}
