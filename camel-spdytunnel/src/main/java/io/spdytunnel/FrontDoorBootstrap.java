package io.spdytunnel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.spdytunnel.door.FrontDoorPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ThreadFactory;
import org.apache.camel.CamelContext;
import org.apache.camel.component.netty.NettyConsumer;
import org.apache.camel.component.netty.NettyServerBootstrapConfiguration;
import org.apache.camel.component.netty.NettyServerBootstrapFactory;
import org.apache.camel.component.netty.http.NettyHttpConsumer;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.NullUnmarked;

/** Receives the consumers of netty-http. Each joins the front door's port that its URI names. */
@NullUnmarked
final class FrontDoorBootstrap extends ServiceSupport implements NettyServerBootstrapFactory {

    private final FrontDoor frontDoor;

    FrontDoorBootstrap(FrontDoor frontDoor) {
        this.frontDoor = frontDoor;
    }

    @Override
    public void addConsumer(NettyConsumer consumer) {
        try {
            ports(consumer).add((NettyHttpConsumer) consumer, frontDoor.settings(), frontDoor.reloadInterval());
        } catch (IOException notOpened) {
            throw new UncheckedIOException(notOpened.getMessage(), notOpened);
        }
    }

    @Override
    public void removeConsumer(NettyConsumer consumer) {
        ports(consumer).remove((NettyHttpConsumer) consumer);
    }

    private static FrontDoorPorts ports(NettyConsumer consumer) {
        return consumer.getContext()
                .getComponent("spdytunnel", SpdyTunnelComponent.class)
                .running()
                .doors();
    }

    @Override
    public void init(
            CamelContext camelContext,
            NettyServerBootstrapConfiguration configuration,
            ChannelInitializer<Channel> pipelineFactory) {
        // nothing of netty-http's own pipeline is used
    }

    @Override
    public void init(
            ThreadFactory threadFactory,
            NettyServerBootstrapConfiguration configuration,
            ChannelInitializer<Channel> pipelineFactory) {
        // nothing of netty-http's own pipeline is used
    }

    @Override
    public void addChannel(Channel channel) {
        // the front door keeps its own
    }

    @Override
    public void removeChannel(Channel channel) {
        // the front door keeps its own
    }
}
