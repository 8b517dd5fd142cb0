package io.spdytunnel.fields;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.util.List;

/** Whether a message has a body, and its announced length (RFC 9110 6.4.1, 8.6). */
public final class Framing {

    /** {@link #contentLength} of a head without a length. */
    public static final long UNKNOWN_LENGTH = -1;

    /** {@link #contentLength} of a malformed head: not a number, or two numbers that differ. */
    public static final long MALFORMED = -2;

    private Framing() {}

    /** Whether a response of this status to this method has no body, whatever its head says. */
    public static boolean forbidsBody(HttpMethod method, int status) {
        return HttpMethod.HEAD.equals(method) || status == 204 || status == 304 || (status >= 100 && status < 200);
    }

    /** The announced length, {@link #UNKNOWN_LENGTH} if there is none, or {@link #MALFORMED}. */
    public static long contentLength(HttpHeaders headers) {
        List<String> values = FieldLines.of(headers, HttpHeaderNames.CONTENT_LENGTH);
        long length = UNKNOWN_LENGTH;
        for (int i = 0; i < values.size(); i++) {
            long one = digits(values.get(i));
            if (one < 0 || (length >= 0 && one != length)) {
                return MALFORMED;
            }
            length = one;
        }
        return length;
    }

    private static long digits(String value) {
        if (value.isEmpty() || value.length() > 18) {
            return MALFORMED;
        }
        long number = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < '0' || c > '9') {
                return MALFORMED;
            }
            number = number * 10 + (c - '0');
        }
        return number;
    }
}
