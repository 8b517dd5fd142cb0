package io.spdytunnel.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spdytunnel.spi.Authenticator;
import io.spdytunnel.spi.Identity;
import io.spdytunnel.spi.Verdict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users, several proofs together, and the files they come from. */
class AuthenticatorsTest {

    private static final FakeRegistration ATTIC = FakeRegistration.of("attic");
    private static final Authenticator TOKENS = BearerTokens.of(Map.of("attic", "the-secret-of-the-attic"));
    private static final String TOKEN = "Bearer the-secret-of-the-attic";

    @TempDir
    private Path directory;

    private final BasicUsers users = users("anna secret attic,cellar\n# nobody else\nbert sha256:"
            + "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b shed\n");

    @Test
    void userHasItsNamesAndNoOthers() {
        assertThat(verdict(users, ATTIC, basic("anna:secret"))).hasToString("Accepted[identity=user anna]");
        assertThat(verdict(users, FakeRegistration.of("shed"), basic("bert:secret")))
                .isInstanceOf(Verdict.Accepted.class);
        assertThat(status(verdict(users, FakeRegistration.of("shed"), basic("anna:secret"))))
                .isEqualTo(403);
        for (String wrong : List.of("anna:wrong", "bert:", "carl:secret", "anna", ":", "ANNA:secret")) {
            assertThat(status(verdict(users, ATTIC, basic(wrong)))).as(wrong).isEqualTo(401);
        }
        assertThat(status(verdict(users, ATTIC))).isEqualTo(401);
        assertThat(status(verdict(users, ATTIC, "Basic ***"))).isEqualTo(401);
        assertThat(users.lists("cellar")).isTrue();
        assertThat(users.lists("anna")).isFalse();
    }

    @Test
    void newPasswordMakesNobodyAStranger() {
        assertThat(verdict(users("anna other attic"), ATTIC, basic("anna:other")))
                .isEqualTo(verdict(users, ATTIC, basic("anna:secret")));
    }

    @Test
    void wrongLineIsNumberedAndNotShown() {
        assertThatThrownBy(() -> BasicUsers.parse("anna secret attic\nanna again attic"))
                .hasMessageContaining("line 2: the user's name")
                .hasMessageNotContaining("again");
        assertThatThrownBy(() -> BasicUsers.parse("\n\nanna secret")).hasMessageContaining("line 3: it should be");
        assertThatThrownBy(() -> KeyLists.parse("attic not-a-key"))
                .hasMessageContaining("line 1: a key must be given as");
    }

    @Test
    void allOfThemMustAcceptAndTogetherTheyAreTheIdentity() {
        Authenticator both = new AllOf(List.of(TOKENS, users));

        assertThat(verdict(both, ATTIC, TOKEN, basic("anna:secret")))
                .hasToString("Accepted[identity=the token of attic with user anna]")
                .isNotEqualTo(verdict(TOKENS, ATTIC, TOKEN))
                .isNotEqualTo(verdict(users, ATTIC, basic("anna:secret")));
        assertThat(status(verdict(both, ATTIC, TOKEN))).isEqualTo(401);
        assertThat(status(verdict(both, ATTIC, basic("anna:secret")))).isEqualTo(401);
        assertThat(status(verdict(both, FakeRegistration.of("cellar"), TOKEN, basic("anna:secret"))))
                .isEqualTo(403);
    }

    @Test
    void whoChallengesIsAskedThoughALaterOneRefuses() {
        Authenticator challenging =
                registration -> CompletableFuture.completedFuture(Verdict.challenge("Say x", "say x"));

        assertThat(verdict(new AllOf(List.of(challenging, TOKENS)), ATTIC, TOKEN))
                .isEqualTo(Verdict.challenge("Say x", "say x"));
        assertThat(status(verdict(new AllOf(List.of(challenging, TOKENS)), ATTIC, "Bearer wrong")))
                .isEqualTo(401);
    }

    @Test
    void oneOfThemIsEnoughAndARefusalSaysWhatAllMissed() {
        Authenticator either = new AnyOf(List.of(TOKENS, users));

        assertThat(verdict(either, ATTIC, TOKEN)).isEqualTo(verdict(TOKENS, ATTIC, TOKEN));
        assertThat(verdict(either, ATTIC, basic("anna:secret"))).hasToString("Accepted[identity=user anna]");
        assertThat(status(verdict(either, FakeRegistration.of("shed"), basic("anna:secret"))))
                .isEqualTo(403);
        assertThat(verdict(either, ATTIC))
                .isEqualTo(Verdict.unauthorized(
                        "no bearer token was sent; no user name and password were sent",
                        "Bearer realm=\"tunnel\", Basic realm=\"tunnel\", charset=\"UTF-8\""));
    }

    @Test
    void identitiesOfSeveralPartsDoNotMeet() {
        Identity one = Identity.allOf(List.of(Identity.of("a", "bc"), Identity.of("d", "e")));

        assertThat(Identity.allOf(List.of(Identity.of("a", "bc"), Identity.of("d", "e"))))
                .isEqualTo(one);
        assertThat(Identity.allOf(List.of(Identity.of("ab", "c"), Identity.of("d", "e"))))
                .isNotEqualTo(one);
        assertThat(Identity.allOf(List.of(Identity.of("d", "e"), Identity.of("a", "bc"))))
                .isNotEqualTo(one);
        assertThat(Identity.of("key", "x")).isNotEqualTo(Identity.of("token", "x"));
        assertThat(Identity.hidden("token", "secret", "a token")).hasToString("a token");
    }

    @Test
    void fileThatMakesNoSenseLeavesTheOldContentInForce() throws Exception {
        Path file = Files.writeString(directory.resolve("number"), "1");
        LiveFile<Integer> live = LiveFile.open("number", file, Integer::valueOf);

        Files.writeString(file, "2");
        assertThat(live.get()).isEqualTo(1);
        live.run();
        assertThat(live.get()).isEqualTo(2);

        Files.writeString(file, "three");
        live.run();
        Files.delete(file);
        live.run();
        Files.writeString(file, "4".repeat(LiveFile.MAX_BYTES + 1));
        live.run();
        assertThat(live.get()).isEqualTo(2);

        Files.writeString(file, "5");
        live.run();
        assertThat(live.get()).isEqualTo(5);
        assertThatThrownBy(() -> LiveFile.open("number", directory.resolve("none"), Integer::valueOf))
                .hasMessageContaining("number " + directory.resolve("none") + ": there is no such file");
    }

    private static BasicUsers users(String text) {
        BasicUsers.Users parsed = BasicUsers.parse(text);
        return new BasicUsers(() -> parsed);
    }

    private static String basic(String both) {
        return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
    }

    private static int status(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Refused.class);
        return ((Verdict.Refused) verdict).status();
    }

    private static Verdict verdict(Authenticator by, FakeRegistration registration, String... authorizations) {
        return by.authenticate(registration.withAuthorization(authorizations))
                .toCompletableFuture()
                .join();
    }
}
