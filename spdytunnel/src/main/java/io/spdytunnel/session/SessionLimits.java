package io.spdytunnel.session;

import io.spdytunnel.spi.Api;

/**
 * Limits of what a peer may cause before it counts as hostile and its session is closed.
 *
 * <p>Real peers stay far below all limits. Each limit is for an attack that costs its sender little and us much.
 *
 * @param maxResets streams that the peer may reset within 30 s (CVE-2023-44487). A tunnel's proxy sends for many
 *     visitors, and some of them leave; the session of one visitor has a lower limit
 * @param maxErrors frames in error that cause a reset by us, within 30 s (CVE-2025-8671). A correct peer sends a few in
 *     races
 * @param maxSettingsFrames SETTINGS within 30 s: each may change the window of every open stream
 * @param maxPings PINGs within 30 s: each is echoed, and the kernel takes megabytes of echoes before it shows that
 *     nobody reads them. A keep-alive sends one in several seconds, a measurement of round trips a few a second
 * @param maxEmptyData DATA frames without content or FIN, in a row: they cost the sender no window
 * @param maxUpdatesPerData WINDOW_UPDATEs for each DATA frame that we sent; two are usual
 * @param spareUpdates WINDOW_UPDATEs in addition to those
 * @param maxUnflushedReplies answers that the peer has caused and does not read
 * @param maxDataBytes largest DATA frame that we send, which is also what one stream sends before other streams get
 *     their turn
 */
@Api
public record SessionLimits(
        int maxResets,
        int maxErrors,
        int maxSettingsFrames,
        int maxPings,
        int maxEmptyData,
        int maxUpdatesPerData,
        int spareUpdates,
        int maxUnflushedReplies,
        int maxDataBytes) {

    /**
     * A frame with its header, as a TLS record, takes less than 16 KiB. The buffer from Netty's pool for a received
     * record then has this size; the next size is a quarter larger.
     */
    private static final int DATA_BYTES = 16_320;

    /** For a session between a proxy and an origin. Numbers of nghttp2, Netty and Envoy where they have them. */
    public static final SessionLimits TUNNEL = new SessionLimits(2000, 200, 100, 1000, 10, 10, 100, 1000, DATA_BYTES);

    /** For a session with a single visitor. */
    public static final SessionLimits VISITOR = TUNNEL.withMaxResets(200);

    private static final int LEAST_DATA_BYTES = 256;
    private static final int MOST_DATA_BYTES = 1 << 20;

    /** @throws IllegalArgumentException for a value outside its range, which the message names */
    public SessionLimits {
        check("maxResets", maxResets, 0, Integer.MAX_VALUE);
        check("maxErrors", maxErrors, 0, Integer.MAX_VALUE);
        check("maxSettingsFrames", maxSettingsFrames, 1, Integer.MAX_VALUE);
        check("maxPings", maxPings, 1, Integer.MAX_VALUE);
        check("maxEmptyData", maxEmptyData, 0, Integer.MAX_VALUE);
        check("maxUpdatesPerData", maxUpdatesPerData, 2, Integer.MAX_VALUE / 2);
        check("spareUpdates", spareUpdates, 10, Integer.MAX_VALUE / 1000);
        check("maxUnflushedReplies", maxUnflushedReplies, 10, Integer.MAX_VALUE);
        check("maxDataBytes", maxDataBytes, LEAST_DATA_BYTES, MOST_DATA_BYTES);
    }

    private static void check(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " is " + value + ", it must be " + min + " to " + max);
        }
    }

    public SessionLimits withMaxResets(int streams) {
        return new SessionLimits(
                streams,
                maxErrors,
                maxSettingsFrames,
                maxPings,
                maxEmptyData,
                maxUpdatesPerData,
                spareUpdates,
                maxUnflushedReplies,
                maxDataBytes);
    }
}
