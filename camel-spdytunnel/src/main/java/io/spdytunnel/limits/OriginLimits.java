package io.spdytunnel.limits;

import java.time.Duration;

/**
 * What one origin may be asked for, whichever of its connections it comes by. A 0 is no limit.
 *
 * @param requestsPerPeriod how many requests at once, and the same number again over a period
 * @param maxConcurrentRequests how many may be under way
 * @param bytesPerSecond of bodies, both directions together
 */
public record OriginLimits(int requestsPerPeriod, Duration period, int maxConcurrentRequests, long bytesPerSecond) {

    public boolean isNone() {
        return requestsPerPeriod == 0 && maxConcurrentRequests == 0 && bytesPerSecond == 0;
    }
}
