package io.spdytunnel.wire;

import static io.spdytunnel.wire.SessionStatus.PROTOCOL_ERROR;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header blocks of one direction, which share one zlib stream (SPDY/3.1 2.6.10).
 *
 * <p>A block is first inflated completely, up to the limit, and then checked. So a block that breaks a rule resets only
 * its stream. A block that cannot be inflated or parsed ends the session, because later blocks cannot be read (2.4.1).
 * The native inflater exists from the first block until {@link #close}.
 */
final class HeaderBlockDecoder implements AutoCloseable {

    /** Kept from one block to the next; longer blocks get an array of their own. */
    private static final int SCRATCH_BYTES = 4 * 1024;

    /** The shortest pair: two lengths. */
    private static final int PAIR_BYTES = 8;

    /** Up to this many names are compared with each other; for more, a set is used. */
    private static final int FEW_PAIRS = 16;

    private static final byte[] NOTHING = {};

    private final int maxBytes;
    private final int maxFields;

    private byte @Nullable [] scratch;
    private @Nullable Inflater inflater;
    private boolean primed;
    private boolean closed;

    HeaderBlockDecoder(int maxBytes, int maxFields) {
        this.maxBytes = maxBytes;
        this.maxFields = maxFields;
    }

    /**
     * Reads one block.
     *
     * @param compressed the block as it stood in the frame; lent
     * @throws StreamError if it breaks a rule; the next block can be read
     * @throws SessionError if it cannot be read; later blocks cannot be read either
     */
    HeaderBlock decode(int streamId, ByteBuf compressed) {
        if (!compressed.isReadable()) {
            return new HeaderBlock(); // how Netty's codec writes a block without pairs
        }
        return parse(streamId, inflate(compressed.nioBuffer()));
    }

    /** Frees the native memory. */
    @Override
    public void close() {
        closed = true;
        if (inflater != null) {
            inflater.end();
            inflater = null;
        }
    }

    // ---- inflating

    private ByteBuffer inflate(ByteBuffer compressed) {
        Inflater zlib = inflater();
        zlib.setInput(compressed);
        byte[] out = scratch();
        int length = 0;
        try {
            while (true) {
                int more = zlib.inflate(out, length, out.length - length);
                length += more;
                if (length > maxBytes) {
                    throw broken("a header block longer than " + maxBytes + " bytes");
                }
                if (more == 0 && zlib.needsDictionary()) {
                    prime(zlib);
                } else if (zlib.finished()) {
                    throw broken("the compressed stream of headers came to an end");
                } else if (length < out.length) {
                    break; // zlib has given all it has; asking needsInput() would not tell
                } else {
                    // One byte beyond the limit is enough to know that it is passed.
                    out = Arrays.copyOf(out, (int) Math.min(2L * out.length, maxBytes + 1L));
                }
            }
        } catch (DataFormatException corrupt) {
            throw broken("headers that do not inflate: " + corrupt.getMessage());
        } finally {
            zlib.setInput(NOTHING); // let go of the frame's buffer
        }
        if (!primed) {
            throw broken("headers compressed without the dictionary");
        }
        return ByteBuffer.wrap(out, 0, length);
    }

    private byte[] scratch() {
        byte[] kept = scratch;
        if (kept == null) {
            kept = new byte[SCRATCH_BYTES];
            scratch = kept;
        }
        return kept;
    }

    private Inflater inflater() {
        if (closed) {
            throw new IllegalStateException("header block after the decoder was closed");
        }
        if (inflater == null) {
            inflater = new Inflater();
        }
        return inflater;
    }

    private void prime(Inflater zlib) {
        if (zlib.getAdler() != SpdyDictionary.ADLER32) {
            throw broken("headers compressed with dictionary 0x" + Integer.toHexString(zlib.getAdler()));
        }
        zlib.setDictionary(SpdyDictionary.bytes());
        primed = true;
    }

    // ---- taking apart

    private HeaderBlock parse(int streamId, ByteBuffer in) {
        int pairs = in.remaining() < Integer.BYTES ? -1 : in.getInt();
        if (pairs < 0 || pairs > in.remaining() / PAIR_BYTES) {
            throw broken("a header block of " + in.limit() + " bytes that claims " + Integer.toUnsignedString(pairs)
                    + " pairs");
        }
        HeaderBlock block = new HeaderBlock(Math.min(pairs, maxFields));
        Set<String> names = pairs > FEW_PAIRS ? new HashSet<>() : null;
        String fault = null;
        for (int i = 0; i < pairs; i++) {
            String name = name(in);
            String value = text(in);
            if (fault == null) { // after the first fault only the structure matters
                boolean isNew = names == null ? block.first(name) == null : names.add(name);
                fault = isNew ? addTo(block, name, value) : "the name " + name + " twice";
            }
        }
        if (in.hasRemaining()) {
            throw broken(in.remaining() + " bytes behind the last of " + pairs + " pairs");
        }
        if (fault != null) {
            throw StreamError.of(streamId, StreamStatus.PROTOCOL_ERROR, "2.6.10", "a header block with " + fault);
        }
        if (block.size() > maxFields) {
            throw StreamError.of(
                    streamId,
                    StreamStatus.FRAME_TOO_LARGE,
                    "2.6.1",
                    "a header block of " + block.size() + " values, " + maxFields + " are allowed");
        }
        return block;
    }

    private static String name(ByteBuffer in) {
        int length = length(in);
        String name = FieldTexts.of(in.array(), in.arrayOffset() + in.position(), length);
        in.position(in.position() + length);
        return name;
    }

    private static String text(ByteBuffer in) {
        int length = length(in);
        String text = FieldTexts.of(in.array(), in.arrayOffset() + in.position(), length);
        in.position(in.position() + length);
        return text;
    }

    private static int length(ByteBuffer in) {
        int length = in.remaining() < Integer.BYTES ? -1 : in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw broken("a length of " + Integer.toUnsignedString(length) + " with " + in.remaining()
                    + " bytes of the header block left");
        }
        return length;
    }

    /** Adds a pair's values and returns what is wrong with it, or null. Values are never part of the answer. */
    private @Nullable String addTo(HeaderBlock block, String name, String joined) {
        String fault = HeaderRules.faultInName(name);
        if (fault != null) {
            return fault;
        }
        int from = 0;
        for (int i = 0; i < joined.length(); i++) {
            char c = joined.charAt(i);
            if (c == 0) {
                if (i == from || i == joined.length() - 1) {
                    return "a NUL at an end of a value of " + name;
                }
                block.add(name, joined.substring(from, i));
                from = i + 1;
            } else if (HeaderRules.isForbiddenInValue(c)) {
                return HeaderRules.inHex(c) + " in a value of " + name;
            }
        }
        block.add(name, from == 0 ? joined : joined.substring(from));
        return null;
    }

    private static SessionError broken(String what) {
        return SessionError.of(PROTOCOL_ERROR, "2.6.10", what);
    }
}
