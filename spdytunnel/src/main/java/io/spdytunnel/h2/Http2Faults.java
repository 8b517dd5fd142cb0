package io.spdytunnel.h2;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a stream's error that Netty has found is by RFC 9113. Netty forgets a stream with its end, and then knows neither
 * whether it was reset here nor whether it was ever there (5.1, 5.1.1). Confined to the event loop.
 */
final class Http2Faults {

    /** 100 may be open, and the peer hears of a reset after a round trip. */
    private static final int MOST_RESETS = 1024;

    /** Peers count by two. Who passes over more is told of its fault by another code, which is all. */
    private static final int MOST_GAPS = 100;

    // Netty's words, which has no errors of its own for these.
    private static final Pattern ENDS_SHORT =
            Pattern.compile("Received amount of data \\d+ does not match content-length");
    private static final Pattern HEADERS_UNKNOWN = Pattern.compile("Received HEADERS frame for an unknown stream");
    private static final Pattern MAY_COME_BEHIND_THE_END = Pattern.compile("WINDOW_UPDATE|depend");

    private final Set<Integer> resetHere = new LinkedHashSet<>();
    private final TreeMap<Integer, Integer> passedOver = new TreeMap<>();
    private int last = -1;

    /** The peer has opened a stream. */
    void opened(int id) {
        if (id > last + 2 && passedOver.size() < MOST_GAPS) {
            passedOver.put(last + 2, id - 2);
        }
        last = Math.max(last, id);
    }

    /** A stream of the peer was reset: what still comes for it was sent before the peer knew. */
    void resetHere(int id) {
        resetHere.add(id);
        if (resetHere.size() > MOST_RESETS) {
            resetHere.remove(resetHere.iterator().next());
        }
    }

    /**
     * The error, of the stream or of the connection, or null if it is none.
     *
     * @param stream null if there is none, any more or yet
     */
    @Nullable
    Http2Exception judge(Http2Exception.StreamException found, @Nullable LiveHttp2Stream stream) {
        String what = String.valueOf(found.getMessage());
        if (stream != null) {
            // Who has the answer's head may give its upload up, and end it short of its length.
            boolean givenUp = ENDS_SHORT.matcher(what).lookingAt() && stream.endsShort();
            return givenUp ? null : ofOpenStream(found, what, stream);
        }
        if (found.error() != Http2Error.STREAM_CLOSED) {
            return found;
        }
        if (resetHere.contains(found.streamId())) {
            return null;
        }
        return HEADERS_UNKNOWN.matcher(what).lookingAt() ? headersOfNoStream(found.streamId()) : found;
    }

    private static Http2Exception ofOpenStream(
            Http2Exception.StreamException found, String what, LiveHttp2Stream stream) {
        boolean behindItsEnd = found.error() == Http2Error.PROTOCOL_ERROR
                && !stream.mayReceive()
                && !MAY_COME_BEHIND_THE_END.matcher(what).find();
        return behindItsEnd
                ? Http2Exception.streamError(
                        found.streamId(), Http2Error.STREAM_CLOSED, "HEADERS after END_STREAM [RFC 9113 5.1]")
                : found;
    }

    private Http2Exception headersOfNoStream(int id) {
        Map.Entry<Integer, Integer> gap = passedOver.floorEntry(id);
        return gap != null && id <= gap.getValue()
                ? Http2Exception.connectionError(
                        Http2Error.PROTOCOL_ERROR, "stream %d opened after stream %d [RFC 9113 5.1.1]", id, last)
                : Http2Exception.connectionError(
                        Http2Error.STREAM_CLOSED, "HEADERS on stream %d, which was closed [RFC 9113 5.1]", id);
    }
}
