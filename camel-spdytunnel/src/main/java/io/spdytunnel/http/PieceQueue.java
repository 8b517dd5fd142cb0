package io.spdytunnel.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of a body that nobody has taken yet. Many small ones are moved together: each might hold a whole receive
 * buffer for a single byte, and credit counts bytes only. Guarded by its owner's lock.
 */
final class PieceQueue {

    private static final int MANY_PIECES = 8;
    private static final int SMALL_PIECE_BYTES = 512;
    private static final int MERGED_BYTES = 4096;

    private final ArrayDeque<ByteBuf> pieces = new ArrayDeque<>(4);
    private @Nullable ByteBuf merged;

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    /** Takes ownership of {@code piece}. */
    @SuppressWarnings("ReferenceEquality") // the very buffer, not one with the same bytes
    void add(ByteBuf piece) {
        int size = piece.readableBytes();
        if (pieces.size() < MANY_PIECES || size > SMALL_PIECE_BYTES) {
            pieces.add(piece);
            return;
        }
        ByteBuf last = merged;
        if (last == null || last != pieces.peekLast() || last.writableBytes() < size) {
            last = ByteBufAllocator.DEFAULT.ioBuffer(MERGED_BYTES, MERGED_BYTES);
            merged = last;
            pieces.add(last);
        }
        last.writeBytes(piece);
        piece.release();
    }

    /** Still the queue's; null if it is empty. */
    @Nullable
    ByteBuf peek() {
        return pieces.peek();
    }

    /** The caller's from here on; null if it is empty. */
    @Nullable
    ByteBuf poll() {
        if (pieces.size() == 1) {
            merged = null; // no longer ours to write to
        }
        return pieces.poll();
    }

    int readableBytes() {
        long sum = 0;
        for (ByteBuf piece : pieces) {
            sum += piece.readableBytes();
        }
        return (int) Math.min(Integer.MAX_VALUE, sum);
    }
}
