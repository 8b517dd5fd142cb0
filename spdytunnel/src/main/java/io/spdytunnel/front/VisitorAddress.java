package io.spdytunnel.front;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.spdytunnel.fields.VisitorId;
import io.spdytunnel.http.Arrival;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Who is at the other end of a connection, as its requests are told: the socket's peer, or whom a balancer has named in its place. */
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

    static Arrival arrivalOn(Channel channel, boolean secure) {
        return new Arrival(
                of(channel), channel.localAddress(), secure, () -> certificates(channel), VisitorId.of(channel));
    }

    private static List<X509Certificate> certificates(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            return List.of();
        }
        try {
            return Arrays.stream(tls.engine().getSession().getPeerCertificates())
                    .filter(X509Certificate.class::isInstance)
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (SSLPeerUnverifiedException none) {
            return List.of();
        }
    }

    static @Nullable SocketAddress of(Channel channel) {
        InetSocketAddress named = channel.hasAttr(NAMED) ? channel.attr(NAMED).get() : null;
        return named == null ? channel.remoteAddress() : named;
    }
}
