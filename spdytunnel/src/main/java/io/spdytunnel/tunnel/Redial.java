package io.spdytunnel.tunnel;

import io.spdytunnel.spi.Api;
import java.time.Duration;

/**
 * How an origin paces its dials while it has no tunnel. It never gives up.
 *
 * @param step the n-th dial in vain is followed by a wait of anything up to {@code step · 2^n}
 * @param extraAfterLoss what that span is longer by when a healthy tunnel is lost: the others lost theirs too
 * @param healthyAfter a tunnel that was up this long makes the count start anew
 * @param max longest ordinary wait, the extra included
 * @param refusedMax longest wait after 401, 403, or an answer that says when to come again; may be shorter than
 *     {@code max}
 */
@Api
public record Redial(Duration step, Duration extraAfterLoss, Duration healthyAfter, Duration max, Duration refusedMax) {

    /**
     * A second, then twice that, up to a minute: a proxy that restarts has its origins back within seconds, spread. Five
     * minutes where the proxy has spoken: it will hardly change its mind before somebody changes a setting.
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
