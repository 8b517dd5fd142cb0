package io.spdytunnel.reception;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.spdytunnel.directory.DirectorySettings;
import io.spdytunnel.directory.OriginDirectory;
import io.spdytunnel.net.AddressKey;
import io.spdytunnel.spi.Authenticator;
import io.spdytunnel.spi.Identity;
import io.spdytunnel.spi.Verdict;
import io.spdytunnel.tunnel.FakeSession;
import io.spdytunnel.tunnel.RegistrationDecoder;
import io.spdytunnel.tunnel.TunnelObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An origin that has to prove something about its very connection. */
class ProxyChallengeTest {

    private static final String TOKEN = "correct horse battery";
    private static final AddressKey LOCAL = AddressKey.of(InetAddress.getLoopbackAddress());

    private final EmbeddedChannel timers = new EmbeddedChannel();
    private final OriginDirectory directory =
            new OriginDirectory(DirectorySettings.DEFAULT, timers.eventLoop(), TunnelObserver.NONE);
    private final List<FakeSession> sessions = new ArrayList<>();
    private final List<EmbeddedChannel> origins = new ArrayList<>();
    private final FailedRegistrations failures = new FailedRegistrations(10, () -> 0);
    private final TunnelServerSettings settings = TunnelServerSettings.at("localhost", 0);
    private final Authenticator authenticator = challenging();

    @AfterEach
    void nothingIsLeft() {
        origins.forEach(EmbeddedChannel::finishAndReleaseAll);
        timers.finishAndReleaseAll();
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

    private EmbeddedChannel origin(String address) {
        ReceptionDesk desk = new ReceptionDesk(
                settings,
                authenticator,
                directory,
                new UnregisteredConnections(10, 10),
                failures,
                (channel, sessionSettings) -> {
                    FakeSession session = FakeSession.start(channel, sessionSettings);
                    sessions.add(session);
                    return session;
                },
                TunnelObserver.NONE,
                Clock.systemUTC(),
                session -> {},
                null);
        EmbeddedChannel origin = new EmbeddedChannel();
        origin.freezeTime();
        origin.pipeline()
                .addLast(new RegistrationDecoder(RegistrationDecoder.Expect.REQUEST, settings.maxMessageBytes()))
                .addLast(new ProxyHandshake(desk, new InetSocketAddress(address, 4711)));
        origins.add(origin);
        return origin;
    }

    private static void sends(EmbeddedChannel origin, String text) {
        origin.writeInbound(Unpooled.copiedBuffer(text, ISO_8859_1));
    }

    private static String put(String name, String token) {
        return "PUT /" + name + " HTTP/1.1\r\nHost: localhost:1444\r\nAuthorization: Bearer " + token
                + "\r\nContent-Length: 0\r\n\r\n";
    }

    private static String wasRefused(EmbeddedChannel origin, String status, String reason) {
        String answer = heard(origin);
        assertThat(answer)
                .startsWith("HTTP/1.1 " + status + "\r\n")
                .contains("Connection: close\r\n")
                .contains(reason);
        origin.advanceTimeBy(Duration.ofSeconds(1).toNanos(), TimeUnit.NANOSECONDS);
        origin.runScheduledPendingTasks();
        assertThat(origin.isOpen()).isFalse();
        return answer;
    }

    private static String heard(EmbeddedChannel origin) {
        StringBuilder text = new StringBuilder();
        for (ByteBuf bytes = origin.readOutbound(); bytes != null; bytes = origin.readOutbound()) {
            text.append(bytes.toString(ISO_8859_1));
            bytes.release();
        }
        return text.toString();
    }
}
