package io.spdytunnel.spdy;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes what was recorded: a few small lies, or a session stitched together from two. */
public final class Mutation {

    private final Random random;

    public Mutation(Random random) {
        this.random = random;
    }

    /** One of these sessions, changed in one to six places, as the bytes to be fed. */
    public byte[] of(List<List<byte[]>> recordings) {
        List<byte[]> frames = new ArrayList<>(any(recordings));
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            changeFrames(frames, recordings);
        }
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        frames.forEach(joined::writeBytes);
        byte[] bytes = joined.toByteArray();
        for (int i = random.nextInt(4); i > 0; i--) {
            bytes = changeBytes(bytes);
        }
        return bytes;
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private void changeFrames(List<byte[]> frames, List<List<byte[]>> recordings) {
        int at = random.nextInt(frames.size());
        switch (random.nextInt(10)) {
            case 0 -> { // as it was
            }
            case 1 -> { // twice
                frames.add(random.nextInt(frames.size()), frames.get(at));
            }
            case 2 -> { // often
                byte[] frame = frames.get(at);
                for (int i = random.nextInt(300); i > 0; i--) {
                    frames.add(at, frame);
                }
            }
            case 3 -> { // not at all
                if (frames.size() > 1) {
                    frames.remove(at);
                }
            }
            case 4 -> { // out of order
                byte[] moved = frames.get(at);
                frames.set(at, frames.get(frames.size() - 1));
                frames.set(frames.size() - 1, moved);
            }
            case 5 -> { // one of another session
                frames.add(at, any(any(recordings)));
            }
            case 6 -> { // goes on as another session does
                List<byte[]> other = any(recordings);
                frames.subList(at, frames.size()).clear();
                frames.addAll(other.subList(random.nextInt(other.size()), other.size()));
            }
            case 7 -> frames.set(at, withNumber(frames.get(at), 0)); // another kind, version or stream
            case 8 -> frames.set(at, withNumber(frames.get(at), 4)); // other flags, another length
            default -> frames.set(at, withNumber(frames.get(at), 4 * random.nextInt(6)));
        }
        if (frames.isEmpty()) {
            frames.add(new byte[0]);
        }
    }

    /** One 32-bit number changed to something near, or to something awkward. */
    private byte[] withNumber(byte[] frame, int at) {
        if (frame.length < at + 4) {
            return frame;
        }
        byte[] changed = frame.clone();
        int number = java.nio.ByteBuffer.wrap(changed).getInt(at);
        int other =
                switch (random.nextInt(8)) {
                    case 0 -> number + 1;
                    case 1 -> number - 1;
                    case 2 -> number ^ (1 << random.nextInt(32));
                    case 3 -> 0;
                    case 4 -> -1;
                    case 5 -> Integer.MAX_VALUE;
                    case 6 -> number + 2 * random.nextInt(10);
                    default -> random.nextInt();
                };
        for (int i = 0; i < 4; i++) {
            changed[at + i] = (byte) (other >>> (24 - 8 * i));
        }
        return changed;
    }

    private byte[] changeBytes(byte[] bytes) {
        if (bytes.length == 0) {
            return bytes;
        }
        int at = random.nextInt(bytes.length);
        return switch (random.nextInt(6)) {
            case 0, 1 -> {
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                yield bytes;
            }
            case 2 -> {
                bytes[at] = (byte) random.nextInt();
                yield bytes;
            }
            case 3 -> Arrays.copyOf(bytes, at); // breaks off
            case 4 -> { // some more
                byte[] more = new byte[1 + random.nextInt(20)];
                random.nextBytes(more);
                yield join(Arrays.copyOf(bytes, at), more, Arrays.copyOfRange(bytes, at, bytes.length));
            }
            default -> { // some less
                int to = Math.min(bytes.length, at + 1 + random.nextInt(20));
                yield join(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, to, bytes.length));
            }
        };
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    /** Where the next read ends: often a few bytes on, often at the very end. */
    int nextRead(int from, int length) {
        int left = length - from;
        return switch (random.nextInt(4)) {
            case 0 -> length;
            case 1 -> from + Math.min(left, 1 + random.nextInt(12));
            default -> from + 1 + random.nextInt(left);
        };
    }
}
