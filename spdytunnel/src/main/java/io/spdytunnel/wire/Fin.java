package io.spdytunnel.wire;

import io.spdytunnel.spi.Api;

/**
 * Whether a frame is the last one that its sender sends on a stream (FLAG_FIN, SPDY/3.1 2.2.2, 2.6.1, 2.6.2, 2.6.7).
 */
@Api
public enum Fin {
    MORE,
    FIN;

    /** The value for a flag that was read from the wire. */
    public static Fin of(boolean flag) {
        return flag ? FIN : MORE;
    }

    /** Whether this frame is the last. */
    public boolean isLast() {
        return this == FIN;
    }
}
