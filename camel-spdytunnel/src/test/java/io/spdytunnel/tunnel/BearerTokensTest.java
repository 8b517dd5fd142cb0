package io.spdytunnel.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.spdytunnel.spi.Verdict;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
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
                .hasMessageContaining("was given before")
                .hasMessageNotContaining(ATTIC);
        assertThatThrownBy(() -> BearerTokens.builder().token(ATTIC, Set.of())).hasMessageContaining("no name at all");
    }

    private static int status(BearerTokens tokens, String name, String... authorizations) {
        return ((Verdict.Refused) verdict(tokens, name, authorizations)).status();
    }

    private static Verdict verdict(BearerTokens tokens, String name, String... authorizations) {
        HttpHeaders headers = new DefaultHttpHeaders().add("Authorization", List.of(authorizations));
        InetSocketAddress remote = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711);
        return tokens.authenticate(new ReceivedRegistration(name, remote, true, headers, List.of()))
                .toCompletableFuture()
                .join();
    }
}
