package io.spdytunnel.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spdytunnel.spi.Authenticator;
import io.spdytunnel.spi.Registration;
import io.spdytunnel.spi.Verdict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an origin has to sign, and what an attacker signs in vain. */
class SignedKeysTest {

    private static final Instant NOW = Instant.parse("2030-01-02T03:04:05Z");
    private static final String HOST = "proxy.example.com";
    private static final FakeRegistration ATTIC = FakeRegistration.of("attic");

    @TempDir
    private Path directory;

    private final OriginKey key = OriginKey.generate(KeyAlgorithm.ED25519);
    private final OriginKey otherKey = OriginKey.generate(KeyAlgorithm.P_256);
    private final SignedKeys keys = listing("attic", key);

    @ParameterizedTest
    @EnumSource
    void signatureOverTheNonceIsAccepted(KeyAlgorithm algorithm) {
        OriginKey origin = OriginKey.generate(algorithm);
        SignedKeys listed = listing("attic", origin);

        assertThat(verdict(listed, ATTIC, proof(ATTIC, HOST).sign(origin, NOW)))
                .hasToString("Accepted[identity=key " + origin.thumbprint() + "]");
    }

    @Test
    void firstRegistrationIsChallengedAndNotAFailure() {
        Verdict.Challenged challenge = (Verdict.Challenged) verdict(keys, ATTIC.unchallenged());

        assertThat(challenge.challenge()).isEqualTo("Tunnel nonce=\"" + ATTIC.nonce() + "\"");
        String answer = new SignedAnswer(() -> key, "", Clock.fixed(NOW, ZoneOffset.UTC))
                .answer(challenge.challenge(), "attic", "Proxy.Example.COM.");
        assertThat(verdict(keys, ATTIC, String.valueOf(answer))).isInstanceOf(Verdict.Accepted.class);
        assertThat(new SignedAnswer(() -> key, "").answer("Bearer realm=\"x\"", "attic", HOST))
                .isNull();
    }

    @Test
    void challengeThatIsNotAnsweredIs401() {
        refused(401, "not answered", verdict(keys, ATTIC));
        refused(401, "not answered", verdict(keys, ATTIC, "Bearer some-token"));
        String good = proof(ATTIC, HOST).sign(key, NOW);
        refused(401, "not answered", verdict(keys, ATTIC, good, good));
    }

    @Test
    void row18ReplayedRegistrationIs401() {
        String recorded = proof(ATTIC, HOST).sign(key, NOW);

        refused(401, "another connection", verdict(keys, ATTIC.withNonce("another-nonce-of-another-one"), recorded));
        refused(401, "another connection", verdict(keys, ATTIC.unchallenged(), recorded));
    }

    @Test
    void row18SignatureOfAnotherKeyIs403() {
        refused(
                403,
                "listed for another key",
                verdict(keys, ATTIC, proof(ATTIC, HOST).sign(otherKey, NOW)));
    }

    @Test
    void row18SignatureOfOneKeyUnderAnotherIs401() throws Exception {
        JsonWebSignature forged = jws(proof(ATTIC, HOST).sign(otherKey, NOW));
        forged.setAlgorithmHeaderValue("EdDSA");
        forged.setJwkHeader(pair(key)); // says A
        PublicJsonWebKey mine = pair(OriginKey.generate(KeyAlgorithm.ED25519));
        forged.setKey(mine.getPrivateKey()); // signs as B

        refused(401, "the signature is wrong", verdict(keys, ATTIC, "Tunnel " + forged.getCompactSerialization()));
    }

    @Test
    void row18UnsignedIs401() throws Exception {
        JsonWebSignature none = jws(proof(ATTIC, HOST).sign(key, NOW));
        none.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        none.setAlgorithmHeaderValue("none");
        none.setJwkHeader(pair(key));

        refused(401, "signature", verdict(keys, ATTIC, "Tunnel " + none.getCompactSerialization()));
        String[] parts = proof(ATTIC, HOST).sign(key, NOW).split("\\.", -1);
        refused(401, "signature", verdict(keys, ATTIC, parts[0] + "." + parts[1] + "."));
    }

