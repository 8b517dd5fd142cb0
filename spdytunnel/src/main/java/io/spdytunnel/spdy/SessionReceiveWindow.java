package io.spdytunnel.spdy;

import static io.spdytunnel.session.MemoryBudget.STREAM_BYTES;

/**
 * How much the peer may send over all streams (SPDY/3.1 2.6.8).
 *
 * <p>Large and of constant size, because it does not bound memory: bytes that enter a stream's queue are given back
 * here at once, and that stream's own window holds them. If they were given back when consumed, a few visitors who
 * stopped reading would shut the session for all. Only what is in flight counts, so 16 MiB carry 1 Gbit/s over 100 ms.
 */
class SessionReceiveWindow {

    /** The window from the first WINDOW_UPDATE on. */
    static final int BYTES = 16 * 1024 * 1024;

    /** Given back in pieces of this size, so that small frames do not cost an update each. */
    private static final int WORTH_AN_UPDATE = BYTES / 4;

    private int credit = BYTES;
    private int unannounced;

    /** For a session whose peer counts no bytes over all streams: takes all, announces nothing. */
    static SessionReceiveWindow unlimited() {
        return new SessionReceiveWindow() {
            @Override
            int firstUpdate() {
                return 0;
            }

            @Override
            boolean use(int bytes) {
                return true;
            }

            @Override
            int giveBack(int bytes) {
                return 0;
            }
        };
    }

    /** What has to be announced at the start: the draft begins with 64 KiB. */
    int firstUpdate() {
        return BYTES - STREAM_BYTES;
    }

    /** Counts received bytes. Returns false if the peer had no room for them. */
    boolean use(int bytes) {
        credit -= bytes;
        return credit >= 0;
    }

    /** Takes back room for bytes that this window need not hold any longer, and returns what to announce now, or 0. */
    int giveBack(int bytes) {
        unannounced += bytes;
        if (unannounced < WORTH_AN_UPDATE) {
            return 0;
        }
        int update = unannounced;
        unannounced = 0;
        credit += update;
        return update;
    }
}
