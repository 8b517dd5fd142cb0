package io.spdytunnel.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;

/** What counts as one address when addresses are counted: an IPv4 address, or the /64 an IPv6 customer is given. */
public record AddressKey(String text) {

    public static AddressKey of(InetAddress address) {
        byte[] bytes = address.getAddress();
        byte[] counted = address instanceof Inet6Address ? Arrays.copyOf(bytes, 8) : bytes;
        return new AddressKey(Arrays.toString(counted));
    }
}
