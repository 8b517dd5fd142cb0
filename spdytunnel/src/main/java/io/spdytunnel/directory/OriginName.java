package io.spdytunnel.directory;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The rule for origins' names: {@code [a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?}, upper case folded. */
public final class OriginName {

    private static final int LONGEST = 253;

    private OriginName() {}

    /** The name in lower case, or null if it is not valid. */
    public static @Nullable String fold(String name) {
        int last = name.length() - 1;
        if (last < 0 || last >= LONGEST || !isLetterOrDigit(name.charAt(0)) || !isLetterOrDigit(name.charAt(last))) {
            return null;
        }
        for (int i = 1; i < last; i++) {
            char c = name.charAt(i);
            if (!isLetterOrDigit(c) && c != '.' && c != '-') {
                return null;
            }
        }
        return name.toLowerCase(Locale.ROOT);
    }

    /**
     * ASCII only: some other letters become ASCII in lower case (the Kelvin sign becomes a k), and are not allowed
     * either.
     */
    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    }

    /** The name in lower case. @throws IllegalArgumentException if it is not valid */
    public static String require(String name) {
        String folded = fold(name);
        if (folded == null) {
            throw new IllegalArgumentException("origin name '" + name
                    + "' must be 1 to 253 letters, digits, dots and dashes, with a letter or digit at both ends");
        }
        return folded;
    }
}
