package io.spdytunnel.front;

import static io.netty.handler.codec.http.HttpHeaderNames.CONNECTION;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;
import static io.netty.handler.codec.http.HttpHeaderNames.DATE;
import static io.netty.handler.codec.http.HttpHeaderNames.TRANSFER_ENCODING;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import io.spdytunnel.fields.FieldLines;
import io.spdytunnel.fields.HttpDate;
import io.spdytunnel.fields.RawMode;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.StreamingTypes;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A response's head as it goes out to an HTTP/1.1 visitor: without what belonged to another connection, and with the
 * framing that request, status and body ask for (RFC 9112 6).
 *
 * @param head ours to change, but for the framing
 * @param framing how the visitor finds the body's end
 * @param length of the body where the framing is {@link Framing#LENGTH}
 */
record ResponseHead(HttpResponse head, Framing framing, long length) {

    /** How the visitor finds the body's end. */
    enum Framing {
        /** There is none, whatever the headers say. */
        NO_BODY,
        LENGTH,
        CHUNKED,
        /** HTTP/1.0 knows no other way when the length is unknown. */
        UNTIL_CLOSE
    }

    /** A response that cannot be sent; the visitor gets 502 instead. */
    static final class Unsendable extends Exception {

        private static final long serialVersionUID = 1L;

        Unsendable(String why) {
            super(why, null, false, false);
        }
    }

    /** Never passed on, besides what Connection names (RFC 9110 7.6.1). */
    private static final AsciiString[] HOP_BY_HOP = {
        CONNECTION,
        AsciiString.cached("keep-alive"),
        TRANSFER_ENCODING,
        AsciiString.cached("proxy-connection"),
        HttpHeaderNames.PROXY_AUTHENTICATE,
        HttpHeaderNames.PROXY_AUTHORIZATION,
        AsciiString.cached("proxy-authentication-info"),
        HttpHeaderNames.TE,
        HttpHeaderNames.UPGRADE,
    };

    /** @param given becomes the head that is sent */
    static ResponseHead of(HttpRequest request, HttpResponse given, HttpBody body) throws Unsendable {
        int status = given.status().code();
        if (status < 200 || status > 999) {
            throw new Unsendable("status " + status + " cannot be a final answer here");
        }
        given.setProtocolVersion(HttpVersion.HTTP_1_1);
        keepEndToEnd(given.headers());
        if (!given.headers().contains(DATE)) {
            given.headers().set(DATE, HttpDate.now());
        }
        return framed(request, given, body);
    }

    /** Makes {@code given} the head of an answer that grants what {@link RawMode} asks for; raw bytes follow. */
    static HttpResponse granting(HttpResponse given) throws Unsendable {
        List<String> protocols = RawMode.protocols(given.headers());
        given.setProtocolVersion(HttpVersion.HTTP_1_1);
        keepEndToEnd(given.headers());
        RawMode.dropFraming(given.headers());
        if (given.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            given.headers().set(HttpHeaderNames.UPGRADE, protocols);
            given.headers().set(CONNECTION, HttpHeaderValues.UPGRADE);
        }
        return given;
    }

    /** Whether it is in the nature of this response to be silent for as long as it likes. */
    boolean maySilentlyWait(StreamingTypes types) {
        return types.has(head.headers());
    }

    void connection(boolean keepAlive, HttpVersion visitorSpeaks) {
        if (!keepAlive) {
            head.headers().set(CONNECTION, HttpHeaderValues.CLOSE);
        } else if (visitorSpeaks.equals(HttpVersion.HTTP_1_0)) {
            head.headers().set(CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
    }

    private static void keepEndToEnd(HttpHeaders headers) throws Unsendable {
        Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
        while (fields.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = fields.next();
            checkSafe(field.getKey(), field.getValue());
        }
        for (String name : namedByConnection(headers)) {
            if (!name.isEmpty()) {
                headers.remove(name);
            }
        }
        for (AsciiString name : HOP_BY_HOP) {
            headers.remove(name);
        }
    }

    private static Set<String> namedByConnection(HttpHeaders headers) {
        List<String> values = FieldLines.of(headers, CONNECTION);
        if (values.isEmpty()) {
            return Set.of();
        }
        Set<String> names = new HashSet<>();
        for (String value : values) {
            for (String name : value.split(",", -1)) {
                names.add(name.trim().toLowerCase(Locale.ROOT));
            }
        }
        // The framing is decided here, whatever somebody named.
        names.remove(CONTENT_LENGTH.toString());
        return names;
    }

    /** No header may end its line, or the head, before its time: what follows would be a response of its own. */
    static void checkSafe(CharSequence name, CharSequence value) throws Unsendable {
        if (!HeadScan.isToken(name)) {
            throw new Unsendable("a header's name is not a token");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7F) {
                throw new Unsendable("the value of header " + name + " holds a control character");
            }
        }
    }

    private static ResponseHead framed(HttpRequest request, HttpResponse head, HttpBody body) throws Unsendable {
        HttpHeaders headers = head.headers();
        long announced = announcedLength(headers);
        int status = head.status().code();
        boolean answersHead = request.method().equals(HttpMethod.HEAD);
        if (answersHead || status == 204 || status == 205 || status == 304) {
            if (status == 204 || status == 205) {
                headers.remove(CONTENT_LENGTH); // RFC 9110 8.6; of 205 the encoder says 0
            } else if (answersHead && announced < 0 && body.length() > 0) {
                headers.set(CONTENT_LENGTH, Long.toString(body.length()));
            }
            return new ResponseHead(head, Framing.NO_BODY, 0);
        }
        if (announced >= 0 && body.length() >= 0 && announced != body.length()) {
            throw new Unsendable("Content-Length is " + announced + ", the body has " + body.length() + " bytes");
        }
        long length = announced >= 0 ? announced : body.length();
        if (length >= 0) {
            headers.set(CONTENT_LENGTH, Long.toString(length));
            return new ResponseHead(head, Framing.LENGTH, length);
        }
        if (request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            headers.set(TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
            return new ResponseHead(head, Framing.CHUNKED, HttpBody.UNKNOWN_LENGTH);
        }
        return new ResponseHead(head, Framing.UNTIL_CLOSE, HttpBody.UNKNOWN_LENGTH);
    }

    /** -1 if there is none; the same number twice counts as once (RFC 9110 8.6). */
    private static long announcedLength(HttpHeaders headers) throws Unsendable {
        List<String> lengths = FieldLines.of(headers, CONTENT_LENGTH);
        if (lengths.isEmpty()) {
            return -1;
        }
        String first = lengths.get(0);
        if (!Http1Rules.isLength(first) || Collections.frequency(lengths, first) != lengths.size()) {
            throw new Unsendable("Content-Length of the response is not one number");
        }
        headers.set(CONTENT_LENGTH, first);
        return Long.parseLong(first);
    }
}
