package io.spdytunnel.session;

import io.spdytunnel.spi.Api;
import io.spdytunnel.wire.FrameLimits;

/**
 * What one end of a session allows and expects.
 *
 * @param keepAlive when a silent peer is asked, and given up
 * @param version which SPDY the peer speaks; agreed outside the session, since the wire does not tell them apart
 * @param maxConcurrentStreams how many streams the initiator may have open at once; announced by the responder
 * @param maxPushes how many streams the responder may push at once (SPDY/3.1 3.3); announced by the initiator. 0 forbids
 *     them, and those that come all the same are refused
 * @param maxStreamWindowBytes up to where a stream's window may grow by being read; at least 64 KiB
 * @param frames what is accepted in one frame
 * @param limits from which on the peer is taken for hostile
 * @param peer how far the peer's word counts
 * @param legacyBufferBytes what a {@link Peer#LEGACY} peer may send on one stream beyond its window, and within the
 *     memory budget; more than that resets the stream
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

    /** Which SPDY is spoken; both have 3 as their number on the wire. */
    public enum Version {
        /** Before 3.1: streams have windows, the session has none. */
        SPDY_3,
        /** With a window for the session, too (2.6.8). */
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
        /** An end of this project: its last-good-stream-id says what an application has seen. */
        KIN,
        /** Any other SPDY/3.1 end: its last-good-stream-id may mean anything (SPDY-3.1, 2.4.1 against 2.6.6). */
        STRANGER,
        /** An end of amahi/spdy-proxy: as a stranger, and to be handled with the care of docs/legacy-ends.md. */
        LEGACY
    }

    /** Whether bytes are counted over all streams, too (2.6.8). */
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
