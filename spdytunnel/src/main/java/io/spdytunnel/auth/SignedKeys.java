package io.spdytunnel.auth;

import io.spdytunnel.auth.RegistrationProof.BadProofException;
import io.spdytunnel.auth.RegistrationProof.Verified;
import io.spdytunnel.session.LogQuota;
import io.spdytunnel.spi.Api;
import io.spdytunnel.spi.Authenticator;
import io.spdytunnel.spi.Identity;
import io.spdytunnel.spi.OriginKeyList;
import io.spdytunnel.spi.Registration;
import io.spdytunnel.spi.Verdict;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Accepts origins by a signature over a nonce that is valid once, on one connection (wire contract, 1.3). The proxy has
 * no secret that could leak, and a signature seen by one proxy is useless at another.
 *
 * <p>A name belongs to the key from which it is derived ({@link Builder#keyNames}), to a key that is listed for it
 * ({@link Builder#keys}), or to the first key that asked for it ({@link Builder#claims}); checked in this order.
 */
@Api
public final class SignedKeys implements Authenticator {

    private static final Logger LOG = LoggerFactory.getLogger(SignedKeys.class);

    private final OriginKeyList listed;
    private final boolean keyNames;
    private final @Nullable ClaimedNames claims;
    private final ProxyNames proxyNames;
    private final Executor workers;
    private final Clock clock;
    private final LogQuota complaints = new LogQuota(1);

    private SignedKeys(Builder builder) {
        this.listed = builder.listed;
        this.keyNames = builder.keyNames;
        this.claims = builder.claims;
        this.proxyNames = new ProxyNames(builder.proxyNames);
        this.workers = builder.workers;
        this.clock = builder.clock;
        if (listed == KeyLists.NONE && !keyNames && claims == null) {
            throw new IllegalArgumentException(
                    "no key is listed, names are not derived from keys, and names cannot be claimed:"
                            + " nobody could ever register");
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public CompletionStage<Verdict> authenticate(Registration registration) {
        String signature = registration.credentials(RegistrationProof.SCHEME);
        if (signature != null) {
            try {
                return CompletableFuture.supplyAsync(() -> judge(registration, signature), workers);
            } catch (RejectedExecutionException busy) {
                return CompletableFuture.completedFuture(
                        Verdict.unavailable("no worker is free to check the signature", Duration.ofSeconds(5)));
            }
        }
        return CompletableFuture.completedFuture(
                registration.isChallenged()
                        ? Verdict.unauthorized("the challenge was not answered", RegistrationProof.SCHEME)
                        : Verdict.challenge(
                                RegistrationProof.challenge(registration.nonce()),
                                "sign the nonce with the origin's key"));
    }

    @Override
    public boolean lists(String name) {
        return listed.lists(name) || (claims != null && claims.lists(name));
    }

    private Verdict judge(Registration registration, String signature) {
        Verified verified;
        try {
            verified = RegistrationProof.verify(signature, clock.instant());
        } catch (BadProofException bad) {
            return refused(bad.getMessage());
        }
        RegistrationProof proof = verified.proof();
        if (!registration.isChallenged() || !proof.nonce().equals(registration.nonce())) {
            return refused("it was signed for another connection; each needs its own");
        }
        if (!proxyNames.contain(proof.audience(), registration)) {
            return refused("it was signed for another proxy; if origins dial this proxy by a name that is not in"
                    + " its certificate, add that name to proxyNames");
        }
        if (!proof.name().equals(registration.name())) {
            return Verdict.forbidden("it was signed for another name than " + registration.name());
        }
        String objection;
        try {
            objection = objection(proof, verified.key());
        } catch (IOException unremembered) {
            LOG.atLevel(complaints.allows("claims") ? Level.WARN : Level.DEBUG)
                    .log("origin {}: its claim cannot be stored: {}", proof.name(), unremembered.toString());
            return Verdict.unavailable("names cannot be claimed at the moment", Duration.ofMinutes(1));
        }
        return objection == null
                ? Verdict.accept(Identity.of("key", verified.key().name()))
                : Verdict.forbidden(objection);
    }

    private static Verdict refused(@Nullable String reason) {
        return Verdict.unauthorized("signature refused: " + reason, RegistrationProof.SCHEME);
    }

    /** Why the name does not belong to this key; null if it does. */
    private @Nullable String objection(RegistrationProof proof, KeyThumbprint key) throws IOException {
        String name = proof.name();
        if (keyNames && KeyThumbprint.isName(name)) {
            return key.name(proof.session()).equals(name)
                    ? null
                    : "the name " + name + " is derived from another key, or from another keySession of this key";
        }
        Set<String> owners = listed.keysOf(name);
        if (!owners.isEmpty()) {
            boolean owned = owners.stream().map(KeyThumbprint::parse).anyMatch(key::equals);
            return owned ? null : "the name " + name + " is listed for another key than " + key;
        }
        if (claims == null) {
            return "the name " + name + " is listed for no key; this origin's key is " + key;
        }
        return claims.claim(name, key) ? null : "the name " + name + " was claimed by another key";
    }

    /** Collects the rules for who may have a name. */
    public static final class Builder {

        private OriginKeyList listed = KeyLists.NONE;
        private boolean keyNames;
        private @Nullable ClaimedNames claims;
        private Collection<String> proxyNames = List.of();
        private Executor workers = Runnable::run;
        private Clock clock = Clock.systemUTC();

        private Builder() {}

        /** Names that belong to listed keys. */
        public Builder keys(OriginKeyList list) {
            this.listed = list;
            return this;
        }

        /** Allows names that are derived from keys, which need no list. */
        public Builder keyNames(boolean allowed) {
            this.keyNames = allowed;
            return this;
        }

        /** Allows claims: a free name belongs to the first key that asks for it. */
        public Builder claims(ClaimedNames names) {
            this.claims = names;
            return this;
        }

        /**
         * The hosts by which origins dial this proxy. By default the names in its certificate, or any host in plain
         * text.
         */
        public Builder proxyNames(Collection<String> names) {
            this.proxyNames = List.copyOf(names);
            return this;
        }

        /** The threads that check signatures and read lists; by default the event loops. */
        public Builder workers(Executor executor) {
            this.workers = executor;
            return this;
        }

        Builder clock(Clock time) {
            this.clock = time;
            return this;
        }

        public SignedKeys build() {
            return new SignedKeys(this);
        }
    }
}
