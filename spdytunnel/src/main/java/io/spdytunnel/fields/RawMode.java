package io.spdytunnel.fields;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Whether a request and its reply turn a connection or a stream into raw bytes: by Upgrade (RFC 9110 7.8) or CONNECT
 * (9.3.6). Only if it was requested <em>and</em> granted.
 */
public final class RawMode {

    /** The name of WebSocket in {@code Upgrade} (RFC 6455 4.1). */
    public static final String WEBSOCKET = "websocket";

    /** Methods without Upgrade: CONNECT has its own way to become raw, and a reply to HEAD or TRACE is always HTTP. */
    private static final Set<HttpMethod> NEVER_UPGRADES = Set.of(HttpMethod.CONNECT, HttpMethod.HEAD, HttpMethod.TRACE);

    private RawMode() {}

    /** Whether the request is a CONNECT. */
    public static boolean isConnect(HttpRequest head) {
        return HttpMethod.CONNECT.equals(head.method());
    }

    /**
     * Whether a head asks for raw bytes: a CONNECT, or an Upgrade that may go on. A request with a body or an
     * {@code Expect} does not: its upgrade is ignored, as RFC 9110 7.8 allows.
     */
    public static boolean isAsked(HttpRequest head) {
        boolean upgrades = !NEVER_UPGRADES.contains(head.method())
                && !protocols(head.headers()).isEmpty();
        HttpHeaders headers = head.headers();
        return (isConnect(head) || upgrades)
                && Framing.contentLength(headers) <= 0
                && Framing.contentLength(headers) != Framing.MALFORMED
                && !headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
                && !headers.contains(HttpHeaderNames.EXPECT);
    }

    /** What {@code Upgrade} names, best first, without what never goes on (see {@link #isForbidden}). */
    public static List<String> protocols(HttpHeaders headers) {
        List<String> values = FieldLines.of(headers, HttpHeaderNames.UPGRADE);
        if (values.isEmpty()) {
            return List.of();
        }
        List<String> protocols = new ArrayList<>();
        for (String value : values) {
            for (String protocol : value.split(",", -1)) {
                if (isProtocol(protocol.trim()) && !isForbidden(protocol.trim())) {
                    protocols.add(protocol.trim());
                }
            }
        }
        return protocols;
    }

    /** A name, or name/version, both tokens (RFC 9110 7.8). */
    public static boolean isProtocol(String protocol) {
        int slash = protocol.indexOf('/');
        return slash < 0
                ? Tokens.isToken(protocol)
                : Tokens.isToken(protocol.substring(0, slash)) && Tokens.isToken(protocol.substring(slash + 1));
    }

    /** HTTP and TLS belong to one connection. If they were passed on, a visitor could bypass the route. */
    public static boolean isForbidden(String protocol) {
        String lower = protocol.toLowerCase(Locale.ROOT);
        return lower.equals("h2c")
                || lower.equals("h2")
                || lower.equals("tls")
                || lower.startsWith("tls/")
                || lower.equals("http")
                || lower.startsWith("http/");
    }

    /** Whether the reply grants what the request asked for: 2xx to CONNECT, or 101 with a protocol that was named. */
    public static boolean isGranted(HttpRequest asked, HttpResponse reply) {
        int status = reply.status().code();
        if (isConnect(asked)) {
            return status >= 200 && status < 300;
        }
        List<String> protocols = protocols(reply.headers());
        return status == 101
                && protocols.size() == 1
                && protocols(asked.headers()).stream().anyMatch(protocols.get(0)::equalsIgnoreCase);
    }

    /** Copies the agreed protocol of {@code from} to {@code to}, which has no hop-by-hop headers. */
    public static void copyUpgrade(HttpHeaders from, HttpHeaders to) {
        List<String> protocols = protocols(from);
        if (!protocols.isEmpty()) {
            to.set(HttpHeaderNames.UPGRADE, String.join(", ", protocols));
        }
    }

    /** Removes Content-Length and Transfer-Encoding: a reply to CONNECT has no body (RFC 9110 9.3.6). */
    public static void dropFraming(HttpHeaders headers) {
        headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
    }
}
