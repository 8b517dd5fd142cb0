package io.spdytunnel.spi;

import java.util.Set;

/** Which keys own a name, for who keeps that elsewhere than in a file. Called on worker threads, so it may block. */
@Api
@FunctionalInterface
public interface OriginKeyList {

    /**
     * The keys that may register a name, each as its RFC 7638 SHA-256 thumbprint in base32 (52 characters) or base64url
     * (43), or as a public JWK; empty if the name belongs to nobody.
     */
    Set<String> keysOf(String name);

    /** Whether the name is known, as {@link Authenticator#lists}; called on event loops, so this must not block. */
    default boolean lists(String name) {
        return false;
    }
}
