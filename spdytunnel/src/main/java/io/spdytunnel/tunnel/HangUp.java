package io.spdytunnel.tunnel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes connections that did not become a tunnel. */
public final class HangUp {

    private static final Logger LOG = LoggerFactory.getLogger(HangUp.class);

    private HangUp() {}

    public static void on(Channel channel) {
        channel.close().addListener((ChannelFuture closed) -> {
            if (!closed.isSuccess()) {
                LOG.debug("closing {} failed: {}", channel, String.valueOf(closed.cause()));
            }
        });
    }
}
