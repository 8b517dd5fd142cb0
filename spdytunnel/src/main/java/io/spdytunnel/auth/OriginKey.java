package io.spdytunnel.auth;

import io.spdytunnel.spi.Api;
import java.security.SecureRandom;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/** An origin's private key. Its text form shows only the thumbprint. */
@Api
public final class OriginKey {

    private final PublicJsonWebKey key;
    private final KeyAlgorithm algorithm;
    private final KeyThumbprint thumbprint;

    private OriginKey(PublicJsonWebKey key, KeyAlgorithm algorithm) {
        this.key = key;
        this.algorithm = algorithm;
        this.thumbprint = KeyThumbprint.of(key);
    }

    /** Creates a new key. */
    public static OriginKey generate(KeyAlgorithm algorithm) {
        try {
            return new OriginKey(algorithm.generate(new SecureRandom()), algorithm);
        } catch (JoseException impossible) {
            throw new IllegalStateException(
                    "this Java platform cannot create keys of " + algorithm.curve(), impossible);
        }
    }

    /**
     * Reads a private key in the form of a JWK (RFC 7517, RFC 8037).
     *
     * @throws IllegalArgumentException saying what is wrong, without showing any of it
     */
    public static OriginKey parse(String jwk) {
        PublicJsonWebKey key;
        try {
            key = PublicJsonWebKey.Factory.newPublicJwk(jwk);
        } catch (JoseException | ClassCastException malformed) {
            throw new IllegalArgumentException("this is not a private key in the form of a JWK (RFC 7517)");
        }
        KeyAlgorithm algorithm = KeyAlgorithm.of(key);
        if (algorithm == null) {
            throw new IllegalArgumentException("the key must be of Ed25519 or P-256");
        }
        if (key.getPrivateKey() == null) {
            throw new IllegalArgumentException("this is a public key; the origin needs the private one");
        }
        OriginKey parsed = new OriginKey(key, algorithm);
        parsed.requireThatHalvesFit();
        return parsed;
    }

    /**
     * Checks that the two halves belong together. Otherwise every registration would fail at the proxy, without a clear
     * reason.
     */
    private void requireThatHalvesFit() {
        try {
            JsonWebSignature trial = new JsonWebSignature();
            trial.setKey(key.getPublicKey());
            trial.setCompactSerialization(sign("trial", "trial"));
            if (trial.verifySignature()) {
                return;
            }
        } catch (JoseException unusable) {
            throw new IllegalArgumentException("the key cannot sign", unusable);
        }
        throw new IllegalArgumentException("the key's private and public halves do not belong together");
    }

    /** Signs a payload: a compact JWS (RFC 7515 7.1) with the public key in its head. */
    String sign(String type, String payload) {
        JsonWebSignature jws = new JsonWebSignature();
        jws.setAlgorithmHeaderValue(algorithm.signature());
        jws.setHeader("typ", type);
        jws.setJwkHeader(key); // the public half only
        jws.setPayload(payload);
        jws.setKey(key.getPrivateKey());
        try {
            return jws.getCompactSerialization();
        } catch (JoseException failed) {
            throw new IllegalStateException("signing failed", failed);
        }
    }

    public KeyThumbprint thumbprint() {
        return thumbprint;
    }

    public KeyAlgorithm algorithm() {
        return algorithm;
    }

    /** The whole pair as a JWK: a secret. */
    String toPrivateJwk() {
        return key.toJson(JsonWebKey.OutputControlLevel.INCLUDE_PRIVATE);
    }

    /** The public half as a JWK, for lists of keys. */
    public String toPublicJwk() {
        return key.toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
    }

    @Override
    public String toString() {
        return algorithm.curve() + " key " + thumbprint;
    }
}
