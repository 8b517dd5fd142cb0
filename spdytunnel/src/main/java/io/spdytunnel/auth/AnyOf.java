package io.spdytunnel.auth;

import io.spdytunnel.spi.Api;
import io.spdytunnel.spi.Authenticator;
import io.spdytunnel.spi.Registration;
import io.spdytunnel.spi.Verdict;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Several authenticators, one of which must accept the origin, for example while origins change from tokens to keys.
 * They are called in order. If none accepts, a challenge comes before any refusal, and 403 before 401. A 401 then has
 * the reasons of all of them.
 */
@Api
public final class AnyOf implements Authenticator {

    private final List<Authenticator> all;

    public AnyOf(List<Authenticator> all) {
        if (all.isEmpty()) {
            throw new IllegalArgumentException("no authenticator was given: nobody could ever register");
        }
        this.all = List.copyOf(all);
    }

    @Override
    public CompletionStage<Verdict> authenticate(Registration registration) {
        return ask(registration, 0, null);
    }

    private CompletionStage<Verdict> ask(Registration registration, int next, @Nullable Verdict best) {
        if (best != null && (best instanceof Verdict.Accepted || next == all.size())) {
            return CompletableFuture.completedFuture(best);
        }
        return all.get(next)
                .authenticate(registration)
                .thenCompose(verdict -> ask(registration, next + 1, better(best, verdict)));
    }

    private static Verdict better(@Nullable Verdict one, Verdict other) {
        if (one instanceof Verdict.Refused first
                && other instanceof Verdict.Refused second
                && rank(one) + rank(other) == 0) {
            return Verdict.unauthorized(
                    joined(first.reason(), "; ", second.reason()),
                    joined(String.valueOf(first.challenge()), ", ", String.valueOf(second.challenge())));
        }
        return one == null || rank(other) > rank(one) ? other : one;
    }

    private static String joined(String one, String between, String other) {
        return one.equals(other) ? one : one + between + other;
    }

    /** 401 only says that this authenticator found no credentials that it knows. */
    private static int rank(Verdict verdict) {
        if (verdict instanceof Verdict.Refused refused) {
            return refused.status() == 401 ? 0 : 1;
        }
        return verdict instanceof Verdict.Challenged ? 2 : 3;
    }

    @Override
    public boolean lists(String name) {
        return all.stream().anyMatch(one -> one.lists(name));
    }
}
