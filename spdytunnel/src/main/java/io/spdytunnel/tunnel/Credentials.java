package io.spdytunnel.tunnel;

import io.spdytunnel.spi.Api;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The credentials of an origin. Secrets are read again at every dial, so they may change. Credentials never appear in a
 * log.
 */
@Api
public final class Credentials {

    /** No credentials: the origin has a client certificate, or the proxy requires no proof. */
    public static final Credentials NONE = new Credentials(List.of());

    /** Credentials that are sent at once, or that answer a challenge. */
    private record Part(
            String shown,
            @Nullable Supplier<String> authorization,
            @Nullable ChallengeAnswer answer) {}

    private final List<Part> parts;

    private Credentials(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    /** A token, sent as {@code Authorization: Bearer …}. */
    public static Credentials bearer(String token) {
        return bearer(() -> token);
    }

    /**
     * The same, with a token that may change.
     *
     * @param token does not block
     * @throws IllegalArgumentException if its current value is not a token
     */
    public static Credentials bearer(Supplier<String> token) {
        bearerOf(token.get());
        return new Credentials(List.of(new Part("Bearer", () -> bearerOf(token.get()), null)));
    }

    /** A user name and password, sent as {@code Authorization: Basic …} (RFC 7617). */
    public static Credentials basic(String username, String password) {
        return basic(username, () -> password);
    }

    /** The same, with a password that may change. */
    public static Credentials basic(String username, Supplier<String> password) {
        if (username.isEmpty() || username.indexOf(':') >= 0) {
            throw new IllegalArgumentException("a user name must not be empty or contain a colon (RFC 7617)");
        }
        return new Credentials(List.of(new Part("Basic", () -> basicOf(username, password.get()), null)));
    }

    /** Credentials that are sent only if the proxy asks for them. */
    public static Credentials answering(ChallengeAnswer answer) {
        return new Credentials(List.of(new Part("on challenge", null, answer)));
    }

    /** These credentials and others, for a proxy that requires several proofs together. */
    public Credentials and(Credentials others) {
        List<Part> all = new ArrayList<>(parts);
        all.addAll(others.parts);
        return new Credentials(all);
    }

    private static String bearerOf(String token) {
        if (token.isBlank() || !RegistrationMessage.isHeaderValue(token)) {
            throw new IllegalArgumentException(
                    "the token is empty, or contains characters that are not allowed in a header");
        }
        return "Bearer " + token;
    }

    private static String basicOf(String username, String password) {
        byte[] both = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(both);
    }

    /** The values of {@code Authorization}, one for each proof that is sent without a challenge. */
    List<String> authorizations() {
        List<String> values = new ArrayList<>();
        for (Part part : parts) {
            if (part.authorization() != null) {
                values.add(part.authorization().get());
            }
        }
        return values;
    }

    /** The value of {@code Authorization} that answers the first challenge that can be answered; null if none can. */
    @Nullable
    String answer(List<String> challenges, String originName, String proxyHost) {
        for (Part part : parts) {
            for (String challenge : challenges) {
                String answer = part.answer() == null ? null : part.answer().answer(challenge, originName, proxyHost);
                if (answer != null) {
                    return answer;
                }
            }
        }
        return null;
    }

    boolean areSent() {
        return !parts.isEmpty();
    }

    @Override
    public String toString() {
        return parts.isEmpty()
                ? "none"
                : parts.stream().map(part -> part.shown() + " ****").collect(Collectors.joining(", "));
    }
}
