package io.spdytunnel.wire;

import org.jspecify.annotations.Nullable;

/**
 * The bytes that are allowed in a name or a value (SPDY/3.1 2.6.10), the same for both directions.
 *
 * <p>Stricter than the draft in one point: control characters are refused, because CR or LF in a value would become two
 * headers, or a whole message, in HTTP/1.1.
 */
final class HeaderRules {

    private static final char DEL = 0x7F;

    private HeaderRules() {}

    /** What is wrong with a name, or null. */
    static @Nullable String faultInName(String name) {
        if (name.isEmpty()) {
            return "an empty name";
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c >= DEL || (c >= 'A' && c <= 'Z')) {
                return "a name with " + inHex(c) + " at " + i + ", which is no lower case ASCII";
            }
        }
        return null;
    }

    /** Whether a byte of a value must be refused. NUL is not checked here, because it separates values. */
    static boolean isForbiddenInValue(int c) {
        return (c < ' ' && c != '\t') || c == DEL || c > 0xFF;
    }

    static String inHex(int c) {
        return "character 0x" + Integer.toHexString(c);
    }
}
