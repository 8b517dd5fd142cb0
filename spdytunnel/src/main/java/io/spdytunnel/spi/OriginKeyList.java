package io.spdytunnel.spi;

import java.util.Set;

/** Tells which keys own a name, if the list is not kept in a file. Called on worker threads, so it may block. */
@Api
@FunctionalInterface
public interface OriginKeyList {

    /**
     * The keys that may register a name. Each is its RFC 7638 SHA-256 thumbprint in base32 (52 characters) or base64url
     * (43), or a public JWK. Empty if the name belongs to no key.
     */
    Set<String> keysOf(String name);

    /** Whether the name is known, as {@link Authenticator#lists}; called on event loops, so this must not block. */
    default boolean lists(String name) {
        return false;
    }
}
