package io.spdytunnel.spdy;

import static io.spdytunnel.session.MemoryBudget.STREAM_BYTES;

import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.NoOpStreamListener;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.StreamEnd;
import io.spdytunnel.session.StreamListener;
import io.spdytunnel.session.StreamNotOpenedException;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.StreamError;
import io.spdytunnel.wire.StreamStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Server push (SPDY/3.1 3.3): streams of the responder, each belonging to an open stream of the initiator, on which the
 * responder alone may send.
 *
 * <p>A push that is not wanted is refused, and does not count as an error of the peer, which cannot know that.
 */
public final class Pushes {

    /** What names a pushed resource (3.3.1). */
    private static final List<String> REQUIRED = List.of(":scheme", ":host", ":path");

    private final LiveSession session;
    private final StreamTable streams;
    private final Outbound outbound;
    private final MemoryBudget budget;
    /**
     * The number of our pushes that the peer has not reset yet. It may reset each of them, even if it has just
     * finished.
     */
    private int uncut;

    Pushes(LiveSession session, StreamTable streams, Outbound outbound, MemoryBudget budget) {
        this.session = session;
        this.streams = streams;
        this.outbound = outbound;
        this.budget = budget;
    }

    /** The peer resets a stream. Returns whether this is not counted, as with each of our pushes once. */
    boolean mayBeCut(int id) {
        boolean ownPush = session.role() == Role.RESPONDER && session.isOwnParity(id);
        if (!ownPush || uncut == 0 || !streams.wasSeen(id)) {
            return false;
        }
        uncut--;
        return true;
    }

    /** Opens a push; {@code associated} is open, and the peer's. */
    SpdyStream open(SpdyStream associated, HeaderBlock head, int priority, StreamListener listener)
            throws StreamNotOpenedException {
        session.checkMayOpen(priority);
        String missing = missingIn(head);
        if (missing != null) {
            throw new IllegalArgumentException("a push without " + missing + " (SPDY/3.1 3.3.1)");
        }
        int id = streams.ownId();
        outbound.push(id, associated.id(), priority, head);
        streams.useOwnId();
        uncut++;
        return session.newStream(id, priority, SpdyStream.Opener.THIS_END, associated, listener);
    }

    /** A push of the peer, whose ids and direction are in order. */
    void accept(int id, int associatedTo, int priority, HeaderBlock head, Fin fin) {
        if (streams.placesTaken() >= session.announcedStreams()) {
            session.refuse(id, "at most " + session.announcedStreams() + " pushes are accepted at once");
            return;
        }
        SpdyStream associated = streams.get(associatedTo);
        if (associated == null && streams.wasResetHere(associatedTo)) {
            session.refuse(id, "its associated stream " + associatedTo + " was reset"); // the two have crossed
            return;
        }
        if (associated == null || associated.isPush()) {
            throw StreamError.of(
                    id,
                    StreamStatus.INVALID_STREAM,
                    "3.3.1",
                    "the associated stream " + associatedTo + " of a push is not an open request");
        }
        String missing = missingIn(head);
        if (missing != null) {
            // 3.3.2 asks for HTTP_PROTOCOL_ERROR, but RST_STREAM (2.6.3) has no such status.
            throw StreamError.of(id, StreamStatus.PROTOCOL_ERROR, "3.3.2", "a push without " + missing);
        }
        if (!budget.take(STREAM_BYTES)) {
            session.refuse(id, "no memory for another stream");
            return;
        }
        session.newStream(id, priority, SpdyStream.Opener.PEER, associated, NoOpStreamListener.INSTANCE)
                .offeredTo(associated, head, fin);
    }

    /** Nobody wants it. Ignored if it has ended meanwhile. */
    void refuse(SpdyStream push) {
        if (streams.get(push.id()) == push) {
            session.refuse(push.id(), "the push is not wanted");
            push.end(new StreamEnd(
                    StreamEnd.Cause.RESET_BY_US,
                    StreamStatus.REFUSED_STREAM,
                    "stream " + push.id() + ": the push is not wanted"));
        }
    }

    private static @Nullable String missingIn(HeaderBlock head) {
        for (String name : REQUIRED) {
            if (head.first(name) == null) {
                return name;
            }
        }
        return null;
    }
}
