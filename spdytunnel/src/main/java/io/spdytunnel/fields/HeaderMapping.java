package io.spdytunnel.fields;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.spdytunnel.wire.FieldTexts;
import io.spdytunnel.wire.HeaderBlock;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Converts HTTP heads into header blocks and back (SPDY/3.1 3.2.1, 3.2.2). Names become lower case, values do not
 * change, and hop-by-hop headers are removed.
 */
public final class HeaderMapping {

    static final String METHOD = ":method";
    static final String PATH = ":path";
    static final String VERSION = ":version";
    static final String HOST = ":host";
    public static final String SCHEME = ":scheme";
    public static final String STATUS = ":status";
    static final String UPGRADE = "upgrade";

    private static final String HTTP_1_1 = "HTTP/1.1";

    private static final Set<String> NOT_IN_TRAILERS = Set.of("host", "content-length", "trailer", "content-encoding");

    private HeaderMapping() {}

    /** A request as SYN_STREAM's block, with all five pseudo headers. */
    public static HeaderBlock toBlock(HttpRequest request, String scheme) {
        return toBlock(request, request.uri(), scheme);
    }

    /** The same for a legacy end, which fails if a path is not escaped correctly. */
    public static HeaderBlock toLegacyBlock(HttpRequest request, String scheme) {
        VisitorId.tell(request.headers(), null); // it would hand on to its service what is for an end of ours
        Expectation.tell(request.headers(), false);
        return toBlock(request, Tokens.escaped(request.uri()), scheme);
    }

    private static HeaderBlock toBlock(HttpRequest request, String path, String scheme) {
        String host = request.headers().get(HttpHeaderNames.HOST);
        HeaderBlock block = new HeaderBlock()
                .add(METHOD, request.method().name())
                .add(PATH, path)
                .add(VERSION, HTTP_1_1)
                .add(HOST, host == null ? "" : host)
                .add(SCHEME, scheme);
        addFields(block, request.headers());
        return block;
    }

    /** A request for raw bytes as SYN_STREAM's block: the only one to carry {@code upgrade}. */
    public static HeaderBlock toRawBlock(HttpRequest request, String scheme) {
        return withUpgrade(toBlock(request, scheme), request.headers());
    }

    /** The grant of raw bytes as SYN_REPLY's block. */
    public static HeaderBlock toRawBlock(HttpResponse response) {
        return withUpgrade(toBlock(response), response.headers());
    }

    private static HeaderBlock withUpgrade(HeaderBlock block, HttpHeaders headers) {
        List<String> protocols = RawMode.protocols(headers);
        return protocols.isEmpty() ? block : block.add(UPGRADE, protocols.get(0));
    }

    /** The request that a push answers, as SYN_STREAM's block (3.3.1): it is always a GET. */
    public static HeaderBlock toPushBlock(HttpRequest request, boolean secure) {
        String host = request.headers().get(HttpHeaderNames.HOST);
        return new HeaderBlock()
                .add(SCHEME, secure ? "https" : "http")
                .add(HOST, host == null ? "" : host)
                .add(PATH, request.uri());
    }

