package io.spdytunnel.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spdytunnel.spi.Verdict;
import io.spdytunnel.tunnel.Credentials;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whose token is good for what. */
class BearerTokensTest {

    private static final String ATTIC = "the secret of the attic";
    private static final String BOTH = "the secret of two names";

    private final BearerTokens tokens = BearerTokens.builder()
            .token(ATTIC, Set.of("Attic"))
            .token(BOTH, Set.of("cellar", "garden"))
            .build();

    @Test
    void tokenIsGoodForItsNamesOnly() {
        assertThat(verdict(tokens, "attic", "Bearer " + ATTIC)).isInstanceOf(Verdict.Accepted.class);
        assertThat(verdict(tokens, "garden", "bearer  " + BOTH)).isInstanceOf(Verdict.Accepted.class);
        assertThat(status(tokens, "cellar", "Bearer " + ATTIC)).isEqualTo(403);
        assertThat(status(tokens, "attic", "Bearer " + ATTIC + "x")).isEqualTo(401);
        assertThat(status(tokens, "attic", "Basic " + ATTIC)).isEqualTo(401);
        assertThat(status(tokens, "attic", "Bearer ")).isEqualTo(401);
        assertThat(status(tokens, "attic")).isEqualTo(401);
    }

    @Test
    void twoAuthorizationsAreNone() {
        assertThat(status(tokens, "attic", "Bearer " + ATTIC, "Bearer wrong")).isEqualTo(401);
    }

    @Test
    void identityIsTheTokensAndOutlivesAReload() {
        BearerTokens reloaded = BearerTokens.of(Map.of("attic", ATTIC, "shed", BOTH));

        assertThat(verdict(reloaded, "attic", "Bearer " + ATTIC))
                .isEqualTo(verdict(tokens, "attic", "Bearer " + ATTIC));
        assertThat(verdict(reloaded, "shed", "Bearer " + BOTH))
                .isNotEqualTo(verdict(reloaded, "attic", "Bearer " + ATTIC));
    }

    @Test
    void nothingShowsTheToken() {
        String verdict = verdict(tokens, "attic", "Bearer " + ATTIC).toString();

        assertThat(verdict).isEqualTo("Accepted[identity=the token of attic]");
        assertThat(Credentials.bearer(ATTIC)).hasToString("Bearer ****");
        assertThat(Credentials.basic("me", "secret")).hasToString("Basic ****");
    }

    @Test
    void namesWithATokenAreListed() {
        assertThat(tokens.lists("attic")).isTrue();
        assertThat(tokens.lists("shed")).isFalse();
    }

    @Test
    void anyNameIsGoodForEveryNameButListsNone() {
        BearerTokens any = BearerTokens.builder().anyName(ATTIC).build();

        assertThat(verdict(any, "whatever", "Bearer " + ATTIC)).isInstanceOf(Verdict.Accepted.class);
        assertThat(any.lists("whatever")).isFalse();
    }

    @Test
    void twoNamesMayShareAToken() {
        BearerTokens shared = BearerTokens.of(Map.of("attic", BOTH, "shed", BOTH));

        assertThat(verdict(shared, "attic", "Bearer " + BOTH)).isInstanceOf(Verdict.Accepted.class);
        assertThat(verdict(shared, "shed", "Bearer " + BOTH)).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void wrongSettingsFailAtOnceWithoutShowingTheToken() {
        assertThatThrownBy(() -> BearerTokens.of(Map.of())).hasMessageContaining("no token was given");
        assertThatThrownBy(() -> BearerTokens.of(Map.of("attic", " ")))
                .hasMessageContaining("the token of attic is empty");
        assertThatThrownBy(() -> BearerTokens.of(Map.of("-", ATTIC)))
                .hasMessageContaining("origin name '-'")
                .hasMessageNotContaining(ATTIC);
        assertThatThrownBy(
                        () -> BearerTokens.builder().token(ATTIC, Set.of("a")).token(ATTIC, Set.of("b")))
                .hasMessageContaining("is given twice")
                .hasMessageNotContaining(ATTIC);
        assertThatThrownBy(() -> BearerTokens.builder().token(ATTIC, Set.of())).hasMessageContaining("has no names");
    }

    @Test
    void tokensAreReadFromLinesAndMayBeHashes() {
        BearerTokens listed = BearerTokens.parse("# who may be what\n\nattic,cellar  " + ATTIC.replace(' ', '-')
                + "\nshed sha256:0e0f5cd3ff1d39c11b8ac71b5db8efb3f5b2c2e8b1c4b5e0a35e1b0b2d9c7a11\n");

        assertThat(verdict(listed, "cellar", "Bearer " + ATTIC.replace(' ', '-')))
                .isInstanceOf(Verdict.Accepted.class);
        assertThat(listed.lists("shed")).isTrue();
        BearerTokens hashed = BearerTokens.parse("shed sha256:" + sha256OfSecret());
        assertThat(verdict(hashed, "shed", "Bearer secret")).isInstanceOf(Verdict.Accepted.class);
        assertThat(status(hashed, "shed", "Bearer sha256:" + sha256OfSecret())).isEqualTo(401);
        assertThatThrownBy(() -> BearerTokens.parse("attic " + ATTIC.replace(' ', '-') + "\njust-a-secret"))
                .hasMessageContaining("line 2: it should be")
                .hasMessageNotContaining("just-a-secret");
    }

    /** By {@code printf secret | sha256sum}. */
    private static String sha256OfSecret() {
        return "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";
    }

    private static int status(BearerTokens tokens, String name, String... authorizations) {
        return ((Verdict.Refused) verdict(tokens, name, authorizations)).status();
    }

    private static Verdict verdict(BearerTokens tokens, String name, String... authorizations) {
        return tokens.authenticate(FakeRegistration.of(name).withAuthorization(authorizations))
                .toCompletableFuture()
                .join();
    }
}
