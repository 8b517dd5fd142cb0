package io.spdytunnel.auth;

import io.spdytunnel.spi.Api;
import java.security.SecureRandom;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jwk.OkpJwkGenerator;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** The types of keys that an origin may have, each with its only signature algorithm. */
@Api
public enum KeyAlgorithm {
    /** EdDSA over Curve25519 (RFC 8037): short signatures, and no random number is needed to sign. */
    ED25519("Ed25519", AlgorithmIdentifiers.EDDSA),
    /** ECDSA over P-256 with SHA-256 (RFC 7518 3.4), for key stores and devices without Ed25519. */
    P_256("P-256", AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);

    private final String curve;
    private final String signature;

    KeyAlgorithm(String curve, String signature) {
        this.curve = curve;
        this.signature = signature;
    }

    /** The name of its curve, as options and keys have it: {@code Ed25519} or {@code P-256}. */
    public String curve() {
        return curve;
    }

    /** What the head of a signature calls it: {@code EdDSA} or {@code ES256}. */
    String signature() {
        return signature;
    }

    /** The one of that curve. @throws IllegalArgumentException if there is none */
    public static KeyAlgorithm ofCurve(String curve) {
        for (KeyAlgorithm algorithm : values()) {
            if (algorithm.curve.equals(curve)) {
                return algorithm;
            }
        }
        throw new IllegalArgumentException("a key must be of Ed25519 or P-256, not of '" + curve + "'");
    }

    /** The one of that key; null if it is of another kind. */
    static @Nullable KeyAlgorithm of(JsonWebKey key) {
        if (key instanceof OctetKeyPairJsonWebKey pair && ED25519.curve.equals(pair.getSubtype())) {
            return ED25519;
        }
        return key instanceof EllipticCurveJsonWebKey ec && P_256.curve.equals(ec.getCurveName()) ? P_256 : null;
    }

    PublicJsonWebKey generate(SecureRandom random) throws JoseException {
        return switch (this) {
            case ED25519 -> OkpJwkGenerator.generateJwk(curve, null, random);
            case P_256 -> EcJwkGenerator.generateJwk(EllipticCurves.P256, null, random);
        };
    }
}
