package io.spdytunnel.front;

import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;
import static io.netty.handler.codec.http.HttpHeaderNames.EXPECT;
import static io.netty.handler.codec.http.HttpHeaderNames.HOST;
import static io.netty.handler.codec.http.HttpHeaderNames.TRANSFER_ENCODING;
import static io.netty.handler.codec.http.HttpResponseStatus.EXPECTATION_FAILED;
import static io.netty.handler.codec.http.HttpResponseStatus.NOT_IMPLEMENTED;
import static io.netty.handler.codec.http.HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.spdytunnel.fields.FieldLines;
import io.spdytunnel.fields.RawMode;
import io.spdytunnel.http.HttpBody;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** What a parsed request must fulfil before it becomes an exchange, and what its head says about its body. */
final class Http1Rules {

    /** More would not fit a long for sure. */
    private static final int MAX_LENGTH_DIGITS = 18;

    private static final String HOST_CHARACTERS = "-._~!$&'()*+,;=%";

    private Http1Rules() {}

    /**
     * Checks method, target, Host, framing and the body's announced length. A target in origin-form stays as it is; of an
     * absolute one the authority takes the place of the Host header (RFC 9112 3.2.2), and the rest is the target, as if
     * it had been sent to its host (3.2.1). CONNECT's host:port takes Host's place, too (3.2.3).
     */
    static void check(HttpRequest request, VisitorServerSettings settings) throws Refusal {
        if (request.decoderResult().isFailure()) {
            throw Refusal.malformed("the request's head is malformed");
        }
        HttpMethod method = request.method();
        if (method.equals(HttpMethod.TRACE)) {
            throw Refusal.methodNotAllowed("TRACE is not supported: it would show a request's secrets");
        }
        checkHost(request);
        checkFraming(request);
        if (RawMode.isConnect(request)) {
            checkConnect(request);
        } else {
            checkTarget(request);
        }
        if (isTooLong(bodyLength(request), settings)) {
            throw tooLong(settings);
        }
    }

    private static boolean isTooLong(long bytes, VisitorServerSettings settings) {
        return settings.maxRequestBodyBytes() > 0 && bytes > settings.maxRequestBodyBytes();
    }

    private static Refusal tooLong(VisitorServerSettings settings) {
        return new Refusal(
                REQUEST_ENTITY_TOO_LARGE,
                "the request's body is longer than the limit of " + settings.maxRequestBodyBytes() + " bytes");
    }

    /** What is wrong with the next piece of a body, or null. */
    static @Nullable Refusal broken(HttpContent content, Http1Upload upload, VisitorServerSettings settings) {
        int trailers =
                content instanceof LastHttpContent last ? last.trailingHeaders().size() : 0;
        if (content.decoderResult().isFailure() || trailers > settings.maxHeaderFields()) {
            return Refusal.malformed("the request's body is malformed");
        }
        return isTooLong(upload.received() + content.content().readableBytes(), settings) ? tooLong(settings) : null;
    }

    /** The length of the request's body, or {@link HttpBody#UNKNOWN_LENGTH} if it is chunked. */
    static long bodyLength(HttpRequest request) {
        if (request.headers().contains(TRANSFER_ENCODING)) {
            return HttpBody.UNKNOWN_LENGTH;
        }
        String length = request.headers().get(CONTENT_LENGTH);
        return length == null ? 0 : Long.parseLong(length);
    }

