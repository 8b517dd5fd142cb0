package io.spdytunnel.directory;

import io.spdytunnel.spi.Api;

/**
 * Observes which origins connect and leave, for metrics, events and health checks. Called on event loops and on threads
 * of callers, without a lock of the directory. Must not block, and should not throw.
 */
@Api
public interface OriginObserver {

    /** An origin's tunnel is up. */
    default void originUp(OriginTunnel tunnel) {}

    /** A tunnel gets no new streams: it has ended, or was replaced and drains. */
    default void originDown(OriginTunnel tunnel, String reason) {}
}
