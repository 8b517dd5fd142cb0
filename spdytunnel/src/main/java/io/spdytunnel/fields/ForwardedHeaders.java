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
 * The headers with which a proxy describes the visitor: {@code X-Forwarded-For}, {@code -Proto}, {@code -Host},
 * {@code Forwarded} (RFC 7239) and {@code Via} (RFC 9110 7.6.3). A visitor's own values are neither believed nor passed
 * on.
 */
public final class ForwardedHeaders {

    private static final AsciiString FOR = AsciiString.cached("x-forwarded-for");
    private static final AsciiString PROTO = AsciiString.cached("x-forwarded-proto");
    private static final AsciiString HOST = AsciiString.cached("x-forwarded-host");
    private static final AsciiString FORWARDED = AsciiString.cached("forwarded");

    /** The headers of this kind that visitors may send. */
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
     * Replaces the values of these headers.
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
     * Adds this hop to the values of these headers, which are believed because the visitor is a trusted proxy. Scheme
     * and host stay as the trusted proxy has set them.
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

    /**
     * The scheme of the visitor's own request, from a trusted proxy's headers, or else the scheme of this connection.
     */
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
