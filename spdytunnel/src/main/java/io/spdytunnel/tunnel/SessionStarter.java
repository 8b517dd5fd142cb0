package io.spdytunnel.tunnel;

import io.netty.channel.Channel;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionSettings;

/** Starts a session on an established connection. Other protocols than SPDY can be plugged in here. */
@FunctionalInterface
public interface SessionStarter {

    /** Called on the channel's event loop; adds its handler at the pipeline's end. */
    Session start(Channel channel, SessionSettings settings);
}
