package io.spdytunnel.spdy;

import org.jspecify.annotations.Nullable;

/**
 * Chooses the stream that sends the next frame (SPDY/3.1 2.3.3, 2.5).
 *
 * <p>A turn is one DATA frame of full size on the wire. Turns go to the most urgent of eight classes that has something to
 * send; but of each eight turns that others are waiting for, one goes to them, in rotation, so that nobody starves.
 * Within a class turns go round. Since they are counted in bytes, frame headers included, equal streams get equal
 * shares whatever the size of the pieces they send.
 *
 * <p>Frames that need no window (heads, trailers, a bare FIN) stand in rings of their own: a session window that is
 * shut holds up bytes only, and opening it again touches no stream. Every operation takes constant time.
 */
final class Scheduler {

    static final int CLASSES = 8;

    /** The frame header's share of a turn, so that tiny frames pay for themselves. */
    static final int FRAME_OVERHEAD = 8;

    /** One of this many turns is not the most urgent class's, if others wait. */
    private static final int TURNS_PER_GIFT = 8;

    /** What a stream waits for. */
    enum Wish {
        NOTHING,
        /** To send a frame that no window holds up. */
        FREE_FRAME,
        /** To send bytes for which its own window has room. */
        BYTES
    }

    private final Ring[] freeFrames = rings();
    private final Ring[] bytes = rings();
    private final int turnBytes;

    private @Nullable SpdyStream current;
    private int turnLeft;
    private int turnsTaken;
    private int lastGift;

    /** @param maxDataBytes what a DATA frame carries at most */
    Scheduler(int maxDataBytes) {
        this.turnBytes = maxDataBytes + FRAME_OVERHEAD;
    }

    private static Ring[] rings() {
        Ring[] rings = new Ring[CLASSES];
        for (int i = 0; i < CLASSES; i++) {
            rings[i] = new Ring();
        }
        return rings;
    }

    /** Puts a stream where its wish belongs; to be called whenever that may have changed. */
    void place(SpdyStream stream) {
        switch (stream.wish()) {
            case NOTHING -> stream.leaveRing();
            case FREE_FRAME -> freeFrames[stream.priority()].add(stream);
            case BYTES -> bytes[stream.priority()].add(stream);
        }
    }

    /** The stream to send the next frame, or null if none can. */
    @Nullable
    SpdyStream next(boolean sessionWindowIsShut) {
        if (current != null && turnLeft > FRAME_OVERHEAD && mayGoOn(current, sessionWindowIsShut)) {
            return current;
        }
        int chosen = chooseClass(sessionWindowIsShut);
        if (chosen < 0) {
            current = null;
            return null;
        }
        Ring ring = freeFrames[chosen].isEmpty() ? bytes[chosen] : freeFrames[chosen];
        current = (SpdyStream) ring.first();
        turnLeft = turnBytes;
        ring.turn();
        return current;
    }

    /** How many bytes of DATA the current turn has left. */
    int turnLeft() {
        return turnLeft - FRAME_OVERHEAD;
    }

    /** Counts a frame of the current turn, without its header. */
    void spent(int length) {
        turnLeft -= FRAME_OVERHEAD + length;
    }

    private boolean mayGoOn(SpdyStream stream, boolean sessionWindowIsShut) {
        return freeFrames[stream.priority()].holds(stream)
                || (!sessionWindowIsShut && bytes[stream.priority()].holds(stream));
    }

    private int chooseClass(boolean sessionWindowIsShut) {
        int waiting = 0;
        for (int i = 0; i < CLASSES; i++) {
            if (!freeFrames[i].isEmpty() || (!sessionWindowIsShut && !bytes[i].isEmpty())) {
                waiting |= 1 << i;
            }
        }
        if (waiting == 0) {
            return -1;
        }
        int urgent = Integer.numberOfTrailingZeros(waiting);
        int others = waiting & ~(1 << urgent);
        if (others == 0 || ++turnsTaken % TURNS_PER_GIFT != 0) {
            return urgent;
        }
        int after = others & -(1 << (lastGift + 1)); // those behind the last one, else from the front again
        lastGift = Integer.numberOfTrailingZeros(after != 0 ? after : others);
        return lastGift;
    }
}
