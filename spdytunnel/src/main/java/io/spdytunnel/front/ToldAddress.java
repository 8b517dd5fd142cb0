package io.spdytunnel.front;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.NetUtil;
import io.spdytunnel.http.Arrival;
import io.spdytunnel.net.AddressRanges;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request: the connection's other end, or if that is trusted, the last address in {@code X-Forwarded-For}
 * that is not, or where that is missing in {@code Forwarded} (RFC 7239). What is no address there ends the search: who is
 * trusted does not write such a thing.
 */
final class ToldAddress {

    private ToldAddress() {}

    /** Null if it is not known: the connection is none of IP's. */
    static @Nullable InetAddress of(Arrival arrival, @Nullable HttpRequest head, AddressRanges trusted) {
        InetAddress address = arrival.remote() instanceof InetSocketAddress inet ? inet.getAddress() : null;
        if (address == null || head == null || !trusted.contains(address)) {
            return address;
        }
        List<String> hops = hops(head.headers());
        for (int i = hops.size() - 1; i >= 0 && trusted.contains(address); i--) {
            InetAddress before = NetUtil.createInetAddressFromIpAddressString(hops.get(i));
            if (before == null) {
                break;
            }
            address = before;
        }
        return address;
    }

    private static List<String> hops(HttpHeaders headers) {
        List<String> hops = new ArrayList<>();
        for (String hop : String.join(",", headers.getAll("x-forwarded-for")).split(",", -1)) {
            hops.add(hop.trim());
        }
        if (!headers.contains("x-forwarded-for")) {
            hops.clear();
            for (String element : String.join(",", headers.getAll("forwarded")).split(",", -1)) {
                hops.add(forIn(element));
            }
        }
        return hops;
    }

    /** The node that the element's {@code for} names, without its port; empty if it names none. */
    private static String forIn(String element) {
        for (String pair : element.split(";", -1)) {
            String trimmed = pair.trim();
            if (trimmed.regionMatches(true, 0, "for=", 0, 4)) {
                return withoutPort(trimmed.substring(4).replace("\"", ""));
            }
        }
        return "";
    }

    private static String withoutPort(String node) {
        if (node.startsWith("[")) {
            int end = node.indexOf(']');
            return end < 0 ? "" : node.substring(1, end);
        }
        int colon = node.indexOf(':');
        return colon < 0 ? node : node.substring(0, colon);
    }
}
