package io.spdytunnel.examples.origin;

import java.io.InputStream;
import java.util.Objects;

/**
 * Any number of bytes, the same each time, made as they are read. Each eight are their own number, well mixed, so that
 * a piece lost, doubled or out of order changes the checksum.
 */
final class GeneratedBytes extends InputStream {

    private final long length;
    private long position;
    private long word;

    GeneratedBytes(long length) {
        this.length = length;
    }

    @Override
    public int read() {
        return position == length ? -1 : next() & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int size) {
        Objects.checkFromIndexSize(offset, size, into.length);
        if (position == length && size > 0) {
            return -1;
        }
        int count = (int) Math.min(size, length - position);
        for (int i = 0; i < count; i++) {
            into[offset + i] = next();
        }
        return count;
    }

    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, length - position);
    }

    private byte next() {
        int shift = (int) (position & 7) * 8;
        if (shift == 0) {
            word = mixed(position >>> 3);
        }
        position++;
        return (byte) (word >>> shift);
    }

    /** SplitMix64's finalizer: neighbours have nothing in common. */
    private static long mixed(long number) {
        long bits = (number + 1) * 0x9E3779B97F4A7C15L;
        bits = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
        bits = (bits ^ (bits >>> 27)) * 0x94D049BB133111EBL;
        return bits ^ (bits >>> 31);
    }
}
