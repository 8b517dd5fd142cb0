package io.spdytunnel.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * The bytes with which both ends prime zlib before the first header block (SPDY/3.1 2.6.10.1).
 *
 * <p>They are header names of 2011, each after its length as in a block, then fragments of common values. With a single
 * wrong byte, the checksum would differ, and no peer could read our blocks.
 */
final class SpdyDictionary {

    /** How long the dictionary is. */
    static final int LENGTH = 1423;

    /** Its checksum: zlib's name for it in the stream's header. */
    static final int ADLER32 = 0xE3C6A7C2;

    private static final List<String> NAMES = List.of(
            "options",
            "head",
            "post",
            "put",
            "delete",
            "trace",
            "accept",
            "accept-charset",
            "accept-encoding",
            "accept-language",
            "accept-ranges",
            "age",
            "allow",
            "authorization",
            "cache-control",
            "connection",
            "content-base",
            "content-encoding",
            "content-language",
            "content-length",
            "content-location",
            "content-md5",
            "content-range",
            "content-type",
            "date",
            "etag",
            "expect",
            "expires",
            "from",
            "host",
            "if-match",
            "if-modified-since",
            "if-none-match",
            "if-range",
            "if-unmodified-since",
            "last-modified",
            "location",
            "max-forwards",
            "pragma",
            "proxy-authenticate",
            "proxy-authorization",
            "range",
            "referer",
            "retry-after",
            "server",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "user-agent",
            "vary",
            "via",
            "warning",
            "www-authenticate",
            "method",
            "get",
            "status",
            "200 OK",
            "version",
            "HTTP/1.1",
            "url",
            "public",
            "set-cookie",
            "keep-alive",
            "origin");

    private static final String FRAGMENTS = "100101201202205206300302303304305306307402405406407408409410411412413414"
            + "415416417502504505203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request"
            + "401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented"
            + "503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, "
            + "Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,"
            + "application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdch"
            + "charset=utf-8charset=iso-8859-1,utf-,*,enq=0.";

    private static final byte[] BYTES = assemble();

    private SpdyDictionary() {}

    /** The dictionary; not to be changed. */
    static byte[] bytes() {
        return BYTES;
    }

    private static byte[] assemble() {
        ByteBuffer all = ByteBuffer.allocate(LENGTH);
        for (String name : NAMES) {
            all.putInt(name.length()).put(name.getBytes(US_ASCII));
        }
        return all.put(FRAGMENTS.getBytes(US_ASCII)).array();
    }
}
