package io.spdytunnel.net;

import io.spdytunnel.spi.Api;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Addresses and ranges of them, such as {@code 10.0.0.0/8, 2001:db8::/32, ::1}. */
@Api
public final class AddressRanges {

    /** No address at all. */
    public static final AddressRanges NONE = new AddressRanges(List.of());

    private final List<AddressRange> ranges;

    private AddressRanges(List<AddressRange> ranges) {
        this.ranges = List.copyOf(ranges);
    }

    /**
     * Reads addresses and ranges that are separated by comma; names are not resolved.
     *
     * @throws IllegalArgumentException if a value is neither
     */
    public static AddressRanges parse(String text) {
        List<AddressRange> ranges = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            AddressRange range = AddressRange.parse(part.trim());
            if (range == null) {
                throw new IllegalArgumentException(
                        "\"" + part.trim() + "\" is neither an IP address nor a range such as 10.0.0.0/8");
            }
            ranges.add(range);
        }
        return new AddressRanges(ranges);
    }

    /** Whether no address is one of these. */
    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AddressRanges same && ranges.equals(same.ranges);
    }

    @Override
    public int hashCode() {
        return ranges.hashCode();
    }

    @Override
    public String toString() {
        return isEmpty() ? "none" : ranges.toString();
    }

    /** Whether the address is one of these. An IPv4-mapped IPv6 address counts as its IPv4 address. */
    public boolean contains(InetAddress address) {
        for (AddressRange range : ranges) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** The same for a socket's address; false if it has no IP address. */
    public boolean contains(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() != null && contains(inet.getAddress());
    }
}
