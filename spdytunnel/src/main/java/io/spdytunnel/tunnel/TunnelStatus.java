package io.spdytunnel.tunnel;

import io.spdytunnel.spi.Api;

/**
 * The status of a tunnel client, for health checks and for people.
 *
 * @param isUp whether the proxy can send requests now
 * @param sentence since when it is up, or what failed last and when the next dial is
 */
@Api
public record TunnelStatus(boolean isUp, String sentence) {}
