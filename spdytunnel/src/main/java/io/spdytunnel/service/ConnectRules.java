package io.spdytunnel.service;

import io.netty.util.NetUtil;
import io.spdytunnel.net.AddressRange;
import io.spdytunnel.spi.Api;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What CONNECT may reach; by default nothing.
 *
 * <p>Asked twice: about host and port as they were named, before any look-up, and about each address before it is dialled.
 * A name is judged by the rules that have names; to what it leads, must be on the open Internet, or in a rule that has
 * addresses: a name is whatever its owner's DNS makes of it. The one exception is the rule {@code localhost}, which is
 * this host's loopback and never anything else (RFC 6761 6.3).
 */
@Api
public final class ConnectRules {

    /** Nothing at all. */
    public static final ConnectRules NOTHING = new ConnectRules(List.of());

    private static final String LOCALHOST = "localhost";

    private final List<Rule> rules;

    private ConnectRules(List<Rule> rules) {
        this.rules = rules;
    }

    /** Either a range of addresses, or a name: exact, {@code *.suffix} or {@code *}. */
    private record Rule(@Nullable AddressRange range, String name, int firstPort, int lastPort) {

        boolean hasPort(int port) {
            return port >= firstPort && port <= lastPort;
        }

        boolean hasName(String host) {
            if (range != null) {
                return false;
            }
            return isAny() || (name.startsWith("*.") ? host.endsWith(name.substring(1)) : host.equals(name));
        }

        boolean isAny() {
            return range == null && name.equals("*");
        }

        boolean hasAddress(InetAddress address) {
            return range != null && range.contains(address);
        }
    }

    /**
     * Reads {@code host:ports}, several separated by comma. A host is a name, {@code *.suffix} for the names below a
     * suffix, {@code *}, an address, or address/bits, IPv6 in brackets; ports are one, {@code first-last} or {@code *}.
     *
     * @throws IllegalArgumentException naming what cannot be read
     */
    public static ConnectRules parse(String text) {
        List<Rule> rules = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            rules.add(rule(part.trim()));
        }
        return new ConnectRules(List.copyOf(rules));
    }

    private static Rule rule(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
        String ports = text.substring(colon + 1);
        boolean six = host.startsWith("[") && host.indexOf(']') > 0;
        if (host.isEmpty() || (!six && host.indexOf(':') >= 0)) {
            throw unreadable(text);
        }
        int dash = ports.indexOf('-');
        int first = ports.equals("*") ? 1 : port(dash < 0 ? ports : ports.substring(0, dash), text);
        int last = ports.equals("*") ? 0xFFFF : port(ports.substring(dash + 1), text);
        AddressRange range = AddressRange.parse(host.replace("[", "").replace("]", ""));
        boolean isName = !six && (host.equals("*") || isName(host.startsWith("*.") ? host.substring(2) : host));
        if (first > last || (range == null && !isName)) {
            throw unreadable(text);
        }
        return new Rule(range, host, first, last);
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || "-._".indexOf(c) >= 0);
    }

    private static int port(String text, String rule) {
        boolean digits = !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = digits ? Integer.parseInt(text) : 0;
        if (port < 1 || port > 0xFFFF) {
            throw unreadable(rule);
        }
        return port;
    }

    private static IllegalArgumentException unreadable(String rule) {
        return new IllegalArgumentException("option connectTo names \"" + rule + "\"; each must be host:ports, where a"
                + " host is a name, *.suffix, *, an address or address/bits, IPv6 in brackets, and ports are one from 1"
                + " to 65535, first-last or *");
    }

    /** Whether host and port may be asked for at all: if not, nothing is looked up. */
    boolean allow(String host, int port) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        if (literal == null) {
            String name = plain(host);
            return rules.stream().anyMatch(rule -> rule.hasPort(port) && rule.hasName(name));
        }
        try {
            InetAddress address = InetAddress.getByAddress(literal);
            return hasAddress(address, port)
                    || (!AddressRange.isSpecial(address)
                            && rules.stream().anyMatch(rule -> rule.hasPort(port) && rule.isAny()));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible); // it has 4 or 16 bytes
        }
    }

    /** Whether this address may be dialled for a host that {@link #allow}s. */
    boolean allow(String host, int port, InetAddress address) {
        boolean loopback = plain(host).equals(LOCALHOST)
                && address.isLoopbackAddress()
                && rules.stream().anyMatch(rule -> rule.hasPort(port) && rule.name.equals(LOCALHOST));
        return loopback || !AddressRange.isSpecial(address) || hasAddress(address, port);
    }

    private boolean hasAddress(InetAddress address, int port) {
        return rules.stream().anyMatch(rule -> rule.hasPort(port) && rule.hasAddress(address));
    }

    private static String plain(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
