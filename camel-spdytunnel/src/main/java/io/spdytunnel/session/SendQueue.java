package io.spdytunnel.session;

import io.netty.buffer.ByteBuf;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What a stream still has to send, in one order: the reply's head, bytes, trailers, and FIN with the last of them.
 *
 * <p>FIN and trailers never overtake bytes. Has no limit in bytes: whoever fills it is told what has left. Many small
 * pieces are joined, so that bytes are what counts.
 */
final class SendQueue {

    /** What the next frame would be. */
    enum Next {
        NOTHING,
        REPLY,
        /** Needs room in both windows. */
        BYTES,
        TRAILERS,
        /** An empty DATA frame with FIN, which needs no room (SPDY/3.1 2.6.8). */
        BARE_FIN
    }

    /** From so many pieces on, small ones are joined: each costs a hundred bytes beside its content. */
    private static final int MANY_PIECES = 8;

    private static final int SMALL_BYTES = 512;
    private static final int JOINED_BYTES = 4096;

    private final ArrayDeque<ByteBuf> bytes = new ArrayDeque<>(2);
    private @Nullable ByteBuf joined; // perhaps the last of them
    private @Nullable HeaderBlock reply;
    private @Nullable HeaderBlock trailers;
    private boolean ended;
    private boolean finTaken;

    void addReply(HeaderBlock head, Fin fin) {
        reply = head;
        end(fin);
    }

    void addBytes(ByteBuf piece, Fin fin) {
        int size = piece.readableBytes();
        if (size > SMALL_BYTES || (size > 0 && bytes.size() < MANY_PIECES)) {
            bytes.add(piece);
        } else {
            if (size > 0) {
                join(piece, size);
            }
            piece.release();
        }
        end(fin);
    }

    @SuppressWarnings("ReferenceEquality") // the very buffer, not one with the same bytes
    private void join(ByteBuf piece, int size) {
        ByteBuf last = joined;
        if (last == null || last != bytes.peekLast() || last.writableBytes() < size) {
            last = piece.alloc().ioBuffer(JOINED_BYTES, JOINED_BYTES);
            joined = last;
            bytes.add(last);
        }
        last.writeBytes(piece);
    }

    void addTrailers(HeaderBlock block) {
        trailers = block.size() == 0 ? null : block; // an empty block says no more than FIN, and some ends choke on it
        ended = true;
    }

    /** Ends the queue if {@code fin} says so. */
    void end(Fin fin) {
        ended = fin.isLast();
    }

    /** Whether FIN has been queued, sent or not. */
    boolean isEnded() {
        return ended;
    }

    Next next() {
        if (reply != null) {
            return Next.REPLY;
        }
        if (!bytes.isEmpty()) {
            return Next.BYTES;
        }
        if (trailers != null) {
            return Next.TRAILERS;
        }
        return ended && !finTaken ? Next.BARE_FIN : Next.NOTHING;
    }

    /** Takes the reply's head. */
    HeaderBlock takeReply() {
        HeaderBlock head = reply;
        if (head == null) {
            throw new IllegalStateException("no reply is queued");
        }
        reply = null;
        return head;
    }

    /** Takes the trailers. */
    HeaderBlock takeTrailers() {
        HeaderBlock block = trailers;
        if (block == null) {
            throw new IllegalStateException("no trailers are queued");
        }
        trailers = null;
        return block;
    }

    /** Takes up to {@code limit} bytes of the oldest piece; the caller owns them. */
    ByteBuf takeBytes(int limit) {
        ByteBuf first = bytes.element();
        if (first.readableBytes() <= limit) {
            if (bytes.size() == 1) {
                joined = null; // no longer ours to write to
            }
            return bytes.remove();
        }
        return first.readRetainedSlice(limit);
    }

    /** Takes FIN for a frame after which nothing else is left to be sent. */
    Fin takeFin() {
        finTaken = ended && reply == null && bytes.isEmpty() && trailers == null;
        return Fin.of(finTaken);
    }

    /** Drops everything, and returns how many bytes that were. */
    int clear() {
        int dropped = 0;
        for (ByteBuf piece = bytes.poll(); piece != null; piece = bytes.poll()) {
            dropped += piece.readableBytes();
            piece.release();
        }
        joined = null;
        reply = null;
        trailers = null;
        return dropped;
    }
}
