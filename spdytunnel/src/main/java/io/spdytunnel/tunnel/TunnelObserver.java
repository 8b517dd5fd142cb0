package io.spdytunnel.tunnel;

import io.spdytunnel.directory.OriginObserver;
import io.spdytunnel.session.SessionEnd;
import io.spdytunnel.spi.Api;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Hears what happens to tunnels, for metrics, events and health on the floors above. Called on event loops and other
 * people's threads, never under a lock of this floor: must not block and should not throw.
 */
@Api
public interface TunnelObserver extends OriginObserver {

    /** For who does not want to hear anything. */
    TunnelObserver NONE = new TunnelObserver() {};

    /** Proxy: somebody was refused the name it asked for, or did not even ask properly. */
    default void registrationRefused(InetSocketAddress remote, int status, String reason) {}

    /** Origin: this end's tunnel is up. */
    default void tunnelUp(TunnelClientSettings settings) {}

    /** Origin: this end's tunnel has ended. */
    default void tunnelDown(TunnelClientSettings settings, SessionEnd end) {}

    /** Origin: a dial led to no tunnel; the next one follows after {@code wait}. */
    default void dialFailed(TunnelClientSettings settings, String reason, Duration wait) {}
}
