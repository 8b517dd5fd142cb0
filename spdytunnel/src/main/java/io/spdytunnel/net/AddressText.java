package io.spdytunnel.net;

import io.netty.util.NetUtil;
import java.net.IDN;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Addresses as text, for headers, logs and messages: IPv6 as in RFC 5952 ({@code ::1}), without a zone, which has a
 * meaning only on its own host. And names for look-ups: in A-labels (RFC 5890 2.3.2.1).
 */
public final class AddressText {

    private AddressText() {}

    /** The address alone. */
    public static String of(InetAddress address) {
        return NetUtil.toAddressString(address);
    }

    /** The address of a socket, without its port; its name if that was not resolved; {@code -} if there is none. */
    public static String of(@Nullable SocketAddress end) {
        if (end instanceof InetSocketAddress inet) {
            return inet.getAddress() == null ? inet.getHostString() : of(inet.getAddress());
        }
        return end == null ? "-" : end.toString();
    }

    /** With the port, an IPv6 address in brackets. */
    public static String withPort(@Nullable SocketAddress end) {
        if (end instanceof InetSocketAddress inet) {
            String host = of(inet);
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + inet.getPort();
        }
        return of(end);
    }

    /**
     * A host's name in A-labels: {@code bücher.test} becomes {@code xn--bcher-kva.test}. ASCII stays as it is.
     *
     * @throws IllegalArgumentException if that is no name
     */
    public static String asciiHost(String host) {
        return isAscii(host) ? host : IDN.toASCII(host);
    }

    /**
     * The same for the host in a URL.
     *
     * @throws IllegalArgumentException if that is no name
     */
    public static String asciiUrl(String url) {
        int scheme = url.indexOf("://");
        if (scheme < 0 || isAscii(url)) {
            return url;
        }
        int from = scheme + 3;
        int to = from;
        while (to < url.length() && ":/?#".indexOf(url.charAt(to)) < 0) {
            to++;
        }
        return url.substring(0, from) + asciiHost(url.substring(from, to)) + url.substring(to);
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }
}