    /**
     * Whether the visitor waits for 100 before it sends the body (RFC 9110 10.1.1).
     *
     * @throws Refusal if it expects anything else
     */
    static boolean expectsContinue(HttpRequest request) throws Refusal {
        List<String> expectations = FieldLines.of(request.headers(), EXPECT);
        if (expectations.isEmpty() || !request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            return false;
        }
        if (expectations.size() > 1 || !HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expectations.get(0))) {
            throw new Refusal(EXPECTATION_FAILED, "the only expectation that can be met is 100-continue");
        }
        return bodyLength(request) != 0;
    }

    private static void checkHost(HttpRequest request) throws Refusal {
        List<String> hosts = FieldLines.of(request.headers(), HOST);
        if (hosts.size() > 1) {
            throw Refusal.malformed("the request names more than one Host");
        }
        if (hosts.isEmpty()) {
            if (request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
                throw Refusal.malformed("an HTTP/1.1 request must have a Host header");
            }
        } else if (!isAuthority(hosts.get(0))) {
            throw Refusal.malformed("the Host header must be a host, or host:port");
        }
    }

    /**
     * Whether an HTTP/1.1 visitor asks for raw bytes. HTTP/1.0 knows no Upgrade, and without {@code Connection: upgrade} it
     * was meant for somebody before us (RFC 9110 7.8).
     */
    static boolean asksForRaw(HttpRequest request) {
        return RawMode.isAsked(request)
                && (RawMode.isConnect(request)
                        || (request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                                && request.headers()
                                        .containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)));
    }

    private static void checkConnect(HttpRequest request) throws Refusal {
        String target = request.uri();
        int colon = target.lastIndexOf(':');
        if (!isAuthority(target) || colon <= target.indexOf(']') || !isRealPort(target.substring(colon + 1))) {
            throw Refusal.malformed("the target of CONNECT must be host:port");
        }
        if (!RawMode.isAsked(request)) {
            throw Refusal.malformed("a CONNECT has neither a body nor an expectation");
        }
        request.headers().set(HOST, target);
    }

    private static boolean isRealPort(String port) {
        return isPort(port, 0) && Integer.parseInt(port) > 0;
    }

    private static void checkTarget(HttpRequest request) throws Refusal {
        String target = request.uri();
        if (target.charAt(0) == '/') {
            return;
        }
        if (target.equals("*") && request.method().equals(HttpMethod.OPTIONS)) {
            return;
        }
        int authority = afterScheme(target);
        if (authority < 0) {
            throw Refusal.malformed("the request's target must begin with / or with http:// or https://");
        }
        int end = authority;
        while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
            end++;
        }
        String named = target.substring(authority, end);
        if (!isAuthority(named)) {
            throw Refusal.malformed("the target's authority must be a host, or host:port");
        }
        request.headers().set(HOST, named);
        request.setUri(originForm(target.substring(end), request.method()));
    }

    private static String originForm(String rest, HttpMethod method) {
        if (rest.isEmpty()) {
            return method.equals(HttpMethod.OPTIONS) ? "*" : "/"; // RFC 9112 3.2.4
        }
        return rest.startsWith("/") ? rest : "/" + rest;
    }

    private static int afterScheme(String target) {
        for (String scheme : List.of("http://", "https://")) {
            if (target.regionMatches(true, 0, scheme, 0, scheme.length())) {
                return scheme.length();
            }
        }
        return -1;
    }

    /** RFC 3986 3.2 without user information: host, or host:port. */
    static boolean isAuthority(String text) {
        int colon = text.startsWith("[") ? text.indexOf(':', Math.max(text.indexOf(']'), 0)) : text.indexOf(':');
        return isHost(text, colon < 0 ? text.length() : colon) && (colon < 0 || isPort(text, colon + 1));
    }

    private static boolean isHost(String text, int end) {
        if (text.startsWith("[")) {
            return end > 4 && text.charAt(end - 1) == ']' && all(text, 1, end - 1, Http1Rules::isInIpv6Address);
        }
        return end > 0 && all(text, 0, end, Http1Rules::isHostCharacter);
    }

    private static boolean isInIpv6Address(int c) {
        return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
    }

    private static boolean all(String text, int from, int to, IntPredicate rule) {
        for (int i = from; i < to; i++) {
            if (!rule.test(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isHostCharacter(int c) {
        return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || HOST_CHARACTERS.indexOf(c) >= 0;
    }

    private static boolean isPort(String text, int from) {
        int digits = text.length() - from;
        return digits > 0
                && digits <= 5
                && all(text, from, text.length(), Http1Rules::isDigit)
                && Integer.parseInt(text, from, text.length(), 10) <= 0xFFFF;
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /** RFC 9112 6.1 and 6.3, where it leaves a choice the stricter one: two framings are one too many. */
    private static void checkFraming(HttpRequest request) throws Refusal {
        List<String> lengths = FieldLines.of(request.headers(), CONTENT_LENGTH);
        List<String> codings = FieldLines.of(request.headers(), TRANSFER_ENCODING);
        if (!codings.isEmpty()) {
            if (!lengths.isEmpty()) {
                throw Refusal.malformed("Content-Length and Transfer-Encoding exclude each other");
            }
            checkCodings(request, String.join(",", codings));
        }
        if (lengths.size() > 1 || (lengths.size() == 1 && !isLength(lengths.get(0)))) {
            throw Refusal.malformed("Content-Length must be one number");
        }
    }

    private static void checkCodings(HttpRequest request, String codings) throws Refusal {
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            throw Refusal.malformed("HTTP/1.0 has no Transfer-Encoding");
        }
        if (HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings)) {
            return;
        }
        String last = codings.substring(codings.lastIndexOf(',') + 1).trim();
        if (codings.contains(",") && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(last)) {
            throw new Refusal(NOT_IMPLEMENTED, "the only Transfer-Encoding understood is chunked");
        }
        throw Refusal.malformed("Transfer-Encoding of a request must be chunked");
    }

    static boolean isLength(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_LENGTH_DIGITS
                && all(text, 0, text.length(), Http1Rules::isDigit);
    }
}
