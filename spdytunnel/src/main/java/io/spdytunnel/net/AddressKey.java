package io.spdytunnel.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;

/** The unit in which addresses are counted: an IPv4 address, or the /64 of an IPv6 customer. */
public record AddressKey(String text) {

    public static AddressKey of(InetAddress address) {
        byte[] bytes = address.getAddress();
        byte[] counted = address instanceof Inet6Address ? Arrays.copyOf(bytes, 8) : bytes;
        return new AddressKey(Arrays.toString(counted));
    }
}
