package io.spdytunnel.tunnel;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** How an origin shows who it is. Never shows itself in a log. */
public final class Credentials {

    /** None at all: a client certificate says it, or the proxy asks nobody. */
    public static final Credentials NONE = new Credentials(null);

    private final @Nullable String authorization;

    private Credentials(@Nullable String authorization) {
        this.authorization = authorization;
    }

    /** A token, sent as {@code Authorization: Bearer …}. */
    public static Credentials bearer(String token) {
        if (token.isBlank() || !RegistrationMessage.isHeaderValue(token)) {
            throw new IllegalArgumentException("the token is empty, or holds characters that no header may hold");
        }
        return new Credentials("Bearer " + token);
    }

    /** A user name and password, sent as {@code Authorization: Basic …} (RFC 7617). */
    public static Credentials basic(String username, String password) {
        if (username.indexOf(':') >= 0) {
            throw new IllegalArgumentException("a user name may not hold a colon (RFC 7617)");
        }
        byte[] both = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
        return new Credentials("Basic " + Base64.getEncoder().encodeToString(both));
    }

    /** The value of {@code Authorization}; null if none is sent. */
    @Nullable
    String authorization() {
        return authorization;
    }

    boolean areSent() {
        return authorization != null;
    }

    @Override
    public String toString() {
        return authorization == null ? "none" : authorization.substring(0, authorization.indexOf(' ')) + " ****";
    }
}
