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
 * How an origin shows who it is. Secrets are asked for anew at every dial, so that they may change meanwhile. Never shows
 * itself in a log.
 */
@Api
public final class Credentials {

    /** None at all: a client certificate says it, or the proxy asks nobody. */
    public static final Credentials NONE = new Credentials(List.of());

    /** What is sent at once, or what answers a challenge. */
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
     * The same, of a token that may change.
     *
     * @param token does not block
     * @throws IllegalArgumentException if what it gives now is no token
     */
    public static Credentials bearer(Supplier<String> token) {
        bearerOf(token.get());
        return new Credentials(List.of(new Part("Bearer", () -> bearerOf(token.get()), null)));
    }

    /** A user name and password, sent as {@code Authorization: Basic …} (RFC 7617). */
    public static Credentials basic(String username, String password) {
        return basic(username, () -> password);
    }

    /** The same, of a password that may change. */
    public static Credentials basic(String username, Supplier<String> password) {
        if (username.isEmpty() || username.indexOf(':') >= 0) {
            throw new IllegalArgumentException("a user name is not empty, and holds no colon (RFC 7617)");
        }
        return new Credentials(List.of(new Part("Basic", () -> basicOf(username, password.get()), null)));
    }

    /** What is sent only when the proxy asks for it. */
    public static Credentials answering(ChallengeAnswer answer) {
        return new Credentials(List.of(new Part("on challenge", null, answer)));
    }

    /** These and others, for a proxy that wants several proofs together. */
    public Credentials and(Credentials others) {
        List<Part> all = new ArrayList<>(parts);
        all.addAll(others.parts);
        return new Credentials(all);
    }

    private static String bearerOf(String token) {
        if (token.isBlank() || !RegistrationMessage.isHeaderValue(token)) {
            throw new IllegalArgumentException("the token is empty, or holds characters that no header may hold");
        }
        return "Bearer " + token;
    }

    private static String basicOf(String username, String password) {
        byte[] both = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(both);
    }

    /** The values of {@code Authorization}, one for each proof that is sent unasked. */
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
