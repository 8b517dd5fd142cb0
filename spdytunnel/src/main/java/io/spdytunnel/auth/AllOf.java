package io.spdytunnel.auth;

import io.spdytunnel.spi.Api;
import io.spdytunnel.spi.Authenticator;
import io.spdytunnel.spi.Identity;
import io.spdytunnel.spi.Registration;
import io.spdytunnel.spi.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Several authenticators, all of which must accept the origin. Its identity is composed of all their identities.
 *
 * <p>They are called in order, and the first refusal ends the check. So an authenticator that stores something should
 * be the last, such as {@link SignedKeys} with claims.
 */
@Api
public final class AllOf implements Authenticator {

    private final List<Authenticator> all;

    public AllOf(List<Authenticator> all) {
        if (all.isEmpty()) {
            throw new IllegalArgumentException("no authenticator was given: anybody could register");
        }
        this.all = List.copyOf(all);
    }

    @Override
    public CompletionStage<Verdict> authenticate(Registration registration) {
        return ask(registration, List.of());
    }

    /** Calls the next authenticator; the verdicts so far are no refusals. */
    private CompletionStage<Verdict> ask(Registration registration, List<Verdict> verdicts) {
        if (verdicts.size() == all.size()) {
            return CompletableFuture.completedFuture(sum(verdicts));
        }
        return all.get(verdicts.size()).authenticate(registration).thenCompose(verdict -> {
            if (verdict instanceof Verdict.Refused) {
                return CompletableFuture.completedFuture(verdict);
            }
            List<Verdict> more = new ArrayList<>(verdicts);
            more.add(verdict);
            return ask(registration, more);
        });
    }

    private static Verdict sum(List<Verdict> verdicts) {
        List<Verdict.Challenged> challenges = only(verdicts, Verdict.Challenged.class);
        if (!challenges.isEmpty()) {
            return Verdict.challenge(
                    challenges.stream().map(Verdict.Challenged::challenge).collect(Collectors.joining(", ")),
                    challenges.get(0).reason());
        }
        List<Identity> identities = only(verdicts, Verdict.Accepted.class).stream()
                .map(Verdict.Accepted::identity)
                .toList();
        return Verdict.accept(Identity.allOf(identities));
    }

    private static <T> List<T> only(List<Verdict> verdicts, Class<T> kind) {
        return verdicts.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** A name is known if one of them lists it. */
    @Override
    public boolean lists(String name) {
        return all.stream().anyMatch(one -> one.lists(name));
    }
}
