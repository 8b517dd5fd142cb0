package io.spdytunnel.tunnel;

import java.time.Duration;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** Counts failed dials, and says how long to wait before the next one. Confined to the client's event loop. */
public final class RedialPace {

    private static final int MAX_DOUBLINGS = 20;

    private final Redial redial;
    private final DoubleSupplier random;
    private int failures;

    /** @param random from 0 (inclusive) to 1 (exclusive) */
    public RedialPace(Redial redial, DoubleSupplier random) {
        this.redial = redial;
        this.random = random;
    }

    /** Failed dials since the last healthy tunnel. */
    int failures() {
        return failures;
    }

    /** The proxy could not be reached, or its answer was not usable. */
    Duration afterFailure() {
        return next(Duration.ZERO, redial.max());
    }

    /** A tunnel was lost after it was up for this time. */
    Duration afterLoss(Duration upFor) {
        if (upFor.compareTo(redial.healthyAfter()) >= 0) {
            failures = 0;
        }
        return next(failures == 0 ? redial.extraAfterLoss() : Duration.ZERO, redial.max());
    }

    /** The proxy refused. */
    Duration afterRefusal(int status, @Nullable Duration retryAfter) {
        if (retryAfter != null) {
            Duration room = redial.refusedMax().minus(retryAfter);
            Duration jitter = next(Duration.ZERO, redial.refusedMax());
            return room.isNegative() ? redial.refusedMax() : retryAfter.plus(Redial.shorter(jitter, part(room)));
        }
        return status == 401 || status == 403 ? next(Duration.ZERO, redial.refusedMax()) : afterFailure();
    }

    /**
     * Full jitter: a random wait from 0 to {@code step · 2^n} plus the extra, or to the cap if that is less. One random
     * number covers the whole range. The sum of two would cluster in the middle, and a number cut to the cap would
     * cluster at the end.
     */
    private Duration next(Duration extra, Duration cap) {
        Duration doubled = redial.step().multipliedBy(1L << Math.min(failures, MAX_DOUBLINGS));
        failures++;
        return part(Redial.shorter(doubled.plus(extra), cap));
    }

    private Duration part(Duration whole) {
        return Duration.ofNanos((long) (whole.toNanos() * random.getAsDouble()));
    }
}