    @Test
    void row18PublicKeyAsASharedSecretIs401() throws Exception {
        JsonWebSignature confused = jws(proof(ATTIC, HOST).sign(key, NOW));
        confused.setAlgorithmHeaderValue("HS256");
        confused.setJwkHeader(pair(key));
        confused.setKey(new HmacKey(pair(key).getPublicKey().getEncoded()));

        refused(401, "must be EdDSA", verdict(keys, ATTIC, "Tunnel " + confused.getCompactSerialization()));
    }

    @Test
    void row18WrongTimesAre401() {
        RegistrationProof proof = proof(ATTIC, HOST);

        refused(401, "expired 31 s ago", verdict(keys, ATTIC, proof.sign(key, NOW.minusSeconds(91))));
        refused(401, "31 s in the future", verdict(keys, ATTIC, proof.sign(key, NOW.plusSeconds(31))));
        assertThat(verdict(keys, ATTIC, proof.sign(key, NOW.minusSeconds(90)))).isInstanceOf(Verdict.Accepted.class);
        assertThat(verdict(keys, ATTIC, proof.sign(key, NOW.plusSeconds(30)))).isInstanceOf(Verdict.Accepted.class);
        refused(
                401,
                "61 s after iat",
                verdict(
                        keys,
                        ATTIC,
                        signed("\"iat\":0,\"exp\":61,".replace("0", seconds(0)).replace(":61", ":" + seconds(61)))));
        refused(401, "iat and exp", verdict(keys, ATTIC, signed("\"exp\":" + seconds(5) + ",")));
        refused(401, "iat and exp", verdict(keys, ATTIC, signed("\"iat\":" + seconds(5) + ",")));
    }

    @Test
    void row18WrongAudienceIs401() {
        refused(
                401,
                "another proxy",
                verdict(keys, ATTIC, proof(ATTIC, "evil.example.com").sign(key, NOW)));
    }

    @Test
    void signatureForAnotherNameIs403() {
        SignedKeys both = SignedKeys.builder()
                .keys(name -> Set.of(key.thumbprint().name()))
                .proxyNames(List.of(HOST))
                .clock(Clock.fixed(NOW, ZoneOffset.UTC))
                .build();

        refused(
                403,
                "signed for another name than attic",
                verdict(both, ATTIC, proof(FakeRegistration.of("cellar"), HOST).sign(key, NOW)));
    }

    @Test
    void whatWasSignedForSomethingElseIsNoRegistration() throws Exception {
        String payload = payloadOf(proof(ATTIC, HOST).sign(key, NOW));

        refused(401, "its type is not", verdict(keys, ATTIC, "Tunnel " + key.sign("JWT", payload)));
    }

    @Test
    void keyThatIsShownWholeIsRefused() throws Exception {
        JsonWebSignature careless = jws(proof(ATTIC, HOST).sign(key, NOW));
        careless.getHeaders()
                .setFullHeaderAsJsonString(
                        "{\"alg\":\"EdDSA\",\"typ\":\"tunnel+jwt\",\"jwk\":" + key.toPrivateJwk() + "}");
        careless.setKey(pair(key).getPrivateKey());

        refused(401, "signature refused", verdict(keys, ATTIC, "Tunnel " + careless.getCompactSerialization()));
    }

    @Test
    void garbageIs401() {
        for (String garbage : List.of("x", "a.b.c", "..", "e30.e30.", "e30.e30.AAAA", "Ä.Ö.Ü", "a.b.c.d.e")) {
            refused(401, "signature refused", verdict(keys, ATTIC, "Tunnel " + garbage));
        }
        String noObject =
                Base64.getUrlEncoder().withoutPadding().encodeToString("[1]".getBytes(StandardCharsets.UTF_8));
        refused(401, "signature refused", verdict(keys, ATTIC, "Tunnel " + noObject + ".e30.AAAA"));
        refused(401, "signature refused", verdict(keys, ATTIC, "Tunnel " + key.sign("tunnel+jwt", "no json")));
        refused(401, "signature refused", verdict(keys, ATTIC, "Tunnel " + key.sign("tunnel+jwt", "[]")));
        refused(401, "signature refused", verdict(keys, ATTIC, "Tunnel " + key.sign("tunnel+jwt", "{\"aud\":7}")));
    }

