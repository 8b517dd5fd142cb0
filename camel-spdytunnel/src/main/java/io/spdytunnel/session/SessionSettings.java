package io.spdytunnel.session;

import io.spdytunnel.wire.FrameDecoder;

/**
 * What one end of a session allows and expects.
 *
 * @param keepAlive when a silent peer is asked, and given up
 * @param maxConcurrentStreams how many streams the peer may have open at once; announced in SETTINGS
 * @param maxStreamWindowBytes up to where a stream's window may grow by being read; at least 64 KiB
 * @param maxHeaderBlockBytes longest header block, inflated, that is accepted or sent
 * @param maxHeaderFields most values in one header block that are accepted or sent
 * @param peer how far the peer's word counts
 * @param maxResets how many streams the peer may cut within 30 s before the session is closed as abused
 */
public record SessionSettings(
        KeepAlive keepAlive,
        int maxConcurrentStreams,
        int maxStreamWindowBytes,
        int maxHeaderBlockBytes,
        int maxHeaderFields,
        Peer peer,
        int maxResets) {

    /** A tunnel's: its proxy speaks for many visitors, some of whom leave. A visitor's own session gets 200. */
    public static final int DEFAULT_MAX_RESETS = 2000;

    private static final int SMALLEST_WINDOW = MemoryBudget.STREAM_BYTES;

    /** What a control frame holds beside its block, with the stored blocks and zlib's header around that. */
    private static final int LARGEST_BLOCK = FrameDecoder.MAX_CONTROL_BYTES - 32;

    /** @throws IllegalArgumentException for a value outside its range, which the message names */
    public SessionSettings {
        check("maxConcurrentStreams", maxConcurrentStreams, 0, Integer.MAX_VALUE);
        check("maxStreamWindowBytes", maxStreamWindowBytes, SMALLEST_WINDOW, Integer.MAX_VALUE / 2);
        check("maxHeaderBlockBytes", maxHeaderBlockBytes, 1, LARGEST_BLOCK);
        check("maxHeaderFields", maxHeaderFields, 1, Integer.MAX_VALUE);
        check("maxResets", maxResets, 0, Integer.MAX_VALUE);
    }

    /** With {@link #DEFAULT_MAX_RESETS}. */
    public SessionSettings(
            KeepAlive keepAlive,
            int maxConcurrentStreams,
            int maxStreamWindowBytes,
            int maxHeaderBlockBytes,
            int maxHeaderFields,
            Peer peer) {
        this(
                keepAlive,
                maxConcurrentStreams,
                maxStreamWindowBytes,
                maxHeaderBlockBytes,
                maxHeaderFields,
                peer,
                DEFAULT_MAX_RESETS);
    }

    private static void check(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " is " + value + ", it must be " + min + " to " + max);
        }
    }

    /** How far the peer's word counts. */
    public enum Peer {
        /** An end of this project: its last-good-stream-id says what an application has seen. */
        KIN,
        /** Any other SPDY/3.1 end: its last-good-stream-id may mean anything (SPDY-3.1, 2.4.1 against 2.6.6). */
        STRANGER
    }

    /** 1000 streams, 8 MiB windows, blocks of 32 KiB and 200 values, a peer of this project. */
    public static final SessionSettings DEFAULT =
            new SessionSettings(KeepAlive.DEFAULT, 1000, 8 * 1024 * 1024, 32 * 1024, 200, Peer.KIN);
}
