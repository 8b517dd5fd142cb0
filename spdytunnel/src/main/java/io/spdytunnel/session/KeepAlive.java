package io.spdytunnel.session;

import io.spdytunnel.spi.Api;
import java.time.Duration;

/**
 * When a PING is sent to a silent peer, and when the session ends without an answer.
 *
 * @param interval silence before a PING is sent (spread by ±20 %); zero turns keep-alive off
 * @param patience wait for that PING's echo before the session ends; not longer than {@code interval}
 */
@Api
public record KeepAlive(Duration interval, Duration patience) {

    /**
     * PING after 10 s of silence, timeout 10 s: well below the 60 s after which many load balancers close idle
     * connections.
     */
    public static final KeepAlive DEFAULT = new KeepAlive(Duration.ofSeconds(10), Duration.ofSeconds(10));

    /** A session whose PING has had no answer for this time gets no new streams. Most peers answer within 0.5 s. */
    public static final Duration OVERDUE = Duration.ofSeconds(2);

    /** No PINGs are sent. */
    public static final KeepAlive NONE = new KeepAlive(Duration.ZERO, Duration.ZERO);

    /** @throws IllegalArgumentException if a duration is negative, or {@code patience} is longer than the interval */
    public KeepAlive {
        if (interval.isNegative() || patience.isNegative() || patience.compareTo(interval) > 0) {
            throw new IllegalArgumentException("the keep-alive interval is " + interval + " and its timeout " + patience
                    + "; neither may be negative, and the timeout may not be longer than the interval");
        }
    }
}
