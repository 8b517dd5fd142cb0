package io.spdytunnel.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Names of header fields in lower case, as in header blocks, and values. The common ones are cached, because they are
 * nearly half of the texts of a small message.
 *
 * <p>The table is fixed; texts of peers are never added to it.
 */
public final class FieldTexts {

    private static final String[] VALUES = {
        "*/*",
        "200",
        "200 OK",
        "204 No Content",
        "304 Not Modified",
        "404 Not Found",
        "DELETE",
        "GET",
        "HEAD",
        "HTTP/1.1",
        "OPTIONS",
        "PATCH",
        "POST",
        "PUT",
        "application/json",
        "application/octet-stream",
        "bytes",
        "chunked",
        "close",
        "gzip",
        "http",
        "https",
        "no-cache",
        "no-store",
        "nosniff",
        "text/html",
        "text/html; charset=utf-8",
        "text/plain",
    };

    private static final String[] NAMES = {
        ":host",
        ":method",
        ":path",
        ":scheme",
        ":status",
        ":version",
        "accept",
        "accept-encoding",
        "accept-language",
        "accept-ranges",
        "access-control-allow-origin",
        "age",
        "allow",
        "authorization",
        "cache-control",
        "connection",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-length",
        "content-range",
        "content-security-policy",
        "content-type",
        "cookie",
        "date",
        "etag",
        "expires",
        "forwarded",
        "host",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "keep-alive",
        "last-modified",
        "location",
        "origin",
        "pragma",
        "priority",
        "range",
        "referer",
        "sec-fetch-dest",
        "sec-fetch-mode",
        "sec-fetch-site",
        "sec-fetch-user",
        "server",
        "set-cookie",
        "strict-transport-security",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "upgrade-insecure-requests",
        "user-agent",
        "vary",
        "via",
        "x-content-type-options",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-frame-options",
    };

    /** Longer texts are not looked up. */
    private static final int MAX_LENGTH = Stream.concat(Arrays.stream(NAMES), Arrays.stream(VALUES))
            .mapToInt(String::length)
            .max()
            .orElseThrow();

    /** A power of two, and sparse, so that the first look-up usually decides. */
    private static final int SLOTS = 512;

    private static final @Nullable String[] TABLE = table();

    private FieldTexts() {}

    private static @Nullable String[] table() {
        @Nullable String[] table = new String[SLOTS];
        for (String text : NAMES) {
            put(table, text);
        }
        for (String text : VALUES) {
            put(table, text);
        }
        return table;
    }

    private static void put(@Nullable String[] table, String text) {
        int slot = slotOf(text);
        while (table[slot] != null) {
            slot = next(slot);
        }
        table[slot] = text;
    }

    /** The name in lower case, that of ASCII. */
    public static String lowerCase(CharSequence name) {
        int slot = slotOf(name);
        for (String known = TABLE[slot]; known != null; known = TABLE[slot]) {
            if (isSame(known, name)) {
                return known;
            }
            slot = next(slot);
        }
        return name.toString().toLowerCase(Locale.ROOT);
    }

    /** The text of these bytes (ISO 8859-1), with its letter case. */
    static String of(byte[] bytes, int from, int length) {
        if (length > MAX_LENGTH) {
            return new String(bytes, from, length, ISO_8859_1);
        }
        int hash = 0;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + (bytes[i] | 0x20);
        }
        int slot = spread(hash);
        for (String known = TABLE[slot]; known != null; known = TABLE[slot]) {
            if (isSame(known, bytes, from, length)) {
                return known;
            }
            slot = next(slot);
        }
        return new String(bytes, from, length, ISO_8859_1);
    }

    private static int slotOf(CharSequence name) {
        int hash = 0;
        for (int i = 0; i < name.length(); i++) {
            hash = 31 * hash + ((byte) name.charAt(i) | 0x20);
        }
        return spread(hash);
    }

    private static int spread(int hash) {
        return (hash ^ hash >>> 15) & (SLOTS - 1);
    }

    private static int next(int slot) {
        return (slot + 1) & (SLOTS - 1);
    }

    private static boolean isSame(String known, CharSequence name) {
        if (known.length() != name.length()) {
            return false;
        }
        for (int i = 0; i < known.length(); i++) {
            char c = name.charAt(i);
            if (known.charAt(i) != (c >= 'A' && c <= 'Z' ? c | 0x20 : c)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSame(String known, byte[] bytes, int from, int length) {
        if (known.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (known.charAt(i) != bytes[from + i]) {
                return false;
            }
        }
        return true;
    }
}
