package io.spdytunnel.tunnel;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rule for origins' names: {@code [a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?}, upper case folded. */
public final class OriginName {

    private static final Pattern RULE = Pattern.compile("[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?");

    private OriginName() {}

    /** The name in lower case, or null if it is none. */
    public static @Nullable String fold(String name) {
        String folded = name.toLowerCase(Locale.ROOT);
        // Some letters beyond ASCII fold into it (the Kelvin sign becomes a k): they are no names either.
        boolean isAscii = name.chars().allMatch(c -> c < 0x80);
        return isAscii && RULE.matcher(folded).matches() ? folded : null;
    }

    /** The name in lower case. @throws IllegalArgumentException if it is none */
    public static String require(String name) {
        String folded = fold(name);
        if (folded == null) {
            throw new IllegalArgumentException("origin name '" + name
                    + "' must be 1 to 253 letters, digits, dots and dashes, with a letter or digit at both ends");
        }
        return folded;
    }
}
