package io.spdytunnel.wire;

/**
 * A block as it stands before compression: the number of pairs, then each name and its joined values behind their
 * lengths (SPDY/3.1 2.6.10). Laying a block out is checking it.
 */
final class HeaderBlockLayout {

    private static final char SEPARATOR = 0;

    private final int maxBytes;
    private final byte[] bytes;
    private int length;

    /** @throws IllegalArgumentException if the block breaks a limit or a rule */
    HeaderBlockLayout(HeaderBlock block, int maxBytes, int maxFields) {
        if (block.size() > maxFields) {
            throw new IllegalArgumentException(
                    "a header block of " + block.size() + " values, at most " + maxFields + " can be sent");
        }
        this.maxBytes = maxBytes;
        this.bytes = new byte[(int) Math.min(maxBytes, atMost(block))];
        int pairs = 0;
        number(0);
        boolean[] written = new boolean[block.size()];
        for (int i = 0; i < block.size(); i++) {
            if (!written[i]) {
                pairs++;
                name(block.name(i));
                values(block, i, written);
            }
        }
        numberAt(0, pairs);
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

    /** Writes all values of the name at {@code first}, wherever in the block they stand, and marks them. */
    private void values(HeaderBlock block, int first, boolean[] written) {
        String name = block.name(first);
        int start = length;
        room(Integer.BYTES);
        number(0);
        int values = 0;
        boolean empty = false;
        for (int i = first; i < block.size(); i++) {
            if (!written[i] && block.name(i).equals(name)) {
                written[i] = true;
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
        if (length + (long) wanted > bytes.length) {
            throw new IllegalArgumentException("a header block longer than " + maxBytes + " bytes cannot be sent");
        }
    }
}