    @Test
    void changedProofIsNeverAccepted() {
        String good = proof(ATTIC, HOST).sign(key, NOW);
        int signature = good.lastIndexOf('.');
        Random random = new Random(42);
        for (int i = 0; i < 500; i++) {
            int at = "Tunnel ".length() + random.nextInt(signature - "Tunnel ".length());
            char other = (char) ('!' + random.nextInt('~' - '!'));
            if (other != good.charAt(at)) {
                String changed = good.substring(0, at) + other + good.substring(at + 1);
                refused(401, "signature refused", verdict(keys, ATTIC, changed));
            }
        }
    }

    @Test
    void nameThatNobodyListedIs403AndTheReasonShowsTheKeyToList() {
        FakeRegistration shed = FakeRegistration.of("shed");

        refused(
                403,
                "this origin's key is " + key.thumbprint(),
                verdict(keys, shed, proof(shed, HOST).sign(key, NOW)));
        assertThat(keys.lists("attic")).isTrue();
        assertThat(keys.lists("shed")).isFalse();
    }

    @Test
    void nameMadeOfTheKeyNeedsNoList() {
        SignedKeys open = builder().keyNames(true).build();
        FakeRegistration own = FakeRegistration.of(key.thumbprint().name());

        assertThat(verdict(open, own, proof(own, HOST).sign(key, NOW))).isInstanceOf(Verdict.Accepted.class);
        refused(
                403,
                "derived from another key",
                verdict(open, own, proof(own, HOST).sign(otherKey, NOW)));
        refused(
                403,
                "listed for no key",
                verdict(open, ATTIC, proof(ATTIC, HOST).sign(key, NOW)));
    }

    @Test
    void nameMadeOfKeyAndSessionNeedsBoth() {
        SignedKeys open = builder().keyNames(true).build();
        FakeRegistration blog = FakeRegistration.of(key.thumbprint().name("blog"));

        RegistrationProof right = new RegistrationProof(blog.nonce(), blog.name(), HOST, "blog");
        assertThat(verdict(open, blog, right.sign(key, NOW))).isInstanceOf(Verdict.Accepted.class);
        refused(403, "another keySession", verdict(open, blog, proof(blog, HOST).sign(key, NOW)));
        refused(403, "another key", verdict(open, blog, right.sign(otherKey, NOW)));
    }

