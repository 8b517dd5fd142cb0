package io.spdytunnel.h2;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import io.spdytunnel.wire.HeaderBlock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Heads as HTTP/2 and as the floors above know them (RFC 9113 8.2, 8.3). What comes was checked by Netty for pseudo
 * headers in the wrong place, upper case and headers of a connection; here for the rest. What goes is checked in full.
 */
final class Http2Heads {

    private static final String METHOD = ":method";
    private static final String PATH = ":path";
    private static final String VERSION = ":version";
    private static final String HOST = ":host";
    private static final String SCHEME = ":scheme";
    private static final String STATUS = ":status";
    private static final String COOKIE = "cookie";
    private static final String HTTP_1_1 = "HTTP/1.1"; // what the floors above think in
    private static final String CONNECT = "CONNECT";

    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    /** As RFC 9113 6.5.2 counts: what an entry costs beside its name and its value. */
    private static final int ENTRY_BYTES = 32;

    private Http2Heads() {}

    /** A head that the peer must not send; its stream is reset with PROTOCOL_ERROR (RFC 9113 8.1.1). */
    static final class Malformed extends Exception {

        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message, null, false, false);
        }
    }

    // ---- received

    /**
     * A request's head. Of CONNECT the target is the authority, and there is neither scheme nor path (8.5).
     *
     * @throws Malformed if a pseudo header is missing or one too many, or {@code Host} contradicts {@code :authority}
     */
    static HeaderBlock request(Http2Headers head) throws Malformed {
        String method = required(head.method(), METHOD);
        String authority = authorityOf(head);
        boolean connects = method.equals(CONNECT);
        if (head.contains(Http2Headers.PseudoHeaderName.PROTOCOL.value())) {
            throw new Malformed(":protocol, which was not announced [RFC 8441 3]");
        }
        if (connects && (head.authority() == null || head.scheme() != null || head.path() != null)) {
            throw new Malformed("a CONNECT has :authority, and neither :scheme nor :path [RFC 9113 8.5]");
        }
        HeaderBlock block = new HeaderBlock()
                .add(METHOD, method)
                .add(PATH, connects ? authority : required(head.path(), PATH))
                .add(VERSION, HTTP_1_1)
                .add(HOST, authority)
                .add(SCHEME, connects ? "http" : required(head.scheme(), SCHEME));
        addFields(head, block);
        return block;
    }

    private static String authorityOf(Http2Headers head) throws Malformed {
        CharSequence host = null;
        for (CharSequence one : head.getAll("host")) {
            if (host != null && !AsciiString.contentEqualsIgnoreCase(host, one)) {
                throw new Malformed("two Hosts");
            }
            host = one;
        }
        CharSequence authority = head.authority();
        if (authority == null) {
            return host == null ? "" : checked("host", host.toString());
        }
        if (host != null && !AsciiString.contentEqualsIgnoreCase(host, authority)) {
            throw new Malformed("a Host other than :authority [RFC 9113 8.3.1]");
        }
        return checked(":authority", authority.toString());
    }

    /** Whether a request's head is that of a CONNECT. */
    static boolean isConnect(HeaderBlock request) {
        return CONNECT.equals(request.first(METHOD));
    }

    /** What a request's head announces; -1 if nothing, or what makes no sense: Netty has refused that. */
    static long contentLength(HeaderBlock request) {
        String length = request.first("content-length");
        try {
            return length == null ? -1 : Long.parseLong(length);
        } catch (NumberFormatException senseless) {
            return -1;
        }
    }

    /** A response's head; interim ones included. */
    static HeaderBlock response(Http2Headers head) throws Malformed {
        HeaderBlock block =
                new HeaderBlock().add(STATUS, required(head.status(), STATUS)).add(VERSION, HTTP_1_1);
        addFields(head, block);
        return block;
    }

    /** Trailers. */
    static HeaderBlock trailers(Http2Headers trailers) throws Malformed {
        HeaderBlock block = new HeaderBlock();
        addFields(trailers, block);
        return block;
    }

    /** Browsers send a cookie a field, since that compresses better; everywhere else it is one (RFC 9113 8.2.3). */
    private static void addFields(Http2Headers from, HeaderBlock block) throws Malformed {
        boolean cookiesDone = false;
        for (Map.Entry<CharSequence, CharSequence> field : from) {
            String name = field.getKey().toString();
            if (name.isEmpty() || name.charAt(0) == ':' || name.equals("host")) {
                continue; // said by pseudo headers
            }
            if (!name.equals(COOKIE)) {
                block.add(name, checked(name, field.getValue().toString()));
            } else if (!cookiesDone) {
                cookiesDone = true;
                block.add(COOKIE, checked(COOKIE, String.join("; ", from.getAll(COOKIE))));
            }
        }
    }

    private static String required(@Nullable CharSequence value, String name) throws Malformed {
        if (value == null || value.length() == 0) {
            throw new Malformed(name + " is missing [RFC 9113 8.3]");
        }
        return checked(name, value.toString());
    }

    private static String checked(String name, String value) throws Malformed {
        if (!isValue(value)) {
            throw new Malformed("a control character in the value of " + name + " [RFC 9113 8.2.1]");
        }
        return value;
    }

    // ---- sent

    /** @throws IllegalArgumentException for what must not be sent */
    static Http2Headers toRequest(HeaderBlock block) {
        Http2Headers head = new DefaultHttp2Headers(false, block.size());
        String method = block.first(METHOD);
        head.method(value(METHOD, method));
        head.authority(value(HOST, block.first(HOST)));
        if (!CONNECT.equals(method)) {
            head.scheme(value(SCHEME, block.first(SCHEME)));
            head.path(value(PATH, block.first(PATH)));
        }
        addFields(block, head);
        return head;
    }

    /** @throws IllegalArgumentException for what must not be sent */
    static Http2Headers toResponse(HeaderBlock block) {
        String status = block.first(STATUS);
        if (status == null || status.length() < 3) {
            throw new IllegalArgumentException("a response without :status");
        }
        Http2Headers head = new DefaultHttp2Headers(false, block.size());
        head.status(value(STATUS, status.substring(0, 3))); // HTTP/2 has no reasons
        addFields(block, head);
        return head;
    }

    /** @throws IllegalArgumentException for what must not be sent */
    static Http2Headers toTrailers(HeaderBlock block) {
        Http2Headers trailers = new DefaultHttp2Headers(false, block.size());
        addFields(block, trailers);
        return trailers;
    }

    private static void addFields(HeaderBlock block, Http2Headers into) {
        for (int i = 0; i < block.size(); i++) {
            String name = block.name(i);
            if (name.isEmpty() || name.charAt(0) != ':') {
                if (!isName(name)) {
                    throw new IllegalArgumentException("a header's name is no token, or not lower case");
                }
                into.add(new AsciiString(name), value(name, block.value(i)));
            }
        }
    }

    private static AsciiString value(String name, @Nullable String value) {
        if (value == null || !isValue(value)) {
            throw new IllegalArgumentException("the value of " + name + " is missing or holds a control character");
        }
        return new AsciiString(value);
    }

    /** How large the head is in the peer's eyes (RFC 9113 6.5.2). */
    static long size(Http2Headers head) {
        long size = 0;
        for (Map.Entry<CharSequence, CharSequence> field : head) {
            size += field.getKey().length() + field.getValue().length() + ENTRY_BYTES;
        }
        return size;
    }

    // ---- both

    private static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || TOKEN_MARKS.indexOf(c) >= 0)) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private static boolean isValue(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7F || c > 0xFF) {
                return false;
            }
        }
        return true;
    }
}
