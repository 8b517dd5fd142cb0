package io.spdytunnel.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 of a token or password. A proxy keeps only this. Compared in constant time.
 *
 * <p>Sufficient for long random secrets of machines, which cannot be found by trying. Passwords of people would need a
 * slow hash.
 */
final class SecretHash {

    private static final String PREFIX = "sha256:";

    private final byte[] hash;

    private SecretHash(byte[] hash) {
        this.hash = hash;
    }

    static SecretHash of(String secret) {
        return new SecretHash(KeyThumbprint.sha256(secret.getBytes(StandardCharsets.UTF_8)));
    }

    /** Reads the form in files: the secret itself, or {@code sha256:} and the 64 hexadecimal digits of its hash. */
    static SecretHash parse(String text) {
        return isHash(text)
                ? new SecretHash(
                        HexFormat.of().parseHex(text.substring(PREFIX.length()).toLowerCase(Locale.ROOT)))
                : of(text);
    }

    static boolean isHash(String text) {
        return text.matches(PREFIX + "[0-9A-Fa-f]{64}");
    }

    boolean isOf(SecretHash other) {
        return MessageDigest.isEqual(hash, other.hash);
    }

    /** For {@code Identity}; not for logs. */
    String id() {
        return Base64.getEncoder().encodeToString(hash);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SecretHash secret && isOf(secret);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hash);
    }

    @Override
    public String toString() {
        return "****";
    }
}
