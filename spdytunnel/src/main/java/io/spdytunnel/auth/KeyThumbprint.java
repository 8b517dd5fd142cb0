package io.spdytunnel.auth;

import io.spdytunnel.spi.Api;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 thumbprint of a public key (RFC 7638, RFC 8037 2), and the origin names that are derived from it. It is
 * not a secret.
 *
 * <p>As text it is lower-case base32 (RFC 4648 6) without padding, 52 characters: it fits into one label of a host
 * name. The usual base64url would not work there, because host names ignore case.
 */
@Api
public final class KeyThumbprint {

    /** Length of a name that is derived from a key. */
    public static final int NAME_LENGTH = 52;

    private static final String BASE_32 = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int BYTES = 32;
    private static final int BASE_64_LENGTH = 43;

    private final String name;

    private KeyThumbprint(byte[] hash) {
        this.name = base32(hash);
    }

    /** @throws IllegalArgumentException if the key is neither of Ed25519 nor of P-256 */
    static KeyThumbprint of(JsonWebKey key) {
        if (KeyAlgorithm.of(key) == null) {
            throw new IllegalArgumentException("a key must be of Ed25519 or P-256, not " + key.getKeyType());
        }
        return new KeyThumbprint(key.calculateThumbprint("SHA-256"));
    }

    /**
     * Reads a key of a list: a thumbprint in base32 or base64url, or a public key as a JWK.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static KeyThumbprint parse(String text) {
        if (text.startsWith("{")) {
            try {
                return of(JsonWebKey.Factory.newJwk(text));
            } catch (JoseException malformed) {
                throw new IllegalArgumentException("this is not a JWK of a public key", malformed);
            }
        }
        byte[] hash = text.length() == NAME_LENGTH ? fromBase32(text.toLowerCase(Locale.ROOT)) : fromBase64(text);
        if (hash == null) {
            throw new IllegalArgumentException("a key must be given as its thumbprint, " + NAME_LENGTH
                    + " characters of base32" + " or " + BASE_64_LENGTH + " of base64url, or as a JWK");
        }
        return new KeyThumbprint(hash);
    }

    /** The name that belongs to this key: the thumbprint itself. */
    public String name() {
        return name;
    }

    /**
     * The name that belongs to one of the key's sessions: base32 of the SHA-256 of {@link #name} followed by the
     * session's name.
     *
     * @param session empty for the thumbprint itself
     */
    public String name(String session) {
        return session.isEmpty() ? name : base32(sha256((name + session).getBytes(StandardCharsets.UTF_8)));
    }

    /** Whether a name has the form of a name that is derived from a key. */
    public static boolean isName(String name) {
        return name.length() == NAME_LENGTH && fromBase32(name) != null;
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private static byte @Nullable [] fromBase64(String text) {
        try {
            byte[] hash =
                    text.length() == BASE_64_LENGTH ? Base64.getUrlDecoder().decode(text) : new byte[0];
            return hash.length == BYTES ? hash : null;
        } catch (IllegalArgumentException noBase64) {
            return null;
        }
    }

    private static byte @Nullable [] fromBase32(String text) {
        byte[] hash = new byte[BYTES];
        int bits = 0;
        int held = 0;
        int next = 0;
        for (int i = 0; i < text.length(); i++) {
            int five = BASE_32.indexOf(text.charAt(i));
            if (five < 0) {
                return null;
            }
            held = (held << 5) | five;
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                hash[next++] = (byte) (held >> bits);
                held &= (1 << bits) - 1;
            }
        }
        return held == 0 ? hash : null; // the last bits carry nothing: one thumbprint, one text
    }

    private static String base32(byte[] hash) {
        StringBuilder text = new StringBuilder(NAME_LENGTH);
        int bits = 0;
        int held = 0;
        for (byte one : hash) {
            held = (held << 8) | (one & 0xFF);
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                text.append(BASE_32.charAt((held >> bits) & 31));
                held &= (1 << bits) - 1;
            }
        }
        return bits == 0
                ? text.toString()
                : text.append(BASE_32.charAt((held << (5 - bits)) & 31)).toString();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeyThumbprint thumbprint && name.equals(thumbprint.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    /** As text, which is the same as {@link #name}. */
    @Override
    public String toString() {
        return name;
    }
}
