package io.spdytunnel.front;

import java.time.Duration;

/**
 * What the front door allows its visitors.
 *
 * @param timeouts how long they may take
 * @param maxHeadBytes longest request head, line and headers together; beyond it 431
 * @param maxTargetBytes longest request target; beyond it 414; shorter than {@code maxHeadBytes}
 * @param maxHeaderFields most headers of a request; beyond it 431
 * @param readAheadBytes what is read of a connection before somebody takes it: of an upload, or of requests that come
 *     before their turn; at least {@value #MIN_READ_AHEAD_BYTES}
 * @param maxConnections most visitors at once; one more is turned away with 503, over TLS without a word
 * @param maxAborts how many requests one address (of IPv6: one /64) may abort in each {@code abortPeriod}; then 429
 * @param abortPeriod see {@code maxAborts}
 * @param sendBufferBytes what the kernel may hold for a visitor (SO_SNDBUF); 0 leaves it to the kernel, which may take
 *     megabytes. A socket is writable again once a third of that is free: with megabytes, a visitor of 16 kB/s would
 *     seem silent for a minute at a time
 */
public record VisitorServerSettings(
        VisitorTimeouts timeouts,
        int maxHeadBytes,
        int maxTargetBytes,
        int maxHeaderFields,
        int readAheadBytes,
        int maxConnections,
        int maxAborts,
        Duration abortPeriod,
        int sendBufferBytes) {

    /** Room for one read from the socket and one TLS record on top of half of it. */
    public static final int MIN_READ_AHEAD_BYTES = 64 * 1024;

    /**
     * 16 KiB and 100 fields hold every head that browsers send, cookies included; 64 KiB are a fresh stream's window;
     * 20 000 connections cost some 100 MiB; 200 aborts per 30 s is where rapid resets begin to hurt an origin. 512 KiB
     * of send buffer fill a line of 40 Mbit/s at 100 ms; where Linux is not tuned it cuts them to 208 KiB.
     */
    public static final VisitorServerSettings DEFAULT = new VisitorServerSettings(
            VisitorTimeouts.DEFAULT,
            16 * 1024,
            8 * 1024,
            100,
            MIN_READ_AHEAD_BYTES,
            20_000,
            200,
            Duration.ofSeconds(30),
            512 * 1024);

    /** @throws IllegalArgumentException naming the setting, its value and the rule it breaks */
    public VisitorServerSettings {
        atLeast("maxHeadBytes", maxHeadBytes, 256);
        atLeast("maxTargetBytes", maxTargetBytes, 1);
        atLeast("maxHeaderFields", maxHeaderFields, 1);
        atLeast("readAheadBytes", readAheadBytes, MIN_READ_AHEAD_BYTES);
        atLeast("maxConnections", maxConnections, 1);
        atLeast("maxAborts", maxAborts, 1);
        atLeast("sendBufferBytes", sendBufferBytes, 0);
        if (maxTargetBytes >= maxHeadBytes) {
            throw new IllegalArgumentException("maxTargetBytes must be less than maxHeadBytes, was " + maxTargetBytes
                    + " with maxHeadBytes " + maxHeadBytes);
        }
        if (abortPeriod.isNegative() || abortPeriod.isZero()) {
            throw new IllegalArgumentException("abortPeriod must be longer than zero, was " + abortPeriod);
        }
    }

    /** The same with other timeouts. */
    public VisitorServerSettings withTimeouts(VisitorTimeouts other) {
        return new VisitorServerSettings(
                other,
                maxHeadBytes,
                maxTargetBytes,
                maxHeaderFields,
                readAheadBytes,
                maxConnections,
                maxAborts,
                abortPeriod,
                sendBufferBytes);
    }

    /** The same with another bound on connections. */
    public VisitorServerSettings withMaxConnections(int other) {
        return new VisitorServerSettings(
                timeouts,
                maxHeadBytes,
                maxTargetBytes,
                maxHeaderFields,
                readAheadBytes,
                other,
                maxAborts,
                abortPeriod,
                sendBufferBytes);
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", was " + value);
        }
    }
}
