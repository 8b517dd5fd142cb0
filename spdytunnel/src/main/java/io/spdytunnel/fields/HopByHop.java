package io.spdytunnel.fields;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The headers of a message that belong to its own connection and are not passed on (RFC 9110 7.6.1, SPDY/3.1 3.2.1).
 */
public final class HopByHop {

    private static final Set<String> ALWAYS = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "transfer-encoding",
            "expect",
            "upgrade",
            "http2-settings");

    /** The same as AsciiStrings, whose hashes are cached, for look-ups. */
    private static final AsciiString[] ALWAYS_AS_KEYS =
            ALWAYS.stream().map(AsciiString::cached).toArray(AsciiString[]::new);

    /** Usual values of Connection that name no other field. */
    private static final Set<String> NAMES_NOTHING = Set.of("keep-alive", "Keep-Alive", "close", "Close");

    private static final HopByHop NONE_NAMED = new HopByHop(Set.of());

    private final Set<String> named;

    private HopByHop(Set<String> named) {
        this.named = named;
    }

    /**
     * Removes hop-by-hop headers from {@code headers}. Call it before anything is added for the next hop. Otherwise a
     * visitor could remove the proxy's headers, by {@code Connection: X-Forwarded-For}.
     */
    public static void strip(HttpHeaders headers) {
        HopByHop hop = of(headers);
        for (String name : hop.named) {
            if (!name.isEmpty() && !name.equals("te")) {
                headers.remove(name);
            }
        }
        for (AsciiString name : ALWAYS_AS_KEYS) {
            headers.remove(name);
        }
        if (headers.contains(HttpHeaderNames.TE)
                && !headers.get(HttpHeaderNames.TE).trim().equalsIgnoreCase("trailers")) {
            headers.remove(HttpHeaderNames.TE);
        }
    }

    /** Reads what {@code Connection} names. */
    static HopByHop of(HttpHeaders headers) {
        List<String> connection = FieldLines.of(headers, HttpHeaderNames.CONNECTION);
        if (connection.isEmpty()) {
            return NONE_NAMED;
        }
        if (connection.size() == 1 && NAMES_NOTHING.contains(connection.get(0))) {
            return NONE_NAMED;
        }
        Set<String> named = new HashSet<>();
        for (String value : connection) {
            for (String name : value.split(",", -1)) {
                named.add(name.trim().toLowerCase(Locale.ROOT));
            }
        }
        return new HopByHop(named);
    }

    static boolean isAlways(String lowerCaseName) {
        return ALWAYS.contains(lowerCaseName);
    }

    /** Whether the header stays on its hop. {@code Host} travels as {@code :host}; {@code TE} only as "trailers". */
    boolean stays(String lowerCaseName, String value) {
        if (lowerCaseName.equals("te")) {
            return !value.trim().equalsIgnoreCase("trailers");
        }
        return ALWAYS.contains(lowerCaseName) || lowerCaseName.equals("host") || named.contains(lowerCaseName);
    }
}
