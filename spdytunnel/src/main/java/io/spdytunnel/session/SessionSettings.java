package io.spdytunnel.session;

import io.spdytunnel.spi.Api;
import io.spdytunnel.wire.FrameLimits;

/**
 * What one end of a session allows and expects.
 *
 * @param keepAlive when a silent peer gets a PING, and when the session ends without an answer
 * @param version the SPDY version of the peer. It is agreed outside the session, because the wire does not show it
 * @param maxConcurrentStreams number of streams that the initiator may have open at once; announced by the responder
 * @param maxPushes number of streams that the responder may push at once (SPDY/3.1 3.3); announced by the initiator. 0
 *     forbids pushes; they are refused
 * @param maxStreamWindowBytes largest size to which a stream's window may grow; at least 64 KiB
 * @param frames limits of one frame
 * @param limits limits above which the peer counts as hostile
 * @param peer how far the peer's statements are believed
 * @param legacyBufferBytes bytes that a {@link Peer#LEGACY} peer may send on one stream beyond its window, within the
 *     memory budget. More resets the stream
 */
@Api
public record SessionSettings(
        KeepAlive keepAlive,
        Version version,
        int maxConcurrentStreams,
        int maxPushes,
        int maxStreamWindowBytes,
        FrameLimits frames,
        SessionLimits limits,
        Peer peer,
        int legacyBufferBytes) {

    /** 1000 streams, no pushes, 8 MiB windows, the usual limits, a peer of this project. */
    public static final SessionSettings DEFAULT = new SessionSettings(
            KeepAlive.DEFAULT,
            Version.SPDY_3_1,
            1000,
            0,
            8 * 1024 * 1024,
            FrameLimits.DEFAULT,
            SessionLimits.TUNNEL,
            Peer.KIN,
            16 * 1024 * 1024);

    private static final int SMALLEST_WINDOW = MemoryBudget.STREAM_BYTES;

    /** @throws IllegalArgumentException for a value outside its range, which the message names */
    public SessionSettings {
        check("maxConcurrentStreams", maxConcurrentStreams, 0, Integer.MAX_VALUE);
        check("maxPushes", maxPushes, 0, Integer.MAX_VALUE);
        check("legacyBufferBytes", legacyBufferBytes, SMALLEST_WINDOW, Integer.MAX_VALUE / 2);
        check("maxStreamWindowBytes", maxStreamWindowBytes, SMALLEST_WINDOW, Integer.MAX_VALUE / 2);
    }

    private static void check(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " is " + value + ", it must be " + min + " to " + max);
        }
    }

    /** The SPDY version. Both versions have the number 3 on the wire. */
    public enum Version {
        /** SPDY/3: streams have windows, the session has none. */
        SPDY_3,
        /** SPDY/3.1: the session has a window too (2.6.8). */
        SPDY_3_1;

        public boolean hasSessionWindow() {
            return this == SPDY_3_1;
        }

        @Override
        public String toString() {
            return this == SPDY_3 ? "SPDY/3" : "SPDY/3.1";
        }
    }

    /** How far the peer's word counts. */
    public enum Peer {
        /** An end of this project: its last-good-stream-id says exactly which streams an application has seen. */
        KIN,
        /** Any other SPDY/3.1 end: its last-good-stream-id may mean anything (SPDY-3.1, 2.4.1 against 2.6.6). */
        STRANGER,
        /**
         * An end of amahi/spdy-proxy: believed as little as a stranger, and with the special cases of
         * docs/legacy-ends.md.
         */
        LEGACY
    }

    /** Whether the session has a window, over all streams (2.6.8). */
    public boolean hasSessionWindow() {
        return version.hasSessionWindow() && peer != Peer.LEGACY;
    }

    public SessionSettings withKeepAlive(KeepAlive other) {
        return new SessionSettings(
                other,
                version,
                maxConcurrentStreams,
                maxPushes,
                maxStreamWindowBytes,
                frames,
                limits,
                peer,
                legacyBufferBytes);
    }

    public SessionSettings withVersion(Version other) {
        return new SessionSettings(
                keepAlive,
                other,
                maxConcurrentStreams,
                maxPushes,
                maxStreamWindowBytes,
                frames,
                limits,
                peer,
                legacyBufferBytes);
    }

    public SessionSettings withMaxConcurrentStreams(int streams) {
        return new SessionSettings(
                keepAlive, version, streams, maxPushes, maxStreamWindowBytes, frames, limits, peer, legacyBufferBytes);
    }

    public SessionSettings withMaxPushes(int streams) {
        return new SessionSettings(
                keepAlive,
                version,
                maxConcurrentStreams,
                streams,
                maxStreamWindowBytes,
                frames,
                limits,
                peer,
                legacyBufferBytes);
    }

    public SessionSettings withMaxStreamWindowBytes(int bytes) {
        return new SessionSettings(
                keepAlive, version, maxConcurrentStreams, maxPushes, bytes, frames, limits, peer, legacyBufferBytes);
    }

    public SessionSettings withFrames(FrameLimits other) {
        return new SessionSettings(
                keepAlive,
                version,
                maxConcurrentStreams,
                maxPushes,
                maxStreamWindowBytes,
                other,
                limits,
                peer,
                legacyBufferBytes);
    }

    public SessionSettings withLimits(SessionLimits other) {
        return new SessionSettings(
                keepAlive,
                version,
                maxConcurrentStreams,
                maxPushes,
                maxStreamWindowBytes,
                frames,
                other,
                peer,
                legacyBufferBytes);
    }

    public SessionSettings withPeer(Peer other) {
        return new SessionSettings(
                keepAlive,
                version,
                maxConcurrentStreams,
                maxPushes,
                maxStreamWindowBytes,
                frames,
                limits,
                other,
                legacyBufferBytes);
    }

    public SessionSettings withLegacyBufferBytes(int bytes) {
        return new SessionSettings(
                keepAlive, version, maxConcurrentStreams, maxPushes, maxStreamWindowBytes, frames, limits, peer, bytes);
    }
}
