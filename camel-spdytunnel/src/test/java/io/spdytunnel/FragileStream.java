package io.spdytunnel;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** One stream of a {@link FragileEnd}: what arrived on it, and what may still be sent. Thread-safe. */
final class FragileStream {

    final int id;
    volatile boolean forgotten;
    volatile boolean reset;

    private final ArrayDeque<byte[]> arrived = new ArrayDeque<>();
    private int window = 64 * 1024;
    private long touchedAt = System.nanoTime();
    private boolean allArrived;
    private boolean over;

    FragileStream(int id) {
        this.id = id;
    }

    synchronized void touch() {
        touchedAt = System.nanoTime();
    }

    synchronized Duration quietFor() {
        return Duration.ofNanos(System.nanoTime() - touchedAt);
    }

    // ---- what comes

    synchronized int waiting() {
        return arrived.size();
    }

    synchronized void arrives(byte[] piece, boolean last) {
        arrived.add(piece);
        allArrived |= last;
        notifyAll();
    }

    /** The next piece; null at the end, or when the stream is over. */
    synchronized byte @Nullable [] next(Duration patience) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        while (arrived.isEmpty() && !allArrived && !over) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return null;
            }
            wait(left);
        }
        return arrived.poll();
    }

    byte[] body(Duration patience) throws InterruptedException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] piece = next(patience); piece != null; piece = next(patience)) {
            all.writeBytes(piece);
        }
        return all.toByteArray();
    }

    /** Length and CRC of the body. */
    String checksum(Duration patience) throws InterruptedException {
        CRC32 sum = new CRC32();
        long length = 0;
        for (byte[] piece = next(patience); piece != null; piece = next(patience)) {
            sum.update(piece);
            length += piece.length;
        }
        return length + " " + sum.getValue();
    }

    // ---- what goes

    synchronized void grow(int bytes) {
        window += bytes;
        notifyAll();
    }

    /** Waits for room, and takes up to so much of it; 0 if the stream is over. */
    synchronized int room(int wanted) throws InterruptedException {
        while (window <= 0 && !over) {
            wait();
        }
        int taken = over ? 0 : Math.min(window, wanted);
        window -= taken;
        return taken;
    }

    synchronized boolean isOver() {
        return over;
    }

    synchronized void end() {
        over = true;
        notifyAll();
    }
}
