package io.spdytunnel.tunnel;

import io.spdytunnel.spi.Api;

/**
 * How a tunnel client is, for health and for people.
 *
 * @param isUp whether the proxy can send requests now
 * @param sentence since when, or what failed last and when the next dial is
 */
@Api
public record TunnelStatus(boolean isUp, String sentence) {}
