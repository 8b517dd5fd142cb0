package io.spdytunnel.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.Deflater;

/** Header blocks as a hostile end makes them: anything, compressed in one zlib stream (SPDY/3.1 2.6.10). */
public final class RawBlocks implements AutoCloseable {

    private static final int MOST = 1 << 20;

    private final Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);

    public RawBlocks() {
        deflater.setDictionary(SpdyDictionary.bytes());
    }

    /** Compresses the next block, whatever it holds. */
    public byte[] deflate(byte[] plain) {
        return deflate(plain, Deflater.SYNC_FLUSH);
    }

    /** Compresses a last block: the zlib stream ends with it. */
    public byte[] deflateLast(byte[] plain) {
        deflater.setInput(plain);
        deflater.finish();
        byte[] out = new byte[MOST];
        return Arrays.copyOf(out, deflater.deflate(out));
    }

    private byte[] deflate(byte[] plain, int flush) {
        deflater.setInput(plain);
        byte[] out = new byte[MOST];
        return Arrays.copyOf(out, deflater.deflate(out, 0, out.length, flush));
    }

    @Override
    public void close() {
        deflater.end();
    }

    /** A block laid out as it should be, of these names and values in turns, legal or not. */
    public static byte[] plain(String... pairs) {
        return plainOf(pairs.length / 2, pairs);
    }

    /** A block that claims another number of pairs than it has. */
    public static byte[] plainOf(int claimed, String... pairs) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(claimed);
            for (String text : pairs) {
                out.writeInt(text.length());
                out.write(text.getBytes(ISO_8859_1));
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
