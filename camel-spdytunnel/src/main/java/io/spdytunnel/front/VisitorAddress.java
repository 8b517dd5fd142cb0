package io.spdytunnel.front;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Who is at the other end of a connection: the socket's peer, or whom a balancer has named in its place. */
final class VisitorAddress {

    private static final AttributeKey<InetSocketAddress> NAMED =
            AttributeKey.valueOf(VisitorAddress.class, "named by the PROXY protocol");

    private VisitorAddress() {}

    /** @param visitor null leaves the socket's peer */
    static void set(Channel channel, @Nullable InetSocketAddress visitor) {
        if (visitor != null) {
            channel.attr(NAMED).set(visitor);
        }
    }

    static @Nullable SocketAddress of(Channel channel) {
        InetSocketAddress named = channel.hasAttr(NAMED) ? channel.attr(NAMED).get() : null;
        return named == null ? channel.remoteAddress() : named;
    }
}
