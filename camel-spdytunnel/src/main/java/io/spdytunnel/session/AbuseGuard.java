package io.spdytunnel.session;

import static io.spdytunnel.wire.SessionStatus.PROTOCOL_ERROR;

import io.spdytunnel.wire.SessionError;

/**
 * Counts what is allowed frame by frame but not in any number: a session that costs more than it carries is closed.
 *
 * <p>Each method counts one event and throws {@link SessionError} when it was one too many.
 */
final class AbuseGuard {

    private static final long PERIOD_NANOS = 30_000_000_000L;

    /**
     * Frames in error that make us reset, per 30 s. A correct peer sends some in races (DATA crossing our RST_STREAM is
     * not counted at all); an attacker makes us work and write without ever resetting anything (CVE-2025-8671).
     */
    static final int MAX_ERRORS = 200;

    /** SETTINGS per 30 s: each may change the window of every open stream. Real peers send one or two a session. */
    static final int MAX_SETTINGS = 100;

    /** DATA frames without content or FIN, in a row: they cost no window. Netty and Envoy allow as many in HTTP/2. */
    static final int MAX_EMPTY_DATA = 10;

    /** WINDOW_UPDATEs for each DATA frame we sent; two are usual, one for the stream and one for the session. */
    static final int UPDATES_PER_DATA = 10;

    /** WINDOW_UPDATEs beyond those, and what a long transfer may save up of them. */
    static final int SPARE_UPDATES = 100;

    private static final int MOST_UPDATES_SAVED = 100 * SPARE_UPDATES;

    private final int maxResets;
    private final TokenBucket resets;
    private final TokenBucket errors;
    private final TokenBucket settings;
    private int emptyData;
    private int updatesLeft = SPARE_UPDATES;

    AbuseGuard(int maxResets, long nowNanos) {
        this.maxResets = maxResets;
        this.resets = new TokenBucket(maxResets, PERIOD_NANOS, nowNanos);
        this.errors = new TokenBucket(MAX_ERRORS, PERIOD_NANOS, nowNanos);
        this.settings = new TokenBucket(MAX_SETTINGS, PERIOD_NANOS, nowNanos);
    }

    /** The peer cut a stream, or opened one beyond the limit because it did not know better (2.6.3). */
    void countReset(long nowNanos) {
        if (!resets.take(nowNanos)) {
            throw tooMany("2.6.3", "more than " + maxResets + " streams cut within 30 s");
        }
    }

    /** The peer made us reset a stream (2.4.2). */
    void countError(long nowNanos) {
        if (!errors.take(nowNanos)) {
            throw tooMany("2.4.2", "more than " + MAX_ERRORS + " frames in error within 30 s");
        }
    }

    void countSettings(long nowNanos) {
        if (!settings.take(nowNanos)) {
            throw tooMany("2.6.4", "more than " + MAX_SETTINGS + " SETTINGS within 30 s");
        }
    }

    /** A piece of DATA arrived. */
    void countData(int length, boolean last) {
        if (length > 0 || last) {
            emptyData = 0;
        } else if (++emptyData > MAX_EMPTY_DATA) {
            throw tooMany("2.2.2", emptyData + " empty DATA frames in a row");
        }
    }

    /** We sent a DATA frame, for which updates will come. */
    void sentData() {
        updatesLeft = Math.min(MOST_UPDATES_SAVED, updatesLeft + UPDATES_PER_DATA);
    }

    void countWindowUpdate() {
        if (--updatesLeft < 0) {
            throw tooMany(
                    "2.6.8",
                    "more WINDOW_UPDATEs than " + UPDATES_PER_DATA + " for each DATA frame sent, and " + SPARE_UPDATES);
        }
    }

    private static SessionError tooMany(String section, String what) {
        return SessionError.of(PROTOCOL_ERROR, section, what);
    }
}
