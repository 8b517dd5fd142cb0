package io.spdytunnel.reception;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.spdytunnel.net.AddressKey;
import io.spdytunnel.spi.Authenticator;
import io.spdytunnel.spi.Identity;
import io.spdytunnel.spi.Verdict;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An origin that has to prove something about its very connection. */
class ProxyChallengeTest extends ReceptionRig {

    private static final AddressKey LOCAL = AddressKey.of(InetAddress.getLoopbackAddress());

    ProxyChallengeTest() {
        authenticator = challenging();
    }

    @Test
    void challengedOriginMayRegisterOnceMoreOnItsConnection() {
        EmbeddedChannel origin = origin("127.0.0.1");

        sends(origin, put("attic", TOKEN));
        String challenge = heard(origin);
        assertThat(challenge).startsWith("HTTP/1.1 401 Unauthorized\r\n").doesNotContain("Connection: close");
        sends(origin, put("attic", nonceIn(challenge)) + "SPDY");

        assertThat(heard(origin)).startsWith("HTTP/1.1 200 Connection Established\r\n");
        assertThat(sessions.get(0).heard()).isEqualTo("SPDY");
        assertThat(failures.penalty(LOCAL)).isZero();
    }

    @Test
    void everyConnectionHasANonceOfItsOwn() {
        EmbeddedChannel one = origin("127.0.0.1");
        EmbeddedChannel other = origin("127.0.0.1");
        sends(one, put("attic", TOKEN));
        sends(other, put("attic", TOKEN));

        String stolen = nonceIn(heard(one));
        sends(other, put("attic", stolen));

        assertThat(stolen).hasSize(32);
        heard(other); // the challenge
        assertThat(sessions).isEmpty();
        assertThat(other.isOpen()).isFalse();
    }

    @Test
    void secondAnswerIsTheLast() {
        EmbeddedChannel origin = origin("127.0.0.1");
        sends(origin, put("attic", TOKEN));
        heard(origin);

        sends(origin, put("attic", "not the nonce"));

        wasRefused(origin, "401 Unauthorized", "say the nonce");
    }

    @Test
    void challengeIsForOneName() {
        EmbeddedChannel origin = origin("127.0.0.1");
        sends(origin, put("attic", TOKEN));
        String nonce = nonceIn(heard(origin));

        sends(origin, put("cellar", nonce));

        wasRefused(origin, "400 Bad Request", "the challenge was for the name attic");
    }

    @Test
    void challengeDoesNotProlongTheTimeToRegister() {
        EmbeddedChannel origin = origin("127.0.0.1");
        origin.advanceTimeBy(6, TimeUnit.SECONDS);
        sends(origin, put("attic", TOKEN));
        assertThat(heard(origin)).startsWith("HTTP/1.1 401 ");

        origin.advanceTimeBy(4, TimeUnit.SECONDS);
        origin.runScheduledPendingTasks();

        assertThat(origin.isOpen()).isFalse();
        assertThat(failures.penalty(LOCAL)).isZero();
    }

    @Test
    void answersToChallengesThatAreWrongCountAsFailures() {
        for (int i = 0; i < 10; i++) {
            EmbeddedChannel origin = origin("127.0.0.1");
            sends(origin, put("attic", TOKEN));
            heard(origin);
            sends(origin, put("attic", "not the nonce"));
        }

        EmbeddedChannel eleventh = origin("127.0.0.1");
        sends(eleventh, put("attic", TOKEN));

        wasRefused(eleventh, "429 Too Many Requests", "have failed");
    }

    @Test
    void bothRegistrationsHaveTheLimitOfOne() {
        EmbeddedChannel origin = origin("127.0.0.1");
        sends(origin, put("attic", TOKEN));
        heard(origin);

        sends(origin, "PUT /attic HTTP/1.1\r\nHost: p\r\nX-Long: " + "x".repeat(8 * 1024));

        wasRefused(origin, "431 Request Header Fields Too Large", "longer than 8192 bytes");
    }

    private static Authenticator challenging() {
        return registration -> CompletableFuture.completedFuture(
                registration.nonce().equals(registration.credentials("Bearer"))
                        ? Verdict.accept(Identity.of("test", "somebody"))
                        : Verdict.challenge("Say nonce=\"" + registration.nonce() + "\"", "say the nonce"));
    }

    private static String nonceIn(String answer) {
        return answer.replaceAll("(?s).*nonce=\"([^\"]*)\".*", "$1");
    }
}
