package io.spdytunnel.front;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.spdytunnel.net.AddressText;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Furnishes a new visitor's connection: TLS if asked for, then HTTP/1.1, or what the visitor chooses. */
final class VisitorInitializer extends ChannelInitializer<Channel> {

    private static final Logger LOG = LoggerFactory.getLogger(VisitorInitializer.class);

    private static final String FULL = """
            HTTP/1.1 503 Service Unavailable\r
            Content-Type: text/plain\r
            Retry-After: 5\r
            Connection: close\r
            \r
            too many connections
            """;

    private final VisitorService service;
    private final @Nullable VisitorTls tls;
    private final EdgeLog edgeLog;

    VisitorInitializer(VisitorService service, @Nullable VisitorTls tls, EdgeLog edgeLog) {
        this.service = service;
        this.tls = tls;
        this.edgeLog = edgeLog;
    }

    @Override
    protected void initChannel(Channel channel) {
        if (service.connections().count() >= service.settings().maxConnections()) {
            turnAway(channel);
        } else if (service.settings().edge().proxyProtocolFrom().contains(channel.remoteAddress())) {
            channel.pipeline().addLast(new ProxyHeaderHandler(channel, service, edgeLog, this::furnish));
        } else {
            furnish(channel);
        }
    }

    private void furnish(Channel channel) {
        SocketAddress visitor = VisitorAddress.of(channel);
        if (!service.settings().edge().admits(visitor)) {
            edgeLog.notAdmitted(visitor);
            HangUp.close(channel);
            return;
        }
        ChannelPipeline pipeline = channel.pipeline();
        if (tls != null) {
            pipeline.addLast(sslHandler(channel, tls));
        }
        if (service.settings().protocols().equals(Set.of(VisitorProtocol.HTTP_1_1))) {
            addHttp1(channel, service);
        } else {
            pipeline.addLast(new ProtocolChoice(channel, service));
        }
    }

    /** On a channel that is active already, the visitor's {@code begin} comes next. */
    static Http1Visitor addHttp1(Channel channel, VisitorService service) {
        Http1Decoder decoder = new Http1Decoder(service.settings());
        Http1Encoder encoder = new Http1Encoder();
        Http1Visitor visitor = new Http1Visitor(channel, service, decoder, encoder);
        channel.pipeline().addLast(decoder, encoder, visitor);
        return visitor;
    }

    private SslHandler sslHandler(Channel channel, VisitorTls tls) {
        SSLEngine engine = tls.newEngine(channel.alloc());
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(service.settings().alpn().toArray(String[]::new));
        engine.setSSLParameters(parameters);
        SslHandler handler = new SslHandler(engine);
        handler.setHandshakeTimeout(service.settings().timeouts().head().toMillis(), TimeUnit.MILLISECONDS);
        return handler;
    }

    private void turnAway(Channel channel) {
        LOG.debug(
                "refused {}: {} connections are open",
                AddressText.withPort(channel.remoteAddress()),
                service.connections().count());
        if (tls != null) {
            channel.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
            return;
        }
        channel.writeAndFlush(ByteBufUtil.writeAscii(channel.alloc(), FULL)).addListener(ChannelFutureListener.CLOSE);
    }
}
