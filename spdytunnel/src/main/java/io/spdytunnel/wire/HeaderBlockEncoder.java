package io.spdytunnel.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Writes the header blocks of one direction as one zlib stream (SPDY/3.1 2.6.10).
 *
 * <p>At compression level 0: one session carries many visitors' cookies, and a length that depends on all of them would
 * tell each something about the others (CVE-2012-4929). Level 0 means stored blocks (RFC 1951, 3.2.4), which need no
 * deflater. An empty stored block follows each header block, like zlib's sync flush. zlib itself does not need it, but
 * Go's reader returns nothing before the next block begins.
 *
 * <p>A block is first laid out and checked in separate memory, so a block that must not be sent changes nothing.
 */
final class HeaderBlockEncoder {

    /** RFC 1950: deflate with a window of 32 KiB; the second byte holds FDICT and makes 0x7820 a multiple of 31. */
    private static final int ZLIB_HEADER = 0x7820;

    private static final int STORED_NOT_FINAL = 0x00;
    private static final int MAX_STORED_BYTES = 0xFFFF;
    private static final int STORED_OVERHEAD = 5;

    private final HeaderBlockLayout plain;
    private boolean begun;

    HeaderBlockEncoder(int maxBytes, int maxFields) {
        this.plain = new HeaderBlockLayout(maxBytes, maxFields);
    }

    /**
     * Encodes a block; the next one must follow it on the wire.
     *
     * @return the compressed block, owned by the caller
     * @throws IllegalArgumentException if it breaks a limit or a rule of 2.6.10; nothing has changed
     */
    ByteBuf encode(ByteBufAllocator allocator, HeaderBlock block) {
        plain.layOut(block);
        int chunks = plain.length() / MAX_STORED_BYTES + 2;
        ByteBuf out = allocator.buffer(2 + Integer.BYTES + chunks * STORED_OVERHEAD + plain.length());
        if (!begun) {
            begun = true;
            out.writeShort(ZLIB_HEADER).writeInt(SpdyDictionary.ADLER32);
        }
        for (int at = 0; at < plain.length(); at += MAX_STORED_BYTES) {
            int length = Math.min(MAX_STORED_BYTES, plain.length() - at);
            out.writeByte(STORED_NOT_FINAL).writeShortLE(length).writeShortLE(~length);
            out.writeBytes(plain.bytes(), at, length);
        }
        plain.end();
        return out.writeByte(STORED_NOT_FINAL).writeShortLE(0).writeShortLE(~0);
    }

    /** Checks a block without encoding it. */
    void check(HeaderBlock block) {
        plain.layOut(block);
        plain.end();
    }
}
