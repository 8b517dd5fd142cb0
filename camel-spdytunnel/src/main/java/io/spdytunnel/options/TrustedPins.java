package io.spdytunnel.options;

import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The option {@code trustedPin}: one pin of RFC 7469, or several separated by comma. */
public final class TrustedPins {

    private static final int HASH_BYTES = 32;
    private static final int PIN_LENGTH = 44; // Base64 of so many bytes

    private TrustedPins() {}

    /**
     * Reads the option.
     *
     * @throws IllegalArgumentException if a value is not a pin
     */
    public static Set<String> parse(@Nullable String option) {
        Set<String> pins = new HashSet<>();
        if (option != null) {
            for (String part : option.split(",", -1)) {
                // A + of Base64 becomes a space where Camel reads it from a URI; no pin has spaces of its own.
                String pin = (part.length() == PIN_LENGTH ? part : part.trim()).replace(' ', '+');
                check(pin);
                pins.add(pin);
            }
        }
        return Set.copyOf(pins);
    }

    private static void check(String pin) {
        boolean isHash;
        try {
            isHash = Base64.getDecoder().decode(pin).length == HASH_BYTES;
        } catch (IllegalArgumentException noBase64) {
            isHash = false;
        }
        if (!isHash) {
            throw new IllegalArgumentException("option trustedPin holds \"" + pin
                    + "\"; a pin is the Base64 of 32 bytes, the SHA-256 of a SubjectPublicKeyInfo (RFC 7469)");
        }
    }
}
