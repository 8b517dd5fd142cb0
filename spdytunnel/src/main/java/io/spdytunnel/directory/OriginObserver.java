package io.spdytunnel.directory;

import io.spdytunnel.spi.Api;

/**
 * Hears which origins come and go, for metrics, events and health on the floors above. Called on event loops and other
 * people's threads, never under a lock of the directory: must not block and should not throw.
 */
@Api
public interface OriginObserver {

    /** An origin's tunnel is up. */
    default void originUp(OriginTunnel tunnel) {}

    /** A tunnel takes no new streams of its name any more: it ended, or was replaced and drains. */
    default void originDown(OriginTunnel tunnel, String reason) {}
}
