package io.spdytunnel.spdy;

/**
 * How many bytes of DATA the peer still has room for, on one stream or on the whole session (SPDY/3.1 2.6.8).
 *
 * <p>May be negative: a SETTINGS frame that lowers the initial window takes back room already used. Knows arithmetic,
 * not what to do about a breach: that differs between a stream and a session. Confined to the session's event loop.
 */
class SendWindow {

    private int room;

    SendWindow(int room) {
        this.room = room;
    }

    /** For a session whose peer counts no bytes over all streams: SPDY/3 before 3.1. */
    static SendWindow unlimited() {
        return new SendWindow(Integer.MAX_VALUE) {
            @Override
            void use(int bytes) {}

            @Override
            boolean shift(long difference) {
                return true;
            }
        };
    }

    final int room() {
        return room;
    }

    /** Whether no byte can go. */
    boolean isShut() {
        return room <= 0;
    }

    /** Whether not even an empty frame can go: none but an odd peer counts those. */
    boolean isFull() {
        return false;
    }

    /** A frame of DATA goes, with bytes or without: nothing to one who counts bytes. */
    void countFrame() {}

    /** Uses up {@code bytes} of the room, which must be there. */
    void use(int bytes) {
        if (bytes > room) {
            throw new IllegalStateException(bytes + " bytes sent into a window of " + room);
        }
        room -= bytes;
    }

    /** Adds a WINDOW_UPDATE's bytes. Returns false, and changes nothing, if the window would pass 2^31-1. */
    boolean grow(int bytes) {
        return shift(bytes);
    }

    /** Adds the difference of two initial windows, either way. Returns false, and changes nothing, if it would overflow. */
    boolean shift(long difference) {
        long shifted = room + difference;
        if (shifted > Integer.MAX_VALUE || shifted < Integer.MIN_VALUE) {
            return false;
        }
        room = (int) shifted;
        return true;
    }
}
