package io.spdytunnel.spdy;

import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.SessionSettings;

/**
 * The most memory that a session can be made to hold, in bytes. What peers may send of bodies stands in the
 * {@link MemoryBudget}, once for all sessions; the rest depends on how many sessions and streams there are.
 *
 * <p>Reached only when everything stalls at once: peers that fill every window in the most awkward pieces, and read
 * nothing. TLS is in it, for an end that uses the JDK's.
 */
public final class SessionMemory {

    private static final int KIB = 1024;

    /**
     * A kept piece may hold up to this many times its size: the read buffer it came in, see
     * {@link io.spdytunnel.wire.FrameDecoder}. Other bytes of that buffer have to be consumed for that.
     */
    public static final int MOST_PER_BODY_BYTE = 4;

    /** The stream, its windows, queues and listeners, and the objects of an exchange's head. */
    private static final int STREAM_OBJECTS = 4 * KIB;

    /** A field of a head, as objects: two strings and their places in lists. */
    private static final int FIELD_OBJECTS = 160;

    /** What a body's sender keeps queued at most: a source has 64 KiB of credit. */
    private static final int QUEUED_BYTES = 64 * KIB;

    /** Netty's largest read, and its default water mark. */
    private static final int READ_BYTES = 64 * KIB;

    private static final int WATER_MARK_BYTES = 64 * KIB;

    /** zlib's window of 32 KiB and some 10 KiB of tables (zconf.h), and the arrays that blocks are inflated into. */
    private static final int INFLATER_BYTES = 44 * KIB + 4 * KIB;

    /** The JDK's engine keeps a packet and an application buffer of 17 KiB each, Netty one record more. */
    private static final int TLS_BYTES = 3 * 17 * KIB;

    /** A control frame in the channel's queue: its buffer, the entry, the promise. */
    private static final int QUEUED_FRAME = 512;

    /** An id whose stream was reset: 4096 are remembered. */
    private static final int RESETS_REMEMBERED = 4096 * 80;

    private static final int BACKLOG_BYTES = LiveSession.MAX_BACKLOG_BYTES;

    private SessionMemory() {}

    /** For each open stream, or one whose work goes on, beside what its body takes from the budget. */
    public static long perStream(SessionSettings settings) {
        long head = settings.frames().maxBlockBytes() + (long) settings.frames().maxFields() * FIELD_OBJECTS;
        return STREAM_OBJECTS + 2 * head + QUEUED_BYTES; // two heads: the request's and the answer's
    }

    /** For each session, beside its streams. */
    public static long perSession(SessionSettings settings) {
        long reading = READ_BYTES + 2L * settings.frames().maxControlBytes(); // a buffer that grows doubles
        long writing = WATER_MARK_BYTES
                + BACKLOG_BYTES
                + (long) settings.frames().maxControlBytes()
                + (long) settings.limits().maxUnflushedReplies() * QUEUED_FRAME;
        return reading + 2 * writing + INFLATER_BYTES + TLS_BYTES + RESETS_REMEMBERED; // twice: plain and encrypted
    }

    /** For all of it, beside visitors and services. */
    public static long bound(long budget, int sessions, int streams, SessionSettings settings) {
        return MOST_PER_BODY_BYTE * budget + sessions * perSession(settings) + streams * perStream(settings);
    }
}
