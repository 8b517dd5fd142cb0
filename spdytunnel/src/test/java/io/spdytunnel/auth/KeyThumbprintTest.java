package io.spdytunnel.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jose4j.jwk.JsonWebKey;
import org.junit.jupiter.api.Test;

/** Thumbprints as the RFCs have them, and the names that are made of them. */
class KeyThumbprintTest {

    /** The key of RFC 8037 A.2, and its thumbprint of A.3. */
    private static final String RFC_8037_KEY =
            "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}";

    private static final String RFC_8037_THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";

    /** The same by {@code base32}. */
    private static final String NAME = "sd5mv7vjwfkwngcub5ymael2elvdppk46pwtyryjhqlqokbljoeq";

    /** The key of RFC 7638 3.1, whose kind is none for an origin, and its thumbprint. */
    private static final String RFC_7638_KEY = "{\"kty\":\"RSA\",\"n\":\"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM"
            + "78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_"
            + "RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt"
            + "-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw\",\"e\":\"AQAB\","
            + "\"alg\":\"RS256\",\"kid\":\"2011-04-29\"}";

    @Test
    void thumbprintIsThatOfRfc8037() {
        assertThat(KeyThumbprint.parse(RFC_8037_KEY)).isEqualTo(KeyThumbprint.parse(RFC_8037_THUMBPRINT));
        assertThat(KeyThumbprint.parse(RFC_8037_KEY)).isEqualTo(KeyThumbprint.parse(NAME));
        assertThat(KeyThumbprint.parse(RFC_8037_KEY).name()).isEqualTo(NAME).hasSize(52);
    }

    @Test
    void thumbprintIsThatOfRfc7638ButAnRsaKeyIsNoOrigins() throws Exception {
        assertThat(JsonWebKey.Factory.newJwk(RFC_7638_KEY).calculateBase64urlEncodedThumbprint("SHA-256"))
                .isEqualTo("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");

        assertThatThrownBy(() -> KeyThumbprint.parse(RFC_7638_KEY))
                .hasMessageContaining("of Ed25519 or P-256, not RSA");
    }

    /** The key of RFC 7517 A.1; its thumbprint by sha256sum over crv, kty, x and y. What else it says does not count. */
    @Test
    void thumbprintOfAP256KeyIsOfWhatItMustHave() {
        String key = "{\"use\":\"enc\",\"kid\":\"1\",\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\","
                + "\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\",\"crv\":\"P-256\",\"kty\":\"EC\"}";

        assertThat(KeyThumbprint.parse(key))
                .isEqualTo(KeyThumbprint.parse("cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s"));
    }

    @Test
    void sessionMakesAnotherName() {
        KeyThumbprint key = KeyThumbprint.parse(NAME);

        assertThat(key.name("")).isEqualTo(NAME);
        // by printf '<name>blog' | sha256sum | xxd -r -p | base32
        assertThat(key.name("blog")).isEqualTo("unty4mcdcbaqpjj4mqueq75hwz7yec7zij6fsll2qbsq72fsildq");
        assertThat(KeyThumbprint.isName(key.name("blog"))).isTrue();
    }

    @Test
    void upperCaseBase32IsTheSameAndAnythingElseIsNone() {
        assertThat(KeyThumbprint.parse(NAME.toUpperCase(java.util.Locale.ROOT))).isEqualTo(KeyThumbprint.parse(NAME));
        assertThat(KeyThumbprint.isName(NAME.replace('s', '1'))).isFalse();
        assertThat(KeyThumbprint.isName(NAME.substring(1))).isFalse();
        assertThat(KeyThumbprint.isName(NAME.substring(0, 51) + "b"))
                .as("bits that carry nothing")
                .isFalse();
        for (String none : new String[] {"", "x", NAME.substring(1), RFC_8037_THUMBPRINT + "=", "{\"kty\":\"OKP\"}"}) {
            assertThatThrownBy(() -> KeyThumbprint.parse(none)).as(none).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