    @Test
    void listCannotGiveAwayANameThatIsAnothersKey() {
        String name = key.thumbprint().name();
        FakeRegistration own = FakeRegistration.of(name);
        SignedKeys both = builder()
                .keyNames(true)
                .keys(KeyLists.of(() -> Map.of(name, Set.of(otherKey.thumbprint()))))
                .claims(ClaimedNames.inMemory())
                .build();

        refused(403, "another key", verdict(both, own, proof(own, HOST).sign(otherKey, NOW)));
        assertThat(verdict(both, own, proof(own, HOST).sign(key, NOW))).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void claimedNameStaysWithWhoCameFirst() {
        SignedKeys claiming = builder().claims(ClaimedNames.inMemory()).build();

        assertThat(verdict(claiming, ATTIC, proof(ATTIC, HOST).sign(key, NOW))).isInstanceOf(Verdict.Accepted.class);

        refused(
                403,
                "claimed by another key",
                verdict(claiming, ATTIC, proof(ATTIC, HOST).sign(otherKey, NOW)));
        assertThat(verdict(claiming, ATTIC, proof(ATTIC, HOST).sign(key, NOW))).isInstanceOf(Verdict.Accepted.class);
        assertThat(claiming.lists("attic")).isTrue();
    }

    @Test
    void claimsInAFileOutliveTheProxyUntilSomebodyRemovesThem() throws Exception {
        Path file = directory.resolve("claims");
        SignedKeys before = builder().claims(ClaimedNames.in(file)).build();
        assertThat(verdict(before, ATTIC, proof(ATTIC, HOST).sign(key, NOW))).isInstanceOf(Verdict.Accepted.class);

        SignedKeys after = builder().claims(ClaimedNames.in(file)).build();
        refused(
                403,
                "claimed by another key",
                verdict(after, ATTIC, proof(ATTIC, HOST).sign(otherKey, NOW)));

        Files.writeString(file, "");
        assertThat(verdict(after, ATTIC, proof(ATTIC, HOST).sign(otherKey, NOW)))
                .isInstanceOf(Verdict.Accepted.class);
        assertThat(file).hasContent("attic " + otherKey.thumbprint() + "\n");
    }

    @Test
    void claimThatCannotBeRememberedIsNotGiven() throws Exception {
        Path file = directory.resolve("claims");
        SignedKeys claiming = builder().claims(ClaimedNames.in(file)).build();
        Files.delete(file);
        Files.createDirectory(file);

        refused(
                503,
                "cannot be claimed",
                verdict(claiming, ATTIC, proof(ATTIC, HOST).sign(key, NOW)));
    }

    @Test
    void claimsHaveAnEnd() throws Exception {
        ClaimedNames claims = ClaimedNames.inMemory();
        for (int i = 0; i < ClaimedNames.MAX; i++) {
            assertThat(claims.claim("name" + i, key.thumbprint())).isTrue();
        }

        assertThatThrownBy(() -> claims.claim("one-more", key.thumbprint())).hasMessageContaining("which is the limit");
        assertThat(claims.claim("name0", key.thumbprint())).isTrue();
    }

    @Test
    void signatureThatNobodyHasTimeForIs503() {
        SignedKeys busy = builder()
                .keyNames(true)
                .workers(task -> {
                    throw new RejectedExecutionException("full");
                })
                .build();

        refused(
                503,
                "no worker is free",
                verdict(busy, ATTIC, proof(ATTIC, HOST).sign(key, NOW)));
    }

    @Test
    void keysWithoutAnyNamesAreAMistake() {
        assertThatThrownBy(() -> SignedKeys.builder().build()).hasMessageContaining("nobody could ever register");
    }

    // ---- the attacker's and the origin's tools

    private static SignedKeys listing(String name, OriginKey owner) {
        return builder()
                .keys(KeyLists.of(() -> KeyLists.parse("# keys\n" + name + " " + owner.toPublicJwk())))
                .build();
    }

    private static SignedKeys.Builder builder() {
        return SignedKeys.builder().proxyNames(List.of(HOST)).clock(Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static RegistrationProof proof(FakeRegistration registration, String audience) {
        return new RegistrationProof(registration.nonce(), registration.name(), audience, "");
    }

    /** Signed properly, with these times. */
    private String signed(String times) {
        return "Tunnel "
                + key.sign(
                        "tunnel+jwt",
                        "{" + times + "\"nonce\":\"" + ATTIC.nonce() + "\",\"sub\":\"attic\",\"aud\":\"" + HOST
                                + "\"}");
    }

    private static String seconds(int after) {
        return String.valueOf(NOW.getEpochSecond() + after);
    }

    private static PublicJsonWebKey pair(OriginKey of) throws Exception {
        return (PublicJsonWebKey) JsonWebKey.Factory.newJwk(of.toPrivateJwk());
    }

    /** A new signature over the same payload, still to be made. */
    private static JsonWebSignature jws(String authorization) {
        JsonWebSignature jws = new JsonWebSignature();
        jws.setHeader("typ", "tunnel+jwt");
        jws.setPayload(payloadOf(authorization));
        return jws;
    }

    private static String payloadOf(String authorization) {
        String encoded = authorization.substring("Tunnel ".length()).split("\\.", -1)[1];
        return new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
    }

    private static Verdict verdict(Authenticator by, FakeRegistration registration, String... authorizations) {
        Registration asked = registration.withAuthorization(authorizations);
        return by.authenticate(asked).toCompletableFuture().join();
    }

    private static void refused(int status, String reason, Verdict verdict) {
        assertThat(verdict).isInstanceOfSatisfying(Verdict.Refused.class, refusal -> {
            assertThat(refusal.status()).as(refusal.reason()).isEqualTo(status);
            assertThat(refusal.reason()).contains(reason);
        });
    }
}
