package io.spdytunnel.tunnel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an origin says to a proxy, and what it makes of the answer. */
class OriginHandshakeTest {

    private final CompletableFuture<Session> outcome = new CompletableFuture<>();
    private final TunnelClientSettings settings = TunnelClientSettings.of(
                    "proxy.example.com", 1444, "Attic", Credentials.bearer("s3cret"))
            .withInstance("here")
            .withConnection(2);
    private final List<String> urls = new ArrayList<>();
    private final EmbeddedChannel proxy = new EmbeddedChannel(
            new RegistrationDecoder(RegistrationDecoder.Expect.ANSWER, 8 * 1024),
            new OriginHandshake(settings, FakeSession::start, outcome, urls::add));

    @AfterEach
    void nothingIsLeft() {
        proxy.finishAndReleaseAll();
    }

    @Test
    void proxyHearsThePutAndThenNothing() {
        assertThat(heard())
                .isEqualTo(String.join(
                        "\r\n",
                        "PUT /attic HTTP/1.1",
                        "Host: proxy.example.com:1444",
                        "Authorization: Bearer s3cret",
                        "Spdytunnel: version=1, instance=here, connection=2",
                        "Content-Length: 0",
                        "",
                        ""));

        answers("HTTP/1.1 200 Connection Established\r\nContent-Length: 12\r\n\r\nHello fro");

        assertThat(outcome).isNotDone();
        assertThat(heard()).isEmpty();
        answers("m P");
        assertThat(session().settings.peer()).isEqualTo(SessionSettings.Peer.STRANGER);
    }

    @Test
    void bytesBehindTheAnswerReachSpdy() {
        answers(
                "HTTP/1.1 200 Connection Established\r\nSpdytunnel: version=1\r\nContent-Length: 2\r\n\r\nok\u0080\u0003HTTP/1.1 500 x\r\n");
        answers("more");

        assertThat(session().heard()).isEqualTo("\u0080\u0003HTTP/1.1 500 x\r\nmore");
        assertThat(session().settings.peer()).isEqualTo(SessionSettings.Peer.KIN);
    }

    @Test
    void proxySaysWhereVisitorsComeIn() {
        answers("HTTP/1.1 200 OK\r\nSpdytunnel-Url: https://attic.example.com/\r\nContent-Length: 0\r\n\r\n");

        session();
        assertThat(urls).containsExactly("https://attic.example.com/");
    }

    @Test
    void challengeIsAnsweredOnce() {
        EmbeddedChannel challenging = proxyOf(Credentials.bearer("s3cret")
                .and(Credentials.answering((challenge, name, host) ->
                        challenge.startsWith("Tunnel ") ? "Tunnel for-" + name + "-at-" + host : null)));
        String challenge = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\n"
                + "WWW-Authenticate: Tunnel nonce=\"x\"\r\nContent-Length: 3\r\n\r\nwho";
        heard(challenging);

        answers(challenging, challenge);
        assertThat(heard(challenging))
                .startsWith("PUT /attic HTTP/1.1\r\n")
                .contains("Authorization: Bearer s3cret\r\nAuthorization: Tunnel for-attic-at-proxy.example.com\r\n");
        assertThat(outcome).isNotDone();

        answers(challenging, challenge);
        assertThat(refusal()).hasMessage("refused with 401: who");
        assertThat(heard(challenging)).isEmpty();
        challenging.finishAndReleaseAll();
    }

    @Test
    void challengeOnAConnectionThatClosesIsARefusal() {
        EmbeddedChannel challenging = proxyOf(Credentials.answering((challenge, name, host) -> "Tunnel x"));
        heard(challenging);

        answers(
                challenging,
                "HTTP/1.1 401 No\r\nWWW-Authenticate: Tunnel nonce=\"x\"\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");

        assertThat(refusal().status()).isEqualTo(401);
        assertThat(heard(challenging)).isEmpty();
        challenging.finishAndReleaseAll();
    }

