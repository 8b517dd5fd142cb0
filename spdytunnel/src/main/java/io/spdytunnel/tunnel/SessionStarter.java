package io.spdytunnel.tunnel;

import io.netty.channel.Channel;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionSettings;

/** Begins to speak on an established connection; the seam behind which SPDY may be another wire. */
@FunctionalInterface
public interface SessionStarter {

    /** Called on the channel's event loop; adds its handler at the pipeline's end. */
    Session start(Channel channel, SessionSettings settings);
}
