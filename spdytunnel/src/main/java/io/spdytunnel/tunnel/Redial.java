package io.spdytunnel.tunnel;

import io.spdytunnel.spi.Api;
import java.time.Duration;

/**
 * How long an origin waits between dials while it has no tunnel. It never stops dialling.
 *
 * @param step after the n-th failed dial the wait is random, from 0 to {@code step · 2^n}
 * @param extraAfterLoss extra length of that range after a healthy tunnel was lost, because other origins lost theirs
 *     too
 * @param healthyAfter after a tunnel that was up this long, the count starts again
 * @param max longest ordinary wait, the extra included
 * @param refusedMax longest wait after 401, 403, or an answer with Retry-After; may be shorter than {@code max}
 */
@Api
public record Redial(Duration step, Duration extraAfterLoss, Duration healthyAfter, Duration max, Duration refusedMax) {

    /**
     * A second, then twice that, up to a minute: after a proxy's restart its origins are back within seconds, but not
     * all at once. Five minutes after a refusal, because the proxy will refuse again until a setting is changed.
     */
    public static final Redial DEFAULT = new Redial(
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofMinutes(5));

    /** @throws IllegalArgumentException naming what is out of its limits */
    public Redial {
        if (step.isNegative() || extraAfterLoss.isNegative() || healthyAfter.isNegative()) {
            throw new IllegalArgumentException("redial step is " + step + ", extraAfterLoss " + extraAfterLoss
                    + " and healthyAfter " + healthyAfter + "; none may be negative");
        }
        if (max.isNegative() || max.isZero() || refusedMax.isNegative() || refusedMax.isZero()) {
            throw new IllegalArgumentException(
                    "redialMax is " + max + " and redialRefusedMax " + refusedMax + "; both must be positive");
        }
    }

    /** The same pace, but no wait is longer than this, whatever the reason. */
    public Redial atMost(Duration longest) {
        return new Redial(step, extraAfterLoss, healthyAfter, shorter(max, longest), shorter(refusedMax, longest));
    }

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
