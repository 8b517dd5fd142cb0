package io.spdytunnel.spdy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The queue of a stream, in one order: the reply's head, bytes and headers, and FIN with the last of them.
 *
 * <p>Neither FIN nor headers overtake bytes. It has no limit in bytes: its sender is told which bytes were sent. Many
 * small pieces are joined, so that the number of bytes limits its memory.
 */
final class SendQueue {

    /** What the next frame would be. */
    enum Next {
        NOTHING,
        REPLY,
        /** Needs room in both windows. */
        BYTES,
        HEADERS,
        /** An empty DATA frame with FIN, which needs no room (SPDY/3.1 2.6.8). */
        BARE_FIN
    }

    /** From so many pieces on, small ones are joined: each costs a hundred bytes beside its content. */
    private static final int MANY_PIECES = 8;

    private static final int SMALL_BYTES = 512;
    private static final int JOINED_BYTES = 4096;

    /** Each a {@link ByteBuf} or a {@link HeaderBlock}. */
    private final ArrayDeque<Object> rest = new ArrayDeque<>(2);

    private @Nullable ByteBuf joined; // perhaps the last of them
    private @Nullable HeaderBlock reply;
    private boolean ended;
    private boolean finTaken;

    void addReply(HeaderBlock head, Fin fin) {
        reply = head;
        end(fin);
    }

    void addBytes(ByteBuf piece, Fin fin) {
        int size = piece.readableBytes();
        if (size > SMALL_BYTES || (size > 0 && rest.size() < MANY_PIECES)) {
            rest.add(piece);
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
        if (last == null || last != rest.peekLast() || last.writableBytes() < size) {
            last = piece.alloc().ioBuffer(JOINED_BYTES, JOINED_BYTES);
            joined = last;
            rest.add(last);
        }
        last.writeBytes(piece);
    }

    void addHeaders(HeaderBlock block, Fin fin) {
        if (block.size() > 0) { // an empty block says no more than FIN, and some ends choke on it
            rest.add(block);
        }
        end(fin);
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
        Object first = rest.peek();
        if (first != null) {
            return first instanceof ByteBuf ? Next.BYTES : Next.HEADERS;
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

    /** Takes the headers that are next. */
    HeaderBlock takeHeaders() {
        return (HeaderBlock) rest.remove();
    }

    /** Takes up to {@code limit} bytes, of several pieces if one has not so many; the caller owns them. */
    ByteBuf takeBytes(int limit) {
        ByteBuf first = takePiece(limit);
        int left = limit - first.readableBytes();
        if (left == 0 || !(rest.peek() instanceof ByteBuf)) {
            return first;
        }
        CompositeByteBuf several =
                first.alloc().compositeBuffer(Integer.MAX_VALUE).addComponent(true, first);
        while (left > 0 && rest.peek() instanceof ByteBuf) {
            ByteBuf piece = takePiece(left);
            left -= piece.readableBytes();
            several.addComponent(true, piece);
        }
        return several;
    }

    private ByteBuf takePiece(int limit) {
        ByteBuf first = (ByteBuf) rest.element();
        if (first.readableBytes() <= limit) {
            if (rest.size() == 1) {
                joined = null; // no longer ours to write to
            }
            rest.remove();
            return first;
        }
        return first.readRetainedSlice(limit);
    }

    /** Takes FIN for a frame after which nothing else is left to be sent. */
    Fin takeFin() {
        finTaken = ended && reply == null && rest.isEmpty();
        return Fin.of(finTaken);
    }

    /** Drops everything, and returns how many bytes that were. */
    int clear() {
        int dropped = 0;
        for (Object next = rest.poll(); next != null; next = rest.poll()) {
            if (next instanceof ByteBuf piece) {
                dropped += piece.readableBytes();
                piece.release();
            }
        }
        joined = null;
        reply = null;
        return dropped;
    }
}
