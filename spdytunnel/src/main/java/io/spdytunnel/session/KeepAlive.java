package io.spdytunnel.session;

import io.spdytunnel.spi.Api;
import java.time.Duration;

/**
 * When a silent peer is asked for a sign of life, and when it is given up.
 *
 * @param interval silence before a PING is sent (spread by ±20 %); zero turns keep-alive off
 * @param patience wait for that PING's echo before the session ends; not longer than {@code interval}
 */
@Api
public record KeepAlive(Duration interval, Duration patience) {

    /** Ask after 10 s of silence, wait 10 s: well below the 60 s after which many load balancers hang up. */
    public static final KeepAlive DEFAULT = new KeepAlive(Duration.ofSeconds(10), Duration.ofSeconds(10));

    /** A peer that was asked so long ago, and has said nothing since, gets no new streams; most answer within 0.5 s. */
    public static final Duration OVERDUE = Duration.ofSeconds(2);

    /** Nobody is asked. */
    public static final KeepAlive NONE = new KeepAlive(Duration.ZERO, Duration.ZERO);

    /** @throws IllegalArgumentException for a negative duration, or a {@code patience} longer than the interval */
    public KeepAlive {
        if (interval.isNegative() || patience.isNegative() || patience.compareTo(interval) > 0) {
            throw new IllegalArgumentException("keep-alive asks after " + interval + " of silence and waits " + patience
                    + "; neither may be negative, and the wait may not be longer than the silence");
        }
    }
}
