package io.spdytunnel.options;

import io.spdytunnel.net.AddressText;
import java.util.ArrayList;
import java.util.List;

/** A host and a port, as options write them: {@code host:port}, an IPv6 address in brackets. */
public record HostPort(String host, int port) {

    /**
     * Reads one such value.
     *
     * @throws IllegalArgumentException naming option, value and what is allowed
     */
    public static HostPort parse(String option, String value) {
        String text = value.trim();
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            throw wrong(option, value);
        }
        String host = text.substring(0, colon);
        boolean six = host.startsWith("[") && host.endsWith("]");
        if (!six && host.indexOf(':') >= 0) {
            throw wrong(option, value);
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port < 0 || port > 65535) {
                throw wrong(option, value);
            }
            return new HostPort(six ? host.substring(1, host.length() - 1) : AddressText.asciiHost(host), port);
        } catch (IllegalArgumentException noNumberOrName) {
            throw wrong(option, value);
        }
    }

    /** Several, separated by comma. */
    public static List<HostPort> parseAll(String option, String value) {
        List<HostPort> all = new ArrayList<>();
        for (String one : value.split(",", -1)) {
            all.add(parse(option, one));
        }
        return all;
    }

    private static IllegalArgumentException wrong(String option, String value) {
        return new IllegalArgumentException(
                "option " + option + " is \"" + value + "\"; it must be host:port, with a port from 0 to 65535");
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
