package io.spdytunnel.directory;

import io.spdytunnel.spi.Api;
import java.time.Duration;

/**
 * Limits of the directory.
 *
 * @param rememberFor how long an origin stays known after it has left
 * @param maxWaiting most requests that may wait for an origin or a slot at once
 * @param maxTunnelsPerName most connections of one name, all instances together
 * @param drainTimeout how long requests on a replaced tunnel may go on
 * @param registrationsPerMinute how often one connection of one instance may register within a minute; 0 for no limit
 */
@Api
public record DirectorySettings(
        Duration rememberFor,
        int maxWaiting,
        int maxTunnelsPerName,
        Duration drainTimeout,
        int registrationsPerMinute) {

    /**
     * Ten minutes cover a restart. 1000 waiting requests have about 20 MiB of heads. 64 tunnels are more than any
     * origin needs, and keep a faulty origin from filling the proxy.
     */
    public static final DirectorySettings DEFAULT =
            new DirectorySettings(Duration.ofMinutes(10), 1000, 64, Duration.ofSeconds(30), 0);

    /** @throws IllegalArgumentException naming what is out of its limits */
    public DirectorySettings {
        if (rememberFor.isNegative() || drainTimeout.isNegative()) {
            throw new IllegalArgumentException("rememberFor is " + rememberFor + " and drainTimeout " + drainTimeout
                    + "; neither may be negative");
        }
        if (registrationsPerMinute < 0) {
            throw new IllegalArgumentException(
                    "registrationsPerMinute is " + registrationsPerMinute + "; it must be at least 0");
        }
        if (maxWaiting < 0 || maxTunnelsPerName < 1) {
            throw new IllegalArgumentException("maxWaiting is " + maxWaiting + " and maxTunnelsPerName "
                    + maxTunnelsPerName + "; the first must be at least 0, the second at least 1");
        }
    }
}