    private EmbeddedChannel proxyOf(Credentials credentials) {
        return new EmbeddedChannel(
                new RegistrationDecoder(RegistrationDecoder.Expect.ANSWER, 8 * 1024),
                new OriginHandshake(
                        TunnelClientSettings.of("proxy.example.com", 1444, "Attic", credentials),
                        FakeSession::start,
                        outcome,
                        urls::add));
    }

    private static void answers(EmbeddedChannel from, String text) {
        from.writeInbound(Unpooled.copiedBuffer(text, ISO_8859_1));
    }

    @Test
    void answerMayComeOneByteAtATime() {
        String answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nSPDY";
        answer.chars().forEach(c -> answers(String.valueOf((char) c)));

        assertThat(session().heard()).isEqualTo("SPDY");
    }

    @Test
    void interimAnswersArePassedOver() {
        answers("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
        assertThat(outcome).isNotDone();

        answers("HTTP/1.1 204 Fine\r\n\r\nSPDY");

        assertThat(session().heard()).isEqualTo("SPDY");
    }

    @Test
    void refusalTellsItsReasonOnOneLine() {
        answers("HTTP/1.1 401 Unauthorized\r\nContent-Length: 20\r\n\r\nwho\r\nare\u0007 you, then?");

        DialFailedException refusal = refusal();
        assertThat(refusal).hasMessage("refused with 401: who  are  you, then?");
        assertThat(refusal.status()).isEqualTo(401);
        assertThat(proxy.isOpen()).isFalse();
    }

    @Test
    void refusalMaySayWhenToComeAgain() {
        answers("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 6\r\nContent-Length: 0\r\n\r\n");

        assertThat(refusal().retryAfter()).isEqualTo(ofSeconds(6));
    }

    @Test
    void redirectionIsARefusal() {
        answers("HTTP/1.1 307 Over There\r\nLocation: https://evil.example/\r\nContent-Length: 0\r\n\r\n");

        assertThat(refusal()).hasMessage("refused with 307: a redirection, which is never followed");
    }

    @Test
    void switchingProtocolsIsNoAcceptance() {
        answers("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n");

        assertThat(refusal().status()).isEqualTo(101);
    }

    @Test
    void acceptanceWithoutALengthIsNotWaitedFor() {
        answers("HTTP/1.1 200 OK\r\n\r\n");

        assertThat(refusal()).hasMessage("the proxy's answer 200 has no length");
    }

    @Test
    void refusalWithAnEndlessBodyIsStillThatRefusal() {
        answers("HTTP/1.1 403 Forbidden\r\nContent-Length: 100000\r\n\r\n" + "no! ".repeat(5000));

        assertThat(refusal().status()).isEqualTo(403);
        assertThat(String.valueOf(refusal().getMessage()))
                .startsWith("refused with 403: no! no! ")
                .hasSizeLessThan(400);
    }

    @Test
    void proxyThatHangsUpOrTalksNonsenseIsAFailure() {
        answers("SSH-2.0-OpenSSH_9.6\r\n\r\n");

        assertThat(refusal()).hasMessageStartingWith("the proxy's answer is not HTTP/1.1");
    }

    @Test
    void proxyThatHangsUpIsAFailure() {
        HangUp.on(proxy);

        assertThat(refusal()).hasMessage("the proxy closed the connection before it answered");
    }

    private void answers(String text) {
        proxy.writeInbound(Unpooled.copiedBuffer(text, ISO_8859_1));
    }

    private FakeSession session() {
        assertThat(outcome).isCompleted();
        return (FakeSession) outcome.join();
    }

    private DialFailedException refusal() {
        assertThat(outcome).isCompletedExceptionally();
        return (DialFailedException)
                outcome.handle((session, failure) -> failure).join();
    }

    private String heard() {
        return heard(proxy);
    }

    private static String heard(EmbeddedChannel by) {
        StringBuilder text = new StringBuilder();
        for (ByteBuf bytes = by.readOutbound(); bytes != null; bytes = by.readOutbound()) {
            text.append(bytes.toString(ISO_8859_1));
            bytes.release();
        }
        return text.toString();
    }
}
