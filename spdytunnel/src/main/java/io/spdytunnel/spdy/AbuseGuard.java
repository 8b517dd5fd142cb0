package io.spdytunnel.spdy;

import static io.spdytunnel.wire.SessionStatus.PROTOCOL_ERROR;

import io.spdytunnel.session.SessionLimits;
import io.spdytunnel.session.TokenBucket;
import io.spdytunnel.wire.SessionError;

/**
 * Counts frames that are allowed one by one, but not in any number: a session above the limits is closed.
 *
 * <p>Each method counts one event and throws {@link SessionError} when it was one too many.
 */
final class AbuseGuard {

    private static final long PERIOD_NANOS = 30_000_000_000L;

    /** What a long transfer may save up of WINDOW_UPDATEs, in multiples of the spare ones. */
    private static final int MOST_SAVED = 100;

    private final SessionLimits limits;
    private final TokenBucket resets;
    private final TokenBucket errors;
    private final TokenBucket settings;
    private final TokenBucket pings;
    private int emptyData;
    private int updatesLeft;

    AbuseGuard(SessionLimits limits, long nowNanos) {
        this.limits = limits;
        this.resets = new TokenBucket(limits.maxResets(), PERIOD_NANOS, nowNanos);
        this.errors = new TokenBucket(limits.maxErrors(), PERIOD_NANOS, nowNanos);
        this.settings = new TokenBucket(limits.maxSettingsFrames(), PERIOD_NANOS, nowNanos);
        this.pings = new TokenBucket(limits.maxPings(), PERIOD_NANOS, nowNanos);
        this.updatesLeft = limits.spareUpdates();
    }

    /** The peer reset a stream, or opened one beyond the limit because it could not know the limit (2.6.3). */
    void countReset(long nowNanos) {
        if (!resets.take(nowNanos)) {
            throw tooMany("2.6.3", "more than " + limits.maxResets() + " streams reset within 30 s");
        }
    }

    /** The peer made us reset a stream (2.4.2). */
    void countError(long nowNanos) {
        if (!errors.take(nowNanos)) {
            throw tooMany("2.4.2", "more than " + limits.maxErrors() + " frames in error within 30 s");
        }
    }

    void countSettings(long nowNanos) {
        if (!settings.take(nowNanos)) {
            throw tooMany("2.6.4", "more than " + limits.maxSettingsFrames() + " SETTINGS within 30 s");
        }
    }

    /** A PING arrived, to be echoed, or as the echo of one of ours, which are few. */
    void countPing(long nowNanos) {
        if (!pings.take(nowNanos)) {
            throw tooMany("2.6.5", "more than " + limits.maxPings() + " PINGs within 30 s");
        }
    }

    /** A piece of DATA arrived. */
    void countData(int length, boolean last) {
        if (length > 0 || last) {
            emptyData = 0;
        } else if (++emptyData > limits.maxEmptyData()) {
            throw tooMany("2.2.2", emptyData + " empty DATA frames in a row");
        }
    }

    /** We sent a DATA frame, which allows more WINDOW_UPDATEs. */
    void sentData() {
        updatesLeft = Math.min(MOST_SAVED * limits.spareUpdates(), updatesLeft + limits.maxUpdatesPerData());
    }

    void countWindowUpdate() {
        if (--updatesLeft < 0) {
            throw tooMany(
                    "2.6.8",
                    "more WINDOW_UPDATEs than " + limits.maxUpdatesPerData() + " for each DATA frame sent, and "
                            + limits.spareUpdates());
        }
    }

    private static SessionError tooMany(String section, String what) {
        return SessionError.of(PROTOCOL_ERROR, section, what);
    }
}
