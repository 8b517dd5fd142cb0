package io.spdytunnel.spdy;

import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.Stream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a session by id, and what is remembered of those that were (SPDY/3.1 2.3.2).
 *
 * <p>A stream that the peer opened also has a place: it counts against the number we announced until its work is done,
 * which may be later than its end ({@link Stream#keepPlace}).
 */
final class StreamTable {

    private static final int LAST_ID = Integer.MAX_VALUE;

    /** Ids we have reset whose frames may still be in flight; beyond this many the oldest is forgotten. */
    private static final int RESETS_REMEMBERED = 4096;

    private static final int SKIPPED_REMEMBERED = 1000;

    private final IntObjectMap<SpdyStream> open = new IntObjectHashMap<>();
    /** Each with how many heads have come for it since. */
    private final Map<Integer, Integer> resetHere = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Integer> eldest) {
            return size() > RESETS_REMEMBERED;
        }
    };

    private final @Nullable TreeSet<Integer> skipped; // unless ids have to come in order

    private int nextOwnId;
    private int highestReceived;
    private int highestAccepted;
    private int placesTaken;
    private volatile int count;
    private volatile int openedHere;

    /**
     * @param firstOwnId 1 or 2: its parity tells our ids from the peer's
     * @param peer whether its ids may come out of order
     */
    StreamTable(int firstOwnId, SessionSettings.Peer peer) {
        this.nextOwnId = firstOwnId;
        this.skipped = peer == SessionSettings.Peer.LEGACY ? new TreeSet<>() : null;
    }

    @Nullable
    SpdyStream get(int id) {
        return open.get(id);
    }

    void add(SpdyStream stream) {
        open.put(stream.id(), stream);
        count = open.size();
        if (stream.opener() == SpdyStream.Opener.PEER) {
            highestAccepted = stream.id();
            placesTaken++;
        } else {
            countOpenedHere(1);
        }
    }

    void remove(SpdyStream stream) {
        open.remove(stream.id());
        count = open.size();
        if (stream.opener() == SpdyStream.Opener.THIS_END) {
            countOpenedHere(-1);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // only the event loop writes it
    private void countOpenedHere(int more) {
        openedHere += more;
    }

    void placeFreed(SpdyStream stream) {
        if (stream.opener() == SpdyStream.Opener.PEER) {
            placesTaken--;
        }
    }

    /** Streams open now. Any thread. */
    int count() {
        return count;
    }

    /** Those of them that this end opened. Any thread. */
    int openedHere() {
        return openedHere;
    }

    /** Those of them that the peer opened. */
    int openedByPeer() {
        return count - openedHere;
    }

    /** Streams of the peer that are open, or whose work goes on. */
    int placesTaken() {
        return placesTaken;
    }

    /** Does something with each stream, which may end it. */
    void forEach(Consumer<SpdyStream> action) {
        List.copyOf(open.values()).forEach(action);
    }

    // ---- ids

    boolean hasOwnId() {
        return nextOwnId > 0;
    }

    /** The id for the next stream that we open. Becomes negative when the 31 bits are used up. */
    int ownId() {
        return nextOwnId;
    }

    void useOwnId() {
        nextOwnId = nextOwnId > LAST_ID - 2 ? -1 : nextOwnId + 2;
    }

    /** For tests of the last ids. */
    void skipOwnIdsTo(int id) {
        nextOwnId = id;
    }

    int highestReceived() {
        return highestReceived;
    }

    /** Notes a stream of the peer. Returns false, and changes nothing, if such an id must not come any more. */
    boolean received(int id) {
        if (id > highestReceived) {
            rememberSkipped(highestReceived, id);
            highestReceived = id;
            return true;
        }
        return skipped != null && skipped.remove(id);
    }

    /** Ids between two that have come, which a legacy peer may still use: it opens streams from several threads. */
    private void rememberSkipped(int before, int id) {
        if (skipped == null) {
            return;
        }
        int first = Math.max(before == 0 ? 2 - (id & 1) : before + 2, id - 2 * SKIPPED_REMEMBERED);
        for (int next = first; next < id; next += 2) {
            skipped.add(next);
        }
        while (skipped.size() > SKIPPED_REMEMBERED) {
            skipped.pollFirst();
        }
    }

    /** The highest id that was handed to an application, 0 if none was: our last-good-stream-id (2.6.6). */
    int highestAccepted() {
        return highestAccepted;
    }

    /** Whether a stream of this id was ever opened, by either end. */
    boolean wasSeen(int id) {
        boolean ownParity = (id & 1) == (nextOwnId & 1);
        return ownParity ? !hasOwnId() || id < nextOwnId : id <= highestReceived;
    }

    void rememberReset(int id) {
        resetHere.put(id, 0);
    }

    /** After the peer's own RST_STREAM nothing more can come. */
    void forgetReset(int id) {
        resetHere.remove(id);
    }

    /** A SYN_REPLY or HEADERS came for an id that was reset here; returns how many by now. */
    int countLateHead(int id) {
        return resetHere.merge(id, 1, Integer::sum);
    }

    /** Whether frames on this id may have crossed our RST_STREAM (2.4.2 allows to answer them with it, too). */
    boolean wasResetHere(int id) {
        return resetHere.containsKey(id);
    }
}
