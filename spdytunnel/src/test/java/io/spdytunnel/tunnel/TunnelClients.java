package io.spdytunnel.tunnel;

import io.netty.channel.EventLoop;
import java.time.Clock;

/** Lets tests of other packages choose how a tunnel client dials, and how long it waits in between. */
public final class TunnelClients {

    private TunnelClients() {}

    public static TunnelClient of(TunnelClientSettings settings, EventLoop loop, Dialer dialer, RedialPace pace) {
        return new TunnelClient(settings, loop, dialer, pace, TunnelObserver.NONE, Clock.systemUTC());
    }
}
