package io.spdytunnel.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Names of header fields in lower case, as they stand in header blocks. Those that most messages have are kept, so that
 * they need not be made anew for each of them: names are a third of the objects of a small message.
 *
 * <p>The table is fixed: what peers send never enters it.
 */
public final class FieldNames {

    private static final String[] COMMON = {
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

    /** A power of two, and sparse: most names are found, or missed, at the first look. */
    private static final int SLOTS = 512;

    private static final @Nullable String[] TABLE = table();

    private FieldNames() {}

    private static @Nullable String[] table() {
        @Nullable String[] table = new String[SLOTS];
        for (String name : COMMON) {
            int slot = slotOf(name);
            while (table[slot] != null) {
                slot = next(slot);
            }
            table[slot] = name;
        }
        return table;
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

    /** The name that these bytes (ISO 8859-1) are, in the letter case they have. */
    static String of(byte[] bytes, int from, int length) {
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
