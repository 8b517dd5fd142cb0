package io.spdytunnel.net;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A range of IP addresses as CIDR writes it (RFC 4632 3.1, RFC 4291 2.3); one address is a range, too. */
public final class AddressRange {

    private static final int MAPPED_BITS = 96;

    /**
     * Addresses that CONNECT may reach only if connectTo names them as addresses: this host, its networks, and
     * everything that is not one host of the open Internet (RFC 6890 and its registries). It contains all IPv6 forms
     * that carry an IPv4 address.
     */
    private static final List<AddressRange> SPECIAL = List.of(
            of("0.0.0.0/8"),
            of("10.0.0.0/8"),
            of("100.64.0.0/10"),
            of("127.0.0.0/8"),
            of("169.254.0.0/16"),
            of("172.16.0.0/12"),
            of("192.0.0.0/24"),
            of("192.0.2.0/24"),
            of("192.88.99.0/24"),
            of("192.168.0.0/16"),
            of("198.18.0.0/15"),
            of("198.51.100.0/24"),
            of("203.0.113.0/24"),
            of("224.0.0.0/3"),
            of("::/96"),
            of("64:ff9b::/96"),
            of("64:ff9b:1::/48"),
            of("100::/64"),
            of("2001::/32"),
            of("2001:db8::/32"),
            of("2002::/16"),
            of("fc00::/7"),
            of("fe80::/9"),
            of("ff00::/8"));

    private final byte[] network;
    private final int bits;

    private AddressRange(byte[] network, int bits) {
        this.network = network;
        this.bits = bits;
    }

    private static AddressRange of(String text) {
        AddressRange range = parse(text);
        if (range == null) {
            throw new IllegalArgumentException(text + " is not a range of addresses");
        }
        return range;
    }

    /** The range of a text; null if it is neither an address nor address/bits. */
    public static @Nullable AddressRange parse(String text) {
        int slash = text.indexOf('/');
        byte[] address = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            return null;
        }
        int bits = slash < 0 ? address.length * 8 : number(text.substring(slash + 1));
        if (bits < 0 || bits > address.length * 8) {
            return null;
        }
        return isMapped(address) && bits >= MAPPED_BITS
                ? new AddressRange(Arrays.copyOfRange(address, 12, 16), bits - MAPPED_BITS)
                : new AddressRange(address, bits);
    }

    private static int number(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Integer.parseInt(text) : -1;
    }

    /** ::ffff:a.b.c.d, which means a.b.c.d here, as on the platform. */
    private static boolean isMapped(byte[] address) {
        if (address.length != 16 || address[10] != -1 || address[11] != -1) {
            return false;
        }
        for (int i = 0; i < 10; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AddressRange same && bits == same.bits && Arrays.equals(network, same.network);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(network) + bits;
    }

    @Override
    public String toString() {
        return NetUtil.bytesToIpAddress(network) + "/" + bits;
    }

    public static boolean isSpecial(InetAddress address) {
        return SPECIAL.stream().anyMatch(range -> range.contains(address));
    }

    public boolean contains(InetAddress candidate) {
        byte[] address = candidate.getAddress();
        if (address.length != network.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((address[bit / 8] & mask) != (network[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }
}
