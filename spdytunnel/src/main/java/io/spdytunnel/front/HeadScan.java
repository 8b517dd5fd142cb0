package io.spdytunnel.front;

import static io.netty.handler.codec.http.HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED;
import static io.netty.handler.codec.http.HttpResponseStatus.NOT_IMPLEMENTED;
import static io.netty.handler.codec.http.HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
import static io.netty.handler.codec.http.HttpResponseStatus.REQUEST_URI_TOO_LONG;

import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;
import java.nio.charset.StandardCharsets;

/**
 * Looks at the bytes of a request's head before anything parses them (RFC 9112 2 to 5).
 *
 * <p>Netty's decoder is generous: it unfolds lines, splits the request line at any white space, and has one limit
 * where we have three. Two readers of one head who differ in generosity are how requests are smuggled, so a head that is not plain is
 * refused here, and what passes has only one reading. Bytes are looked at once, however slowly they come.
 */
final class HeadScan {

    private static final byte SP = ' ';
    private static final byte HTAB = '\t';
    private static final byte CR = '\r';
    private static final byte LF = '\n';

    /** Longer than every registered method. */
    private static final int MAX_METHOD_BYTES = 64;

    private static final int VERSION_BYTES = "HTTP/1.1".length();
    private static final String SEPARATORS = "\"(),/:;<=>?@[\\]{}";

    private static final ByteProcessor TOKEN = HeadScan::isTokenByte;

    /** Bytes from 0x80 on have no meaning here and are passed on as they are. */
    private static final ByteProcessor VALUE = b -> b < 0 || (b >= SP && b != 0x7F) || b == HTAB;

    private static final ByteProcessor TARGET = b -> b < 0 || (b > SP && b != 0x7F && b != '#');

    private final int maxHeadBytes;
    private final int maxTargetBytes;
    private final int maxHeaderFields;

    // Both count from the buffer's reader index, which stays at the head's first byte.
    private int lineStart;
    private int searched;

    private int fields;
    private boolean requestLineSeen;

    HeadScan(VisitorServerSettings settings) {
        this.maxHeadBytes = settings.maxHeadBytes();
        this.maxTargetBytes = settings.maxTargetBytes();
        this.maxHeaderFields = settings.maxHeaderFields();
    }

