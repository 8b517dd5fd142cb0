package io.spdytunnel.wire;

/**
 * A block before compression: the number of pairs, then each name and its joined values, with their lengths before them
 * (SPDY/3.1 2.6.10). Laying out a block also checks it. The object is reused for each block of a session.
 */
final class HeaderBlockLayout {

    private static final char SEPARATOR = 0;

    /** Kept from one block to the next; longer blocks get an array of their own. */
    private static final int KEPT_BYTES = 4 * 1024;

    private static final byte[] NOTHING = {};

    private final int maxBytes;
    private final int maxFields;

    private byte[] bytes = NOTHING;
    private int room;
    private int length;

    HeaderBlockLayout(int maxBytes, int maxFields) {
        this.maxBytes = maxBytes;
        this.maxFields = maxFields;
    }

    /**
     * Lays out a block; replaces the previous one.
     *
     * @throws IllegalArgumentException if it breaks a limit or a rule
     */
    void layOut(HeaderBlock block) {
        if (block.size() > maxFields) {
            throw new IllegalArgumentException(
                    "a header block of " + block.size() + " values, at most " + maxFields + " can be sent");
        }
        begin((int) Math.min(maxBytes, atMost(block)));
        int pairs = 0;
        number(0);
        for (int i = 0; i < block.size(); i++) {
            if (isFirst(block, i)) {
                pairs++;
                name(block.name(i));
                values(block, i);
            }
        }
        numberAt(0, pairs);
    }

    private void begin(int wanted) {
        length = 0;
        room = wanted;
        if (wanted > bytes.length) {
            bytes = new byte[Math.max(wanted, KEPT_BYTES)];
        }
    }

    /** Call it when the bytes are no longer needed. */
    void end() {
        if (bytes.length > KEPT_BYTES) {
            bytes = NOTHING;
        }
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    private static long atMost(HeaderBlock block) {
        long size = Integer.BYTES;
        for (int i = 0; i < block.size(); i++) {
            size += 2L * Integer.BYTES + block.name(i).length() + block.value(i).length() + 1;
        }
        return size;
    }

    private void name(String name) {
        String fault = HeaderRules.faultInName(name);
        if (fault != null) {
            throw new IllegalArgumentException("a header cannot be sent: " + fault);
        }
        room(Integer.BYTES + name.length());
        number(name.length());
        for (int i = 0; i < name.length(); i++) {
            bytes[length++] = (byte) name.charAt(i);
        }
    }

    /** Whether the name does not occur before. Blocks are short; for the longest one, this compares 20 000 lengths. */
    private static boolean isFirst(HeaderBlock block, int index) {
        String name = block.name(index);
        for (int i = 0; i < index; i++) {
            if (block.name(i).equals(name)) {
                return false;
            }
        }
        return true;
    }

    /** Writes all values of the name at {@code first}, wherever they are in the block. */
    private void values(HeaderBlock block, int first) {
        String name = block.name(first);
        int start = length;
        room(Integer.BYTES);
        number(0);
        int values = 0;
        boolean empty = false;
        for (int i = first; i < block.size(); i++) {
            if (block.name(i).equals(name)) {
                if (values++ > 0) {
                    room(1);
                    bytes[length++] = SEPARATOR;
                }
                empty |= block.value(i).isEmpty();
                value(name, block.value(i));
            }
        }
        if (empty && values > 1) {
            // Joined, it would start or end with NUL, or have two in a row: 2.6.10 forbids all three.
            throw new IllegalArgumentException("header " + name + " has " + values + " values, one of them empty");
        }
        numberAt(start, length - start - Integer.BYTES);
    }

    private void value(String name, String value) {
        room(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (HeaderRules.isForbiddenInValue(c)) {
                throw new IllegalArgumentException(
                        "header " + name + " cannot be sent: " + HeaderRules.inHex(c) + " in its value");
            }
            bytes[length++] = (byte) c;
        }
    }

    private void number(int number) {
        numberAt(length, number);
        length += Integer.BYTES;
    }

    private void numberAt(int at, int number) {
        bytes[at] = (byte) (number >>> 24);
        bytes[at + 1] = (byte) (number >>> 16);
        bytes[at + 2] = (byte) (number >>> 8);
        bytes[at + 3] = (byte) number;
    }

    private void room(int wanted) {
        if (length + (long) wanted > room) {
            throw new IllegalArgumentException("a header block longer than " + maxBytes + " bytes cannot be sent");
        }
    }
}
