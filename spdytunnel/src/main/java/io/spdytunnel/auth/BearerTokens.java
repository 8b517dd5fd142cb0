package io.spdytunnel.auth;

import io.spdytunnel.directory.OriginName;
import io.spdytunnel.spi.Api;
import io.spdytunnel.spi.Authenticator;
import io.spdytunnel.spi.Identity;
import io.spdytunnel.spi.Registration;
import io.spdytunnel.spi.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts origins by {@code Authorization: Bearer …}, each token for the names it is bound to.
 *
 * <p>Keeps hashes only. Every token is compared, each in constant time, so that the time shows nothing. A name may have
 * several tokens, while one is replaced by the next; they count as different identities.
 */
@Api
public final class BearerTokens implements Authenticator {

    private static final Logger LOG = LoggerFactory.getLogger(BearerTokens.class);
    private static final String CHALLENGE = "Bearer realm=\"tunnel\"";
    private static final int SHORT_TOKEN = 16;

    private final List<Entry> entries;

    private BearerTokens(List<Entry> entries) {
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("no token was given: nobody could ever register");
        }
        this.entries = List.copyOf(entries);
    }

    /** One token for each name; several names may have the same token. */
    public static BearerTokens of(Map<String, String> tokenByName) {
        Builder builder = builder();
        Map<String, Set<String>> namesByToken = new LinkedHashMap<>();
        tokenByName.forEach((name, token) ->
                namesByToken.computeIfAbsent(token, any -> new TreeSet<>()).add(name));
        namesByToken.forEach(builder::token);
        return builder.build();
    }

    /**
     * Reads tokens from lines of {@code name,name… token}; a token may be {@code sha256:} and the hexadecimal hash of one.
     *
     * @throws IllegalArgumentException naming the line
     */
    public static BearerTokens parse(String text) {
        Map<String, Set<String>> namesByToken = new LinkedHashMap<>();
        Lists.read(text, 2, "name,name,… token", line -> {
            Set<String> names = namesByToken.computeIfAbsent(line.get(1), any -> new TreeSet<>());
            Lists.names(line.get(0)).forEach(name -> names.add(OriginName.require(name)));
        });
        Builder builder = builder();
        namesByToken.forEach(builder::token);
        return builder.build();
    }

    /** An authenticator with the current tokens, for example of a file that is read again. */
    public static Authenticator of(Supplier<BearerTokens> tokens) {
        return new Authenticator() {
            @Override
            public CompletionStage<Verdict> authenticate(Registration registration) {
                return tokens.get().authenticate(registration);
            }

            @Override
            public boolean lists(String name) {
                return tokens.get().lists(name);
            }
        };
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public CompletionStage<Verdict> authenticate(Registration registration) {
        return CompletableFuture.completedFuture(judge(registration));
    }

    @Override
    public boolean lists(String name) {
        return entries.stream().anyMatch(entry -> entry.names.contains(name));
    }

    private Verdict judge(Registration registration) {
        String token = registration.credentials("Bearer");
        if (token == null) {
            return Verdict.unauthorized("no bearer token was sent", CHALLENGE);
        }
        Entry match = find(SecretHash.of(token));
        if (match == null) {
            return Verdict.unauthorized("this token is not known here", CHALLENGE);
        }
        if (!match.covers(registration.name())) {
            return Verdict.forbidden("this token is not for the name " + registration.name());
        }
        return Verdict.accept(Identity.hidden("token", match.hash.id(), match.toString()));
    }

    private @Nullable Entry find(SecretHash hash) {
        Entry match = null;
        for (Entry entry : entries) { // to the end even after a match: the time must not tell which one it was
            if (entry.hash.isOf(hash)) {
                match = entry;
            }
        }
        return match;
    }

    /** One token and its names; shows names only. */
    private static final class Entry {
        final SecretHash hash;
        final Set<String> names;
        final boolean anyName;

        Entry(SecretHash hash, Set<String> names, boolean anyName) {
            this.hash = hash;
            this.names = names;
            this.anyName = anyName;
        }

        boolean covers(String name) {
            return anyName || names.contains(name);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Entry entry && hash.equals(entry.hash);
        }

        @Override
        public int hashCode() {
            return hash.hashCode();
        }

        @Override
        public String toString() {
            return "the token of " + (anyName ? "any name" : String.join(", ", names));
        }
    }

    /** Collects tokens, and rejects invalid ones at start. */
    public static final class Builder {

        private final List<Entry> entries = new ArrayList<>();

        private Builder() {}

        /** A token for these names. */
        public Builder token(String token, Collection<String> names) {
            if (names.isEmpty()) {
                throw new IllegalArgumentException("a token has no names; list the names that it is for");
            }
            Set<String> folded = new TreeSet<>();
            names.forEach(name -> folded.add(OriginName.require(name)));
            add(token, folded, false);
            return this;
        }

        /** A token whose holder may register every name that is free. */
        public Builder anyName(String token) {
            LOG.warn("anyName: one token may register every origin name; whoever holds it can pose as any of them");
            add(token, Set.of(), true);
            return this;
        }

        public BearerTokens build() {
            return new BearerTokens(entries);
        }

        private void add(String token, Set<String> names, boolean anyName) {
            Entry added = new Entry(SecretHash.parse(token), names, anyName);
            if (token.isBlank() || !token.equals(token.strip())) {
                throw new IllegalArgumentException(added + " is empty, or begins or ends with a space");
            }
            if (token.length() < SHORT_TOKEN) {
                LOG.warn(
                        "{} has {} characters; use {} or more, so that nobody can guess it",
                        added,
                        token.length(),
                        SHORT_TOKEN);
            }
            if (entries.contains(added)) {
                throw new IllegalArgumentException(added + " is given twice; give it once, with all its names");
            }
            entries.add(added);
        }
    }
}
