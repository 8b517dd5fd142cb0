package io.spdytunnel.front;

import io.spdytunnel.session.SessionLimits;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.spi.Api;
import io.spdytunnel.wire.FrameLimits;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What the front door allows its visitors.
 *
 * @param timeouts how long they may take
 * @param maxHeadBytes longest request head, line and headers together; beyond it 431. One of more than 64 KiB, and of four
 *     times as much, ends a session
 * @param maxTargetBytes longest request target; beyond it 414; shorter than {@code maxHeadBytes}
 * @param maxHeaderFields most headers of a request; beyond it 431
 * @param readAheadBytes what is read of a connection before somebody takes it: of an upload, or of requests that come
 *     before their turn; at least {@value #MIN_READ_AHEAD_BYTES}
 * @param maxConnections most visitors at once; one more is turned away with 503, over TLS without a word
 * @param maxAborts how many requests that one address (of IPv6: one /64) gave up may still be worked on; then 429 to it
 * @param sendBufferBytes what the kernel may hold for a visitor (SO_SNDBUF); 0 leaves it to the kernel, which may take
 *     megabytes. A socket is writable again once a third of that is free: with megabytes, a visitor of 16 kB/s would
 *     seem silent for a minute at a time
 * @param protocols what visitors may speak; at least one
 * @param spdy what a SPDY visitor's session allows, and but for the number of streams an HTTP/2 visitor's; of heads, what
 *     the above allow
 * @param http2Streams most requests of one HTTP/2 visitor at once; one more is refused with REFUSED_STREAM
 * @param edge who may come, and what is written down of it
 * @param maxRequestBodyBytes longest body of a request, 0 for no limit; beyond it 413
 * @param maxResponseBodyBytes longest body of a response, 0 for no limit; beyond it the visitor is cut off
 */
@Api
public record VisitorServerSettings(
        VisitorTimeouts timeouts,
        int maxHeadBytes,
        int maxTargetBytes,
        int maxHeaderFields,
        int readAheadBytes,
        int maxConnections,
        int maxAborts,
        int sendBufferBytes,
        Set<VisitorProtocol> protocols,
        SessionSettings spdy,
        int http2Streams,
        VisitorEdge edge,
        long maxRequestBodyBytes,
        long maxResponseBodyBytes) {

    /** A session goes on behind a head of up to so many times {@code maxHeadBytes}. */
    private static final int HEADS_READ = 4;

    /** The number that RFC 9113 6.5.2 recommends as the least, and what most servers announce. */
    private static final int DEFAULT_HTTP2_STREAMS = 100;

    /** Room for one read from the socket and one TLS record on top of half of it. */
    public static final int MIN_READ_AHEAD_BYTES = 64 * 1024;

    /** 100 streams reserve 6.4 MB of a budget that is shared with everybody else; browsers and foreign ends ask for it. */
    private static final SessionSettings SPDY = SessionSettings.DEFAULT.withMaxConcurrentStreams(100);

    /**
     * 16 KiB and 100 fields hold every head that browsers send, cookies included; 64 KiB are a fresh stream's window;
     * 20 000 connections cost some 100 MiB; 200 requests that nobody waits for are as many as two HTTP/2 visitors may
     * have under way, and an office behind one address hardly ever has. 512 KiB
     * of send buffer fill a line of 40 Mbit/s at 100 ms; where Linux is not tuned it cuts them to 208 KiB.
     */
    public static final VisitorServerSettings DEFAULT = new VisitorServerSettings(
            VisitorTimeouts.DEFAULT, 16 * 1024, 8 * 1024, 100, MIN_READ_AHEAD_BYTES, 20_000, 200, 512 * 1024);

    /** For visitors who speak any of the protocols, and bodies of any length. */
    public VisitorServerSettings(
            VisitorTimeouts timeouts,
            int maxHeadBytes,
            int maxTargetBytes,
            int maxHeaderFields,
            int readAheadBytes,
            int maxConnections,
            int maxAborts,
            int sendBufferBytes) {
        this(
                timeouts,
                maxHeadBytes,
                maxTargetBytes,
                maxHeaderFields,
                readAheadBytes,
                maxConnections,
                maxAborts,
                sendBufferBytes,
                EnumSet.allOf(VisitorProtocol.class),
                SPDY,
                DEFAULT_HTTP2_STREAMS,
                VisitorEdge.OPEN,
                0,
                0);
    }

    /** @throws IllegalArgumentException naming the setting, its value and the rule it breaks */
    public VisitorServerSettings {
        atLeast("maxHeadBytes", maxHeadBytes, 256);
        atLeast("maxTargetBytes", maxTargetBytes, 1);
        atLeast("maxHeaderFields", maxHeaderFields, 1);
        atLeast("readAheadBytes", readAheadBytes, MIN_READ_AHEAD_BYTES);
        atLeast("maxConnections", maxConnections, 1);
        atLeast("maxAborts", maxAborts, 1);
        atLeast("sendBufferBytes", sendBufferBytes, 0);
        atLeast("http2Streams", http2Streams, 1);
        if (protocols.isEmpty()) {
            throw new IllegalArgumentException("protocols must name at least one of h2, spdy/3.1 and http/1.1");
        }
        if (maxRequestBodyBytes < 0 || maxResponseBodyBytes < 0) {
            throw new IllegalArgumentException("neither maxRequestBodyBytes nor maxResponseBodyBytes may be negative,"
                    + " were " + maxRequestBodyBytes + " and " + maxResponseBodyBytes);
        }
        if (maxTargetBytes >= maxHeadBytes) {
            throw new IllegalArgumentException("maxTargetBytes must be less than maxHeadBytes, was " + maxTargetBytes
                    + " with maxHeadBytes " + maxHeadBytes);
        }
        protocols = Set.copyOf(protocols);
        // A visitor speaks for nobody else and knows nothing of this project.
        SessionLimits limits = spdy.limits();
        spdy = spdy.withLimits(limits.withMaxResets(Math.min(limits.maxResets(), SessionLimits.VISITOR.maxResets())))
                .withPeer(SessionSettings.Peer.STRANGER)
                .withFrames(framesFor(spdy.frames(), maxHeadBytes));
    }

    /** The same with other timeouts. */
    public VisitorServerSettings withTimeouts(VisitorTimeouts other) {
        return copy(other, maxConnections, protocols, spdy, http2Streams, maxRequestBodyBytes, maxResponseBodyBytes);
    }

    /** The same with another bound on connections. */
    public VisitorServerSettings withMaxConnections(int other) {
        return copy(timeouts, other, protocols, spdy, http2Streams, maxRequestBodyBytes, maxResponseBodyBytes);
    }

    /** The same for visitors who speak these. */
    public VisitorServerSettings withProtocols(Set<VisitorProtocol> other) {
        return copy(timeouts, maxConnections, other, spdy, http2Streams, maxRequestBodyBytes, maxResponseBodyBytes);
    }

    /** The same with other sessions for SPDY visitors. */
    public VisitorServerSettings withSpdy(SessionSettings other) {
        return copy(
                timeouts, maxConnections, protocols, other, http2Streams, maxRequestBodyBytes, maxResponseBodyBytes);
    }

    /** The same with another bound on the requests of one HTTP/2 visitor. */
    public VisitorServerSettings withHttp2Streams(int other) {
        return copy(timeouts, maxConnections, protocols, spdy, other, maxRequestBodyBytes, maxResponseBodyBytes);
    }

    /** The same with other rules for addresses. */
    public VisitorServerSettings withEdge(VisitorEdge other) {
        return new VisitorServerSettings(
                timeouts,
                maxHeadBytes,
                maxTargetBytes,
                maxHeaderFields,
                readAheadBytes,
                maxConnections,
                maxAborts,
                sendBufferBytes,
                protocols,
                spdy,
                http2Streams,
                other,
                maxRequestBodyBytes,
                maxResponseBodyBytes);
    }

    /** Names of the protocols in ALPN (RFC 7301), preferred ones first. */
    public List<String> alpn() {
        return EnumSet.copyOf(protocols).stream().map(VisitorProtocol::alpn).toList();
    }

    /**
     * Of a session: a head that is too large is read all the same, so that it can be answered, up to a second limit, which
     * ends the session. That is the control frame's, or {@value #HEADS_READ} heads if those are more.
     */
    private static FrameLimits framesFor(FrameLimits given, int maxHeadBytes) {
        long heads = (long) HEADS_READ * maxHeadBytes;
        FrameLimits frames = given.withMaxBlockBytes(1).withMaxControlBytes((int)
                Math.min(FrameLimits.MOST_CONTROL_BYTES, Math.max(given.maxControlBytes(), heads)));
        return frames.withMaxBlockBytes(frames.longestBlockBytes()).withMaxFields(frames.longestBlockBytes());
    }

    /** What an HTTP/2 visitor's session allows. */
    SessionSettings http2() {
        return spdy.withMaxConcurrentStreams(http2Streams);
    }

    /** The same with other bounds on bodies; 0 for none. */
    public VisitorServerSettings withMaxBodies(long requestBytes, long responseBytes) {
        return copy(timeouts, maxConnections, protocols, spdy, http2Streams, requestBytes, responseBytes);
    }

    private VisitorServerSettings copy(
            VisitorTimeouts newTimeouts,
            int newConnections,
            Set<VisitorProtocol> newProtocols,
            SessionSettings newSpdy,
            int newHttp2Streams,
            long newRequestBytes,
            long newResponseBytes) {
        return new VisitorServerSettings(
                newTimeouts,
                maxHeadBytes,
                maxTargetBytes,
                maxHeaderFields,
                readAheadBytes,
                newConnections,
                maxAborts,
                sendBufferBytes,
                newProtocols,
                newSpdy,
                newHttp2Streams,
                edge,
                newRequestBytes,
                newResponseBytes);
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", was " + value);
        }
    }
}
