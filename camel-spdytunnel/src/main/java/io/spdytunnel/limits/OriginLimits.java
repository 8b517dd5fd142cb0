package io.spdytunnel.limits;

import java.time.Duration;

/**
 * The limits of one origin, over all its connections. 0 means no limit.
 *
 * @param requestsPerPeriod requests that may come at once, and again over each period
 * @param maxConcurrentRequests requests that may be under way at once
 * @param bytesPerSecond bytes of bodies per second, both directions together
 */
public record OriginLimits(int requestsPerPeriod, Duration period, int maxConcurrentRequests, long bytesPerSecond) {

    public boolean isNone() {
        return requestsPerPeriod == 0 && maxConcurrentRequests == 0 && bytesPerSecond == 0;
    }
}
