package io.spdytunnel.auth;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * What an origin signs to register: {@code Authorization: Tunnel} with a compact JWS over the proxy's nonce, the
 * origin's name, the host that it has dialled, and the time.
 *
 * <pre>
 *     head     { "alg": "EdDSA" or "ES256", "typ": "tunnel+jwt", "jwk": { the public key } }
 *     payload  { "nonce": …, "sub": name, "aud": host, "iat": seconds, "exp": seconds, "session": … }
 * </pre>
 *
 * @param nonce the challenge's, which binds it to one connection
 * @param name the origin's name
 * @param audience host of the proxy it is for, so that another proxy cannot pass it on
 * @param session the part of the origin's name in addition to the key's thumbprint (WIRE 5); empty if there is none
 */
record RegistrationProof(String nonce, String name, String audience, String session) {

    static final String SCHEME = "Tunnel";

    /** The type of the signed text, so that no other text signed by this key is accepted (RFC 8725 3.11). */
    private static final String TYPE = "tunnel+jwt";

    private static final Duration LIFE = Duration.ofSeconds(60);
    /**
     * Allowed difference of clocks. The nonce proves that the proof is fresh; the time only limits the use of a leaked
     * proof.
     */
    private static final Duration SKEW = Duration.ofSeconds(30);

    private static final Pattern CHALLENGE = Pattern.compile("(?i)tunnel +nonce=\"([A-Za-z0-9_-]{22,128})\"");

    /** Neither {@code none}, nor an algorithm in which a public key could be used as a secret (RFC 8725 2.1). */
    private static final AlgorithmConstraints ALGORITHMS = new AlgorithmConstraints(
            AlgorithmConstraints.ConstraintType.PERMIT,
            KeyAlgorithm.ED25519.signature(),
            KeyAlgorithm.P_256.signature());

    /** A verified proof and its key. */
    record Verified(RegistrationProof proof, KeyThumbprint key) {}

    /** What is wrong with a proof, in a sentence for the origin's log. Has no stack trace. */
    static final class BadProofException extends Exception {

        private static final long serialVersionUID = 1L;

        BadProofException(String message) {
            super(message, null, false, false);
        }
    }

    /** The value of {@code WWW-Authenticate} that asks for a proof. */
    static String challenge(String nonce) {
        return SCHEME + " nonce=\"" + nonce + "\"";
    }

    /** The nonce of such a challenge; null if it is another challenge. */
    static @Nullable String nonceOf(String challenge) {
        Matcher matcher = CHALLENGE.matcher(challenge);
        return matcher.matches() ? matcher.group(1) : null;
    }

    /** The audience of a host in the form of settings and certificates. */
    static String audienceOf(String host) {
        String folded = host.toLowerCase(Locale.ROOT);
        return folded.endsWith(".") ? folded.substring(0, folded.length() - 1) : folded;
    }

    /** The value of {@code Authorization}. */
    String sign(OriginKey key, Instant now) {
        JwtClaims claims = new JwtClaims();
        claims.setStringClaim("nonce", nonce);
        claims.setSubject(name);
        claims.setAudience(audience);
        claims.setIssuedAt(NumericDate.fromSeconds(now.getEpochSecond()));
        claims.setExpirationTime(NumericDate.fromSeconds(now.plus(LIFE).getEpochSecond()));
        if (!session.isEmpty()) {
            claims.setStringClaim("session", session);
        }
        return SCHEME + " " + key.sign(TYPE, claims.toJson());
    }

    /** Reads a proof, and checks signature and time. The caller checks nonce, name and audience. */
    static Verified verify(String compact, Instant now) throws BadProofException {
        try {
            JsonWebSignature jws = new JsonWebSignature();
            jws.setAlgorithmConstraints(ALGORITHMS);
            jws.setCompactSerialization(compact);
            PublicJsonWebKey key = jws.getJwkHeader(); // refuses one with its private half
            KeyAlgorithm algorithm = key == null ? null : KeyAlgorithm.of(key);
            if (key == null || algorithm == null || !algorithm.signature().equals(jws.getAlgorithmHeaderValue())) {
                throw new BadProofException(
                        "the signature must be EdDSA with a jwk of Ed25519, or ES256 with one of P-256");
            }
            jws.setKey(key.getPublicKey());
            if (!TYPE.equals(jws.getHeader("typ")) || !jws.verifySignature()) {
                throw new BadProofException("the signature is wrong, or its type is not " + TYPE);
            }
            JwtClaims claims = JwtClaims.parse(jws.getPayload());
            checkTime(claims, now);
            return new Verified(ofClaims(claims), KeyThumbprint.of(key));
        } catch (JoseException | InvalidJwtException | MalformedClaimException | RuntimeException malformed) {
            // RuntimeException, too: a library that reads what strangers send is not trusted to think of everything.
            throw new BadProofException("the signature must be a compact JWS with alg EdDSA or ES256 over nonce, sub,"
                    + " aud, iat and exp");
        }
    }

    private static RegistrationProof ofClaims(JwtClaims claims) throws MalformedClaimException, BadProofException {
        String nonce = claims.getStringClaimValue("nonce");
        String name = claims.getSubject();
        String audience =
                claims.getAudience().size() == 1 ? claims.getAudience().get(0) : null;
        String session = claims.getStringClaimValue("session");
        if (nonce == null || name == null || audience == null) {
            throw new BadProofException("nonce, sub and one aud must be signed");
        }
        return new RegistrationProof(nonce, name, audience, session == null ? "" : session);
    }

    private static void checkTime(JwtClaims claims, Instant now) throws MalformedClaimException, BadProofException {
        NumericDate issued = claims.getIssuedAt();
        NumericDate expires = claims.getExpirationTime();
        if (issued == null || expires == null) {
            throw new BadProofException("iat and exp must be signed");
        }
        long life = expires.getValue() - issued.getValue();
        if (life < 0 || life > LIFE.toSeconds()) {
            throw new BadProofException("exp is " + life + " s after iat; 0 to " + LIFE.toSeconds() + " are allowed");
        }
        long ahead = issued.getValue() - now.getEpochSecond();
        if (ahead > SKEW.toSeconds()) {
            throw new BadProofException("it was signed " + ahead + " s in the future; set the clocks");
        }
        long late = now.getEpochSecond() - expires.getValue();
        if (late > SKEW.toSeconds()) {
            throw new BadProofException("it expired " + late + " s ago; set the clocks");
        }
    }
}