    /**
     * The request in a pushed stream's block (3.3.1).
     *
     * @throws MalformedHead if host or path are not valid
     */
    public static HttpRequest toPushedRequest(HeaderBlock block) throws MalformedHead {
        String path = required(block, PATH);
        if (!Tokens.isTarget(path)) {
            throw new MalformedHead(PATH + " does not start with / or has a space or control in it [RFC 9112 3.2]");
        }
        HttpRequest request = new DefaultHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.GET, path, DefaultHttpHeadersFactory.headersFactory());
        try {
            request.headers().set(HttpHeaderNames.HOST, required(block, HOST));
        } catch (IllegalArgumentException noHttp) {
            throw new MalformedHead(HOST + " is not valid in HTTP: " + noHttp.getMessage());
        }
        return request;
    }

    /** A response as SYN_REPLY's block. */
    public static HeaderBlock toBlock(HttpResponse response) {
        HeaderBlock block =
                new HeaderBlock().add(STATUS, statusLine(response.status())).add(VERSION, HTTP_1_1);
        addFields(block, response.headers());
        return block;
    }

    private static String statusLine(HttpResponseStatus status) {
        boolean isUsual = status.code() == 200 && status.reasonPhrase().equals("OK");
        return isUsual ? "200 OK" : status.toString();
    }

    /** Trailers as a HEADERS frame's block. */
    public static HeaderBlock toBlock(HttpHeaders trailers) {
        HeaderBlock block = new HeaderBlock();
        addFields(block, trailers);
        return block;
    }

    private static void addFields(HeaderBlock block, HttpHeaders headers) {
        HopByHop hop = HopByHop.of(headers);
        Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
        while (fields.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = fields.next();
            String name = FieldTexts.lowerCase(field.getKey());
            String value = field.getValue().toString();
            if (!hop.stays(name, value)) {
                block.add(name, value);
            }
        }
    }

    /**
     * The request in a SYN_STREAM's block.
     *
     * @throws MalformedHead if a pseudo header is missing or not valid; the draft requires 400 for that (3.2.1)
     */
    public static HttpRequest toRequest(HeaderBlock block) throws MalformedHead {
        HttpRequest request = toVisitorsRequest(block);
        if (Tokens.isAbsolute(request.uri())) {
            throw new MalformedHead(PATH + " is an absolute URL, which only visitors may send [RFC 9112 3.2]");
        }
        return request;
    }

    /** The same from a legacy end, which has decoded the path. */
    public static HttpRequest toLegacyRequest(HeaderBlock block) throws MalformedHead {
        HeaderBlock escaped = new HeaderBlock();
        block.forEach((name, value) -> escaped.add(name, name.equals(PATH) ? Tokens.escaped(value) : value));
        return toRequest(escaped);
    }

    /** The same from a visitor, which may use us as its proxy and send an absolute URL. */
    public static HttpRequest toVisitorsRequest(HeaderBlock block) throws MalformedHead {
        String method = required(block, METHOD);
        String path = required(block, PATH);
        String host = required(block, HOST);
        required(block, VERSION);
        required(block, SCHEME);
        if (!Tokens.isToken(method)) {
            throw new MalformedHead(METHOD + " is not a token [RFC 9110 9.1]");
        }
        if (method.equals("CONNECT") ? !Tokens.isHostPort(path) : !Tokens.isTarget(path) && !Tokens.isAbsolute(path)) {
            throw new MalformedHead(PATH + " does not start with / or has a space or control in it [RFC 9112 3.2]");
        }
        HttpRequest request = new DefaultHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), path, DefaultHttpHeadersFactory.headersFactory());
        copyFields(block, request.headers());
        copyUpgrade(block, request.headers());
        if (!host.isEmpty()) {
            request.headers().set(HttpHeaderNames.HOST, host);
        }
        return request;
    }

    /**
     * The response in a SYN_REPLY's block.
     *
     * @throws MalformedHead if {@code :status} or {@code :version} is missing or not valid (3.2.2)
     */
    public static HttpResponse toResponse(HeaderBlock block) throws MalformedHead {
        String status = required(block, STATUS);
        required(block, VERSION);
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, parseStatus(status));
        copyFields(block, response.headers());
        if (response.status().code() == 101) {
            copyUpgrade(block, response.headers());
        }
        return response;
    }

    /** The number in the {@code :status} of a block that this end has made. */
    public static int statusOf(HeaderBlock block) {
        String status = block.first(STATUS);
        return status == null ? 0 : Integer.parseInt(status, 0, 3, 10);
    }

    /** "200" or "200 OK" (3.2.2). A reason that is not the usual one for its status is kept. */
    private static HttpResponseStatus parseStatus(String status) throws MalformedHead {
        if (status.length() < 3 || (status.length() > 3 && status.charAt(3) != ' ')) {
            throw new MalformedHead(STATUS + " is not three digits and an optional reason");
        }
        int code = 0;
        for (int i = 0; i < 3; i++) {
            int digit = Character.digit(status.charAt(i), 10);
            if (digit < 0) {
                throw new MalformedHead(STATUS + " is not three digits and an optional reason");
            }
            code = code * 10 + digit;
        }
        if (code < 100) {
            throw new MalformedHead(STATUS + " " + code + " is not a status of HTTP");
        }
        HttpResponseStatus known = HttpResponseStatus.valueOf(code);
        String usual = known.reasonPhrase();
        boolean isUsual = status.length() <= 4 || (status.length() == 4 + usual.length() && status.endsWith(usual));
        return isUsual ? known : new HttpResponseStatus(code, status.substring(4));
    }

    /** Copies the fields of a block of trailers, without those that are not allowed in trailers (RFC 9110 6.5.1). */
    public static void copyTrailers(HeaderBlock block, HttpHeaders into) throws MalformedHead {
        copy(block, into, NOT_IN_TRAILERS);
    }

    private static void copyFields(HeaderBlock block, HttpHeaders into) throws MalformedHead {
        // Host is :host's affair (3.2.1).
        copy(block, into, Set.of("host"));
    }

    private static void copy(HeaderBlock block, HttpHeaders into, Set<String> without) throws MalformedHead {
        for (int i = 0; i < block.size(); i++) {
            String name = block.name(i);
            // Legacy and foreign ends let hop-by-hop headers through.
            if (name.charAt(0) == ':' || HopByHop.isAlways(name) || without.contains(name)) {
                continue;
            }
            try {
                into.add(name, block.value(i));
            } catch (IllegalArgumentException noHttp) {
                throw new MalformedHead(
                        "the header named \"" + name + "\" is not valid in HTTP: " + noHttp.getMessage());
            }
        }
    }

    /**
     * Copies Upgrade, the one hop-by-hop header that has a meaning on a stream; the receiver decides whether it counts.
     */
    private static void copyUpgrade(HeaderBlock block, HttpHeaders into) {
        String protocol = block.first(UPGRADE);
        if (protocol != null && RawMode.isProtocol(protocol) && !RawMode.isForbidden(protocol)) {
            into.set(HttpHeaderNames.UPGRADE, protocol);
        }
    }

    private static String required(HeaderBlock block, String name) throws MalformedHead {
        @Nullable String value = block.first(name);
        if (value == null) {
            throw new MalformedHead(name + " is missing");
        }
        return value;
    }

    /** A head that is not valid HTTP. */
    public static final class MalformedHead extends Exception {

        private static final long serialVersionUID = 1L;

        MalformedHead(String message) {
            super(message, null, false, false);
        }
    }
}
