package io.spdytunnel.tunnel;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/** The transport: event loops and channel types that fit them. */
public record Transport(
        EventLoopGroup loops, Class<? extends ServerChannel> listening, Class<? extends Channel> dialling) {

    /** TCP over NIO. Epoll was not measurably faster. */
    public static Transport nio(EventLoopGroup loops) {
        return new Transport(loops, NioServerSocketChannel.class, NioSocketChannel.class);
    }
}
