package io.spdytunnel.tunnel;

import io.spdytunnel.directory.OriginObserver;
import io.spdytunnel.session.SessionEnd;
import io.spdytunnel.spi.Api;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Observes tunnels, for metrics, events and health checks. Called on event loops and on threads of callers, without a
 * lock of this layer. Must not block, and should not throw.
 */
@Api
public interface TunnelObserver extends OriginObserver {

    /** Observes nothing. */
    TunnelObserver NONE = new TunnelObserver() {};

    /** Proxy: a registration was refused, or was malformed. */
    default void registrationRefused(InetSocketAddress remote, int status, String reason) {}

    /** Origin: this end's tunnel is up. */
    default void tunnelUp(TunnelClientSettings settings) {}

    /** Origin: this end's tunnel has ended. */
    default void tunnelDown(TunnelClientSettings settings, SessionEnd end) {}

    /** Origin: a dial failed; the next one follows after {@code wait}. */
    default void dialFailed(TunnelClientSettings settings, String reason, Duration wait) {}
}
