package io.spdytunnel.wire;

import io.spdytunnel.spi.Api;

/**
 * Limits of one frame, checked before memory is taken for it.
 *
 * @param maxControlBytes longest control frame; the draft requires at least 8192 (SPDY/3.1 2.2.1)
 * @param maxSettings most entries of a SETTINGS frame; the draft has eight ids (CVE-2026-55831)
 * @param maxBlockBytes longest header block, inflated, that is accepted or sent
 * @param maxFields most values in one header block that are accepted or sent
 */
@Api
public record FrameLimits(int maxControlBytes, int maxSettings, int maxBlockBytes, int maxFields) {

    /** Frames of 64 KiB, 32 settings, blocks of 32 KiB and 200 values. */
    public static final FrameLimits DEFAULT = new FrameLimits(64 * 1024, 32, 32 * 1024, 200);

    private static final int LEAST_CONTROL_BYTES = 8192;
    /** 24 bits of length. */
    public static final int MOST_CONTROL_BYTES = 0xFFFFFF;

    /** The bytes of a control frame in addition to its block, with zlib's header and the headers of stored blocks. */
    private static final int AROUND_A_BLOCK = 32;

    /** @throws IllegalArgumentException for a value outside its range, which the message names */
    public FrameLimits {
        check("maxControlBytes", maxControlBytes, LEAST_CONTROL_BYTES, MOST_CONTROL_BYTES);
        check("maxSettings", maxSettings, 1, Integer.MAX_VALUE);
        check("maxBlockBytes", maxBlockBytes, 1, longestBlock(maxControlBytes));
        check("maxFields", maxFields, 1, Integer.MAX_VALUE);
    }

    /** The longest header block that fits a control frame. */
    public int longestBlockBytes() {
        return longestBlock(maxControlBytes);
    }

    private static int longestBlock(int maxControlBytes) {
        return maxControlBytes - AROUND_A_BLOCK;
    }

    private static void check(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " is " + value + ", it must be " + min + " to " + max);
        }
    }

    public FrameLimits withMaxControlBytes(int bytes) {
        return new FrameLimits(bytes, maxSettings, maxBlockBytes, maxFields);
    }

    public FrameLimits withMaxSettings(int entries) {
        return new FrameLimits(maxControlBytes, entries, maxBlockBytes, maxFields);
    }

    public FrameLimits withMaxBlockBytes(int bytes) {
        return new FrameLimits(maxControlBytes, maxSettings, bytes, maxFields);
    }

    public FrameLimits withMaxFields(int values) {
        return new FrameLimits(maxControlBytes, maxSettings, maxBlockBytes, values);
    }
}
