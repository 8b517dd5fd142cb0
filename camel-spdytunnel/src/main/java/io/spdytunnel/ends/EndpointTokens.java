package io.spdytunnel.ends;

import io.spdytunnel.auth.BearerTokens;
import io.spdytunnel.options.TunnelEnd;
import io.spdytunnel.spi.Authenticator;
import io.spdytunnel.spi.Registration;
import io.spdytunnel.spi.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tokens of the endpoints that share a tunnel port. Each token is valid only for its endpoint's name. */
final class EndpointTokens implements Authenticator {

    /** Of no endpoint. */
    static final EndpointTokens NONE = new EndpointTokens(List.of());

    private static final Logger LOG = LoggerFactory.getLogger(EndpointTokens.class);

    /** An origin and its current token. */
    private record Secret(String origin, Supplier<String> token) {}

    private final List<Secret> secrets = new ArrayList<>();
    private final List<Runnable> files = new ArrayList<>();
    private List<String> known; // guarded by this
    private volatile @Nullable BearerTokens tokens;

    /** @throws IllegalArgumentException if the tokens contradict each other, or a file cannot be read */
    EndpointTokens(List<TunnelEnd> endpoints) {
        for (TunnelEnd endpoint : endpoints) {
            String token = endpoint.getConfiguration().getToken();
            if (token != null) {
                secrets.add(new Secret(endpoint.getOrigin(), SecretFiles.secret("token", token, files)));
            }
        }
        this.known = now();
        this.tokens = build();
    }

    private List<String> now() {
        return secrets.stream().map(secret -> secret.token().get()).toList();
    }

    private @Nullable BearerTokens build() {
        Map<String, String> tokenByName = new HashMap<>();
        BearerTokens.Builder any = BearerTokens.builder();
        boolean anyName = false;
        for (Secret secret : secrets) {
            String token = secret.token().get();
            if (TunnelEnd.ANY.equals(secret.origin())) {
                any.anyName(token);
                anyName = true;
            } else {
                String before = tokenByName.put(secret.origin(), token);
                if (before != null && !before.equals(token)) {
                    throw new IllegalArgumentException("two endpoints give origin " + secret.origin()
                            + " different tokens on one tunnel port; give both the same");
                }
            }
        }
        if (anyName) {
            return any.build();
        }
        return tokenByName.isEmpty() ? null : BearerTokens.of(tokenByName);
    }

    /** Reads the files again, and uses their content if it is valid. Blocks. */
    synchronized void reread() {
        files.forEach(Runnable::run);
        List<String> now = now();
        if (now.equals(known)) {
            return;
        }
        known = now;
        try {
            tokens = build();
        } catch (IllegalArgumentException wrong) {
            LOG.warn("{}; the earlier content stays in force", wrong.getMessage());
        }
    }

    @Override
    public CompletionStage<Verdict> authenticate(Registration registration) {
        BearerTokens current = tokens;
        return current == null
                ? CompletableFuture.completedFuture(Verdict.unauthorized(
                        registration.credentials("Bearer") == null
                                ? "no bearer token was sent"
                                : "this token is not known here",
                        "Bearer realm=\"tunnel\""))
                : current.authenticate(registration);
    }

    @Override
    public boolean lists(String name) {
        BearerTokens current = tokens;
        return current != null && current.lists(name);
    }
}
