package io.spdytunnel.http;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Addresses and ranges of them in CIDR notation (RFC 4632, RFC 4291 2.3), such as {@code 10.0.0.0/8, 2001:db8::/32, ::1}. */
public final class AddressRanges {

    /** No address at all. */
    public static final AddressRanges NONE = new AddressRanges(List.of());

    private final List<Range> ranges;

    private AddressRanges(List<Range> ranges) {
        this.ranges = List.copyOf(ranges);
    }

    /**
     * Reads addresses and ranges that are separated by comma; names are not resolved.
     *
     * @throws IllegalArgumentException for what is neither, or a range with bits set behind its prefix
     */
    public static AddressRanges parse(String text) {
        List<Range> ranges = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            ranges.add(Range.parse(part.trim()));
        }
        return new AddressRanges(ranges);
    }

    /** Whether the address is one of these. An IPv4 address in IPv6's clothes counts as what it is. */
    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        return ranges.stream().anyMatch(range -> range.contains(bytes));
    }

    /** The same for a socket's end; false for what has no IP address. */
    public boolean contains(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() != null && contains(inet.getAddress());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AddressRanges same && same.ranges.equals(ranges);
    }

    @Override
    public int hashCode() {
        return ranges.hashCode();
    }

    @Override
    public String toString() {
        return ranges.toString();
    }

    private static final class Range {

        private final byte[] first;
        private final int prefixBits;

        private Range(byte[] first, int prefixBits) {
            this.first = first;
            this.prefixBits = prefixBits;
        }

        static Range parse(String text) {
            int slash = text.indexOf('/');
            String address = slash < 0 ? text : text.substring(0, slash);
            byte @Nullable [] bytes = address.isEmpty() ? null : NetUtil.createByteArrayFromIpAddressString(address);
            if (bytes == null) {
                throw new IllegalArgumentException(
                        "\"" + text + "\" is neither an IP address nor a range such as 10.0.0.0/8");
            }
            int most = bytes.length * Byte.SIZE;
            int bits = slash < 0 ? most : bits(text, text.substring(slash + 1), most);
            for (int i = bits; i < most; i++) {
                if (bit(bytes, i) != 0) {
                    throw new IllegalArgumentException("\"" + text + "\" has bits set behind the first " + bits
                            + "; a range begins where they are zero");
                }
            }
            return new Range(bytes, bits);
        }

        private static int bits(String text, String number, int most) {
            if (!number.matches("[0-9]{1,3}") || Integer.parseInt(number) > most) {
                throw new IllegalArgumentException(
                        "\"" + text + "\" has no prefix of 0 to " + most + " bits behind its slash");
            }
            return Integer.parseInt(number);
        }

        private static int bit(byte[] bytes, int index) {
            return bytes[index / Byte.SIZE] >> (Byte.SIZE - 1 - index % Byte.SIZE) & 1;
        }

        boolean contains(byte[] address) {
            if (first.length != address.length) {
                return false;
            }
            for (int i = 0; i < prefixBits; i++) {
                if (bit(first, i) != bit(address, i)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Range same && same.prefixBits == prefixBits && Arrays.equals(same.first, first);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(first) + prefixBits;
        }

        @Override
        public String toString() {
            return NetUtil.bytesToIpAddress(first) + "/" + prefixBits;
        }
    }
}
