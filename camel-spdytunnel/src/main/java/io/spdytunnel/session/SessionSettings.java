package io.spdytunnel.session;

/**
 * What one end of a session allows and expects.
 *
 * @param keepAlive when a silent peer is asked, and given up
 * @param maxConcurrentStreams how many streams the peer may have open at once; announced in SETTINGS
 * @param maxStreamWindowBytes up to where a stream's window may grow by being read; at least 64 KiB
 * @param maxHeaderBlockBytes longest header block, inflated, that is accepted or sent
 * @param maxHeaderFields most values in one header block that are accepted or sent
 * @param peer how far the peer's word counts
 */
public record SessionSettings(
        KeepAlive keepAlive,
        int maxConcurrentStreams,
        int maxStreamWindowBytes,
        int maxHeaderBlockBytes,
        int maxHeaderFields,
        Peer peer) {

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
