package io.spdytunnel.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Joins small pieces of a body if the transport does not keep up. Credit counts bytes, but each piece costs the
 * transport about a hundred bytes in addition to its content. So a window of single bytes would cost megabytes.
 *
 * <p>As long as few pieces are under way, each is written at once, so nothing is delayed. Above that, small pieces are
 * joined until one piece has left. Confined to one event loop.
 */
public final class SmallPieces {

    private static final int MANY_UNDER_WAY = 8;
    private static final int SMALL_BYTES = 512;
    private static final int JOINED_BYTES = 4096;

    private final Consumer<ByteBuf> out;
    private int underWay;
    private @Nullable ByteBuf joined;

    /** @param out takes ownership of a piece, writes it, and calls {@link #left} once when it has left or failed */
    public SmallPieces(Consumer<ByteBuf> out) {
        this.out = out;
    }

    /** Takes ownership of {@code piece}. */
    public void add(ByteBuf piece) {
        int size = piece.readableBytes();
        if (joined != null && (size > SMALL_BYTES || size > joined.writableBytes())) {
            send();
        }
        if (size > SMALL_BYTES || (joined == null && underWay < MANY_UNDER_WAY)) {
            write(piece);
            return;
        }
        ByteBuf gathering = joined;
        if (gathering == null) {
            gathering = ByteBufAllocator.DEFAULT.ioBuffer(JOINED_BYTES, JOINED_BYTES);
            joined = gathering;
        }
        gathering.writeBytes(piece);
        piece.release();
    }

    /** A written piece has left, or has failed. */
    public void left() {
        underWay--;
        if (underWay < MANY_UNDER_WAY) {
            send();
        }
    }

    /** Writes the joined pieces; call it before anything else is written after them. */
    public void send() {
        ByteBuf ready = joined;
        if (ready != null) {
            joined = null;
            write(ready);
        }
    }

    private void write(ByteBuf piece) {
        underWay++;
        out.accept(piece);
    }

    /** Drops the joined pieces, and returns their number of bytes. */
    public int drop() {
        ByteBuf unwanted = joined;
        if (unwanted == null) {
            return 0;
        }
        joined = null;
        int size = unwanted.readableBytes();
        unwanted.release();
        return size;
    }
}
