package io.spdytunnel.fields;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.spdytunnel.net.AddressText;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy says of the visitor: {@code X-Forwarded-For}, {@code -Proto}, {@code -Host}, {@code Forwarded} (RFC 7239)
 * and {@code Via} (RFC 9110 7.6.3). What the visitor says of itself there is not believed and not passed on.
 */
public final class ForwardedHeaders {

    private static final AsciiString FOR = AsciiString.cached("x-forwarded-for");
    private static final AsciiString PROTO = AsciiString.cached("x-forwarded-proto");
    private static final AsciiString HOST = AsciiString.cached("x-forwarded-host");
    private static final AsciiString FORWARDED = AsciiString.cached("forwarded");

    /** What visitors like to say of themselves. */
    private static final AsciiString[] CLAIMS = {
        FOR,
        PROTO,
        HOST,
        FORWARDED,
        AsciiString.cached("x-forwarded-port"),
        AsciiString.cached("x-forwarded-prefix"),
        AsciiString.cached("x-real-ip"),
        HttpHeaderNames.VIA,
    };

    private ForwardedHeaders() {}

    /**
     * Replaces in {@code headers} whatever they say of the way they came.
     *
     * @param visitor null if it is not known
     * @param scheme {@code http} or {@code https}
     */
    public static void replace(HttpHeaders headers, @Nullable InetSocketAddress visitor, String scheme) {
        for (AsciiString claim : CLAIMS) {
            headers.remove(claim);
        }
        append(headers, visitor, scheme);
    }

    /**
     * Adds this hop to what {@code headers} say of the way they came, which is believed: the visitor is a proxy that is
     * trusted. Scheme and host stay what it says they were at the beginning.
     *
     * @param visitor null if it is not known
     * @param scheme {@code http} or {@code https}
     */
    public static void append(HttpHeaders headers, @Nullable InetSocketAddress visitor, String scheme) {
        String host = headers.get(HttpHeaderNames.HOST);
        String by = "";
        String to = "";
        if (visitor != null && visitor.getAddress() != null) {
            String address = AddressText.of(visitor.getAddress());
            addTo(headers, FOR, address);
            boolean six = visitor.getAddress() instanceof Inet6Address;
            by = six ? "for=\"[" + address + "]\";" : "for=" + address + ";";
        }
        if (host != null) {
            setIfAbsent(headers, HOST, host);
            to = "host=\"" + host.replace("\\", "").replace("\"", "") + "\";";
        }
        setIfAbsent(headers, PROTO, scheme);
        addTo(headers, FORWARDED, by + to + "proto=" + scheme);
        addTo(headers, HttpHeaderNames.VIA, "1.1 spdytunnel");
    }

    /** How the visitor's own request came, as a trusted proxy says, or else as it came here. */
    public static String originalScheme(HttpHeaders headers, String scheme) {
        String said = headers.get(PROTO);
        return "https".equalsIgnoreCase(said) ? "https" : "http".equalsIgnoreCase(said) ? "http" : scheme;
    }

    private static void addTo(HttpHeaders headers, AsciiString name, String element) {
        List<String> before = FieldLines.of(headers, name);
        headers.set(name, before.isEmpty() ? element : String.join(", ", before) + ", " + element);
    }

    private static void setIfAbsent(HttpHeaders headers, AsciiString name, String value) {
        if (!headers.contains(name)) {
            headers.set(name, value);
        }
    }
}