    static boolean isToken(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7E || !isTokenByte((byte) text.charAt(i))) {
                return false;
            }
        }
        return text.length() > 0;
    }

    private static boolean isTokenByte(byte b) {
        return b > SP && b < 0x7F && SEPARATORS.indexOf(b) < 0;
    }

    /** Begins with the next head. */
    void reset() {
        lineStart = 0;
        searched = 0;
        fields = 0;
        requestLineSeen = false;
    }

    /** Whether something of a head, other than empty lines before it, has been seen. */
    boolean hasBegun() {
        return searched > 0;
    }

    /** Goes on where it stopped. Returns whether the head is complete, and then it is fit to be parsed. */
    boolean isComplete(ByteBuf in) throws Refusal {
        skipEmptyLines(in);
        int base = in.readerIndex();
        while (true) {
            int lf = in.indexOf(base + searched, in.writerIndex(), LF);
            if (lf < 0) {
                searched = in.readableBytes();
                checkUnfinishedLine(in, base);
                return false;
            }
            int start = base + lineStart;
            int end = lf - 1;
            if (end < start || in.getByte(end) != CR) {
                throw Refusal.malformed("a line of the head must end in CR LF");
            }
            lineStart = lf + 1 - base;
            searched = lineStart;
            if (requestLineSeen && start == end) {
                checkHeadSize(searched);
                return true;
            }
            checkLine(in, start, end);
        }
    }

    /** RFC 9112 2.2: empty lines before a request are ignored; some senders put one behind a body. */
    private void skipEmptyLines(ByteBuf in) {
        while (searched == 0
                && in.readableBytes() >= 2
                && in.getByte(in.readerIndex()) == CR
                && in.getByte(in.readerIndex() + 1) == LF) {
            in.skipBytes(2);
        }
    }

    private void checkUnfinishedLine(ByteBuf in, int base) throws Refusal {
        if (searched == 0) {
            return;
        }
        if (!requestLineSeen) {
            byte first = in.getByte(base);
            if (!isTokenByte(first) && first != CR) {
                throw Refusal.malformed("this is not the beginning of an HTTP request");
            }
            if (in.bytesBefore(Math.min(searched, MAX_METHOD_BYTES + 1), SP) < 0 && searched > MAX_METHOD_BYTES) {
                throw methodTooLong();
            }
            if (searched > MAX_METHOD_BYTES + maxTargetBytes + VERSION_BYTES + 2) {
                throw targetTooLong();
            }
        }
        checkHeadSize(searched);
    }

    private void checkLine(ByteBuf in, int start, int end) throws Refusal {
        if (requestLineSeen) {
            checkField(in, start, end);
        } else {
            checkRequestLine(in, start, end);
            requestLineSeen = true;
        }
        checkHeadSize(lineStart);
    }

    private void checkHeadSize(int bytes) throws Refusal {
        if (bytes > maxHeadBytes) {
            throw new Refusal(
                    REQUEST_HEADER_FIELDS_TOO_LARGE, "the request's head is longer than " + maxHeadBytes + " bytes");
        }
    }

    private void checkRequestLine(ByteBuf in, int start, int end) throws Refusal {
        int afterMethod = in.indexOf(start, end, SP);
        int method = (afterMethod < 0 ? end : afterMethod) - start;
        if (method > MAX_METHOD_BYTES) {
            throw methodTooLong();
        }
        if (afterMethod < 0 || method == 0 || in.forEachByte(start, method, TOKEN) >= 0) {
            throw Refusal.malformed("the request line must be: method, space, target, space, version");
        }
        int targetStart = afterMethod + 1;
        int afterTarget = in.indexOf(targetStart, end, SP);
        int target = (afterTarget < 0 ? end : afterTarget) - targetStart;
        if (target > maxTargetBytes) {
            throw targetTooLong();
        }
        if (afterTarget < 0 || target == 0) {
            throw Refusal.malformed("the request line must be: method, space, target, space, version");
        }
        if (in.forEachByte(targetStart, target, TARGET) >= 0) {
            throw Refusal.malformed("the request's target holds a character that must be escaped");
        }
        checkVersion(in.toString(afterTarget + 1, end - afterTarget - 1, StandardCharsets.ISO_8859_1));
    }

    private static void checkVersion(String version) throws Refusal {
        if (version.length() != VERSION_BYTES
                || !version.startsWith("HTTP/")
                || !isDigit(version.charAt(5))
                || version.charAt(6) != '.'
                || !isDigit(version.charAt(7))) {
            throw Refusal.malformed("the request line must end in an HTTP version");
        }
        if (version.charAt(5) != '1') { // RFC 9110 2.5: of the same major version all can be understood
            throw new Refusal(HTTP_VERSION_NOT_SUPPORTED, "HTTP/1.1 and HTTP/1.0 are spoken here");
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private void checkField(ByteBuf in, int start, int end) throws Refusal {
        fields++;
        if (fields > maxHeaderFields) {
            throw new Refusal(
                    REQUEST_HEADER_FIELDS_TOO_LARGE, "the request has more than " + maxHeaderFields + " headers");
        }
        byte first = in.getByte(start);
        if (first == SP || first == HTAB) {
            throw Refusal.malformed("a header must not be folded into several lines");
        }
        int colon = in.indexOf(start, end, (byte) ':');
        if (colon <= start || in.forEachByte(start, colon - start, TOKEN) >= 0) {
            throw Refusal.malformed("a header must be: name, colon, value, without a space before the colon");
        }
        if (in.forEachByte(colon + 1, end - colon - 1, VALUE) >= 0) {
            throw Refusal.malformed("a header's value holds a control character");
        }
    }

    private static Refusal methodTooLong() {
        return new Refusal(NOT_IMPLEMENTED, "the method is longer than " + MAX_METHOD_BYTES + " characters");
    }

    private Refusal targetTooLong() {
        return new Refusal(REQUEST_URI_TOO_LONG, "the request's target is longer than " + maxTargetBytes + " bytes");
    }
}
