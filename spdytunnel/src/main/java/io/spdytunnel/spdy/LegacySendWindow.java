package io.spdytunnel.spdy;

import io.spdytunnel.session.MemoryBudget;

/**
 * What a stream may send to a proxy of amahi/spdy-proxy: as much as its window has room for, in at most four frames
 * that it has not acknowledged (R2). The proxy keeps five frames and drops the sixth, regardless of windows.
 */
final class LegacySendWindow extends SendWindow {

    private static final int MOST_FRAMES = 4;

    private int frames;

    LegacySendWindow() {
        super(MemoryBudget.STREAM_BYTES);
    }

    @Override
    boolean isShut() {
        return super.isShut() || isFull();
    }

    @Override
    boolean isFull() {
        return frames >= MOST_FRAMES;
    }

    @Override
    void countFrame() {
        frames++;
    }

    @Override
    boolean grow(int bytes) {
        frames = Math.max(0, frames - 1);
        return super.grow(bytes);
    }
}
