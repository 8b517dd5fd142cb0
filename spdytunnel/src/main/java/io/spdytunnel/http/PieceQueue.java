package io.spdytunnel.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The queued pieces of a body. Many small pieces are joined, because each of them could hold a whole receive buffer for
 * a single byte, and credit counts only bytes. Guarded by its owner's lock.
 */
final class PieceQueue {

    private static final int MANY_PIECES = 8;
    private static final int SMALL_PIECE_BYTES = 512;
    private static final int MERGED_BYTES = 4096;

    private static final int FEW_PIECES = 4;

    /** The pieces after the first one; most bodies have one piece. */
    private @Nullable ArrayDeque<ByteBuf> pieces;

    private @Nullable ByteBuf first;
    private @Nullable ByteBuf merged;

    boolean isEmpty() {
        return first == null;
    }

    /** Takes ownership of {@code piece}. */
    @SuppressWarnings("ReferenceEquality") // the very buffer, not one with the same bytes
    void add(ByteBuf piece) {
        if (first == null) {
            first = piece;
            return;
        }
        ArrayDeque<ByteBuf> behind = pieces;
        if (behind == null) {
            behind = new ArrayDeque<>(FEW_PIECES);
            pieces = behind;
        }
        int size = piece.readableBytes();
        if (behind.size() < MANY_PIECES || size > SMALL_PIECE_BYTES) {
            behind.add(piece);
            return;
        }
        ByteBuf last = merged;
        if (last == null || last != behind.peekLast() || last.writableBytes() < size) {
            last = ByteBufAllocator.DEFAULT.ioBuffer(MERGED_BYTES, MERGED_BYTES);
            merged = last;
            behind.add(last);
        }
        last.writeBytes(piece);
        piece.release();
    }

    /** Still the queue's; null if it is empty. */
    @Nullable
    ByteBuf peek() {
        return first;
    }

    /** The caller's from here on; null if it is empty. */
    @Nullable
    ByteBuf poll() {
        ByteBuf taken = first;
        first = pieces == null ? null : pieces.poll();
        if (pieces == null || pieces.isEmpty()) {
            merged = null; // no longer ours to write to
        }
        return taken;
    }

    int readableBytes() {
        long sum = first == null ? 0 : first.readableBytes();
        if (pieces != null) {
            for (ByteBuf piece : pieces) {
                sum += piece.readableBytes();
            }
        }
        return (int) Math.min(Integer.MAX_VALUE, sum);
    }
}
