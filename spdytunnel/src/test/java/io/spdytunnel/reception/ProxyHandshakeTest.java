package io.spdytunnel.reception;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.spdytunnel.directory.Presence;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.spi.Identity;
import io.spdytunnel.spi.Verdict;
import io.spdytunnel.tunnel.HangUp;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What an origin hears at the tunnel port, byte for byte. */
class ProxyHandshakeTest extends ReceptionRig {

    @Test
    void originWithItsTokenIsConnected() {
        EmbeddedChannel origin = origin("127.0.0.1");

        sends(origin, put("attic", TOKEN));

        assertThat(heard(origin))
                .isEqualTo(String.join(
                        "\r\n",
                        "HTTP/1.1 200 Connection Established",
                        "Spdytunnel: version=1",
                        "Content-Length: 28",
                        "",
                        "tunnel to attic established\n"));
        assertThat(directory.presence("attic")).isEqualTo(Presence.HERE);
        assertThat(directory.pick("attic")).isSameAs(sessions.get(0));
    }

    @Test
    void originOfThisProjectIsKinAndAnyOtherAStranger() {
        sends(origin("127.0.0.1"), put("attic", TOKEN));
        sends(
                origin("127.0.0.1"),
                put("attic", TOKEN).replace("\r\n\r\n", "\r\nSpdytunnel: version=1, instance=a, connection=2\r\n\r\n"));

        assertThat(sessions.get(0).settings.peer()).isEqualTo(SessionSettings.Peer.STRANGER);
        assertThat(sessions.get(1).settings.peer()).isEqualTo(SessionSettings.Peer.KIN);
        assertThat(directory.tunnels("attic")).hasSize(2);
    }

    @Test
    void upperCaseNameIsFolded() {
        sends(origin("127.0.0.1"), put("ATTIC", TOKEN));

        assertThat(directory.presence("attic")).isEqualTo(Presence.HERE);
    }

    @Test
    void bytesBehindTheRequestReachSpdy() {
        EmbeddedChannel origin = origin("127.0.0.1");

        sends(origin, put("attic", TOKEN) + "\u0080\u0003PUT / HTTP/1.1\r\n\r\n");
        sends(origin, "more");

        assertThat(sessions.get(0).heard()).isEqualTo("\u0080\u0003PUT / HTTP/1.1\r\n\r\nmore");
    }

    @Test
    void spdyOnlyStartsOnceTheAnswerIsFlushed() {
        EmbeddedChannel origin = origin("127.0.0.1");
        Queue<ChannelPromise> flushed = new ArrayDeque<>();
        origin.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
                flushed.add(promise);
                ctx.write(message).addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
            }
        });

        sends(origin, put("attic", TOKEN));
        assertThat(heard(origin)).startsWith("HTTP/1.1 200");
        assertThat(sessions).isEmpty();
        flushed.remove().setSuccess();

        assertThat(sessions).hasSize(1);
    }

    @Test
    void originThatLeavesBeforeItsAnswerIsForgotten() {
        CompletableFuture<Verdict> verdict = new CompletableFuture<>();
        authenticator = registration -> verdict;
        EmbeddedChannel origin = origin("127.0.0.1");
        sends(origin, put("attic", TOKEN));
        HangUp.on(origin);

        verdict.complete(Verdict.accept(Identity.of("test", "somebody")));

        assertThat(sessions).isEmpty();
        assertThat(directory.tunnels()).isEmpty();
        assertThat(origin.runScheduledPendingTasks()).isEqualTo(-1);
    }

    @Test
    void bytesThatComeWhileTheAuthenticatorThinksReachSpdy() {
        CompletableFuture<Verdict> verdict = new CompletableFuture<>();
        authenticator = registration -> verdict;
        EmbeddedChannel origin = origin("127.0.0.1");
        sends(origin, put("attic", TOKEN) + "early");
        sends(origin, " bird");

        verdict.complete(Verdict.accept(Identity.of("test", "somebody")));
        origin.runPendingTasks();

        assertThat(sessions.get(0).heard()).isEqualTo("early bird");
        assertThat(origin.config().isAutoRead()).isTrue();
    }

    @Test
    void requestMayComeOneByteAtATime() {
        EmbeddedChannel origin = origin("127.0.0.1");

        for (char c : (put("attic", TOKEN).replace("Length: 0", "Length: 4") + "bodySPDY").toCharArray()) {
            sends(origin, String.valueOf(c));
        }

        assertThat(heard(origin)).startsWith("HTTP/1.1 200 Connection Established\r\n");
        assertThat(sessions.get(0).heard()).isEqualTo("SPDY");
    }

    @Test
    void namelessOriginOfTheFirstHourIsRefused() {
        EmbeddedChannel origin = origin("127.0.0.1");

        sends(
                origin,
                String.join(
                        "\r\n",
                        "PUT / HTTP/1.1",
                        "Host: localhost:1444",
                        "User-Agent: Go-http-client/1.1",
                        "Content-Length: 12",
                        "",
                        "Hello from C"));

        wasRefused(origin, "400 Bad Request", "the path must be / and the origin's name");
    }

    @Test
    void wrongTokenIs401WithReasonAndChallenge() {
        EmbeddedChannel origin = origin("127.0.0.1");

        sends(origin, put("attic", "wrong"));

        String answer = wasRefused(origin, "401 Unauthorized", "this token is not known here");
        assertThat(answer)
                .contains("\r\nWWW-Authenticate: Bearer realm=\"tunnel\"\r\n")
                .contains("Connection: close\r\n");
        assertThat(directory.presence("attic")).isEqualTo(Presence.UNKNOWN);
    }

    @Test
    void tokenForAnotherNameIs403() {
        EmbeddedChannel origin = origin("127.0.0.1");

        sends(origin, put("cellar", TOKEN));

        wasRefused(origin, "403 Forbidden", "not for the name cellar");
    }

    @Test
    void otherMethodIs405() {
        EmbeddedChannel origin = origin("127.0.0.1");

        sends(origin, "GET /attic HTTP/1.1\r\nHost: p\r\n\r\n");

        assertThat(wasRefused(origin, "405 Method Not Allowed", "a tunnel port"))
                .contains("Allow: PUT\r\n");
    }

    @Test
    void whatIsNoHttpIs400() {
        EmbeddedChannel origin = origin("127.0.0.1");

        sends(origin, "\u0016\u0003\u0001 hello\r\n\r\n");

        wasRefused(origin, "400 Bad Request", "not an HTTP/1.1 request");
    }

    @Test
    void twoLengthsAre400() {
        EmbeddedChannel origin = origin("127.0.0.1");

        sends(origin, put("attic", TOKEN).replace("\r\n\r\n", "\r\nTransfer-Encoding: chunked\r\n\r\n") + "0\r\n\r\n");

        wasRefused(origin, "400 Bad Request", "not an HTTP/1.1 request");
    }

    @Test
    void row16HeadBeyondTheLimitIs431() {
        EmbeddedChannel origin = origin("127.0.0.1");

        sends(origin, "PUT /attic HTTP/1.1\r\nHost: p\r\nX-Long: " + "x".repeat(8 * 1024));

        wasRefused(origin, "431 Request Header Fields Too Large", "longer than 8192 bytes");
    }

    @Test
    void manyShortHeadersBeyondTheLimitAre431() {
        EmbeddedChannel origin = origin("127.0.0.1");

        sends(origin, "PUT /attic HTTP/1.1\r\n" + "a: b\r\n".repeat(2000) + "\r\n");

        wasRefused(origin, "431 Request Header Fields Too Large", "longer than 8192 bytes");
    }

    @Test
    void row16BodyBeyondTheLimitIs413AndTheRestIsNotKept() {
        EmbeddedChannel origin = origin("127.0.0.1");

        sends(origin, put("attic", TOKEN).replace("Length: 0", "Length: 10485760") + "x".repeat(10_000));

        assertThat(heard(origin)).startsWith("HTTP/1.1 413 Request Entity Too Large\r\n");
        sends(origin, "x".repeat(100_000));
        assertThat(origin.isOpen()).isTrue(); // it may still read why
        origin.advanceTimeBy(1, TimeUnit.SECONDS);
        origin.runScheduledPendingTasks();
        assertThat(origin.isOpen()).isFalse();
    }

    @Test
    void bodyJustBeyondTheLimitIs413EvenInOnePiece() {
        EmbeddedChannel origin = origin("127.0.0.1");

        sends(origin, put("attic", TOKEN).replace("Length: 0", "Length: 8193") + "x".repeat(8193));

        wasRefused(origin, "413 Request Entity Too Large", "longer than 8192 bytes");
    }

    @Test
    void row16RegistrationAtOneByteASecondIsCutAfterTenSeconds() {
        EmbeddedChannel origin = origin("127.0.0.1");
        for (char c : "PUT /atti".toCharArray()) {
            sends(origin, String.valueOf(c));
            origin.advanceTimeBy(1, TimeUnit.SECONDS);
            origin.runScheduledPendingTasks();
            assertThat(origin.isOpen()).isTrue();
        }

        origin.advanceTimeBy(1, TimeUnit.SECONDS);
        origin.runScheduledPendingTasks();

        assertThat(origin.isOpen()).isFalse();
    }

    @Test
    void authenticatorThatSaysNothingIs503() {
        authenticator = registration -> new CompletableFuture<>();
        EmbeddedChannel origin = origin("127.0.0.1");
        sends(origin, put("attic", TOKEN));

        origin.advanceTimeBy(10, TimeUnit.SECONDS);
        origin.runScheduledPendingTasks();

        assertThat(wasRefused(origin, "503 Service Unavailable", "no answer in time"))
                .contains("Retry-After: 5\r\n");
    }

    @Test
    void authenticatorThatThrowsIs503() {
        authenticator = registration -> {
            throw new IllegalStateException("database");
        };
        EmbeddedChannel origin = origin("127.0.0.1");

        sends(origin, put("attic", TOKEN));

        assertThat(wasRefused(origin, "503 Service Unavailable", "the authenticator failed"))
                .doesNotContain("database");
    }

    @Test
    void otherIdentityIsRefusedWhileTheNameIsHeld() {
        authenticator = registration -> CompletableFuture.completedFuture(
                Verdict.accept(Identity.of("test", String.valueOf(registration.header("authorization")))));
        sends(origin("127.0.0.1"), put("attic", TOKEN));
        EmbeddedChannel other = origin("127.0.0.1");

        sends(other, put("attic", "another good secret"));

        wasRefused(other, "409 Conflict", "held by another origin");
        assertThat(directory.pick("attic")).isSameAs(sessions.get(0));
        assertThat(sessions.get(0).drainedFor).isNull();
    }

    @Test
    void eleventhFailureOfAnAddressInAMinuteIs429AndSparesOthers() {
        for (int i = 0; i < 10; i++) {
            sends(origin("203.0.113.7"), put("attic", "wrong"));
        }

        EmbeddedChannel eleventh = origin("203.0.113.7");
        sends(eleventh, put("attic", TOKEN));
        EmbeddedChannel neighbour = origin("127.0.0.1");
        sends(neighbour, put("attic", TOKEN));

        assertThat(wasRefused(eleventh, "429 Too Many Requests", "have failed")).contains("Retry-After: 6\r\n");
        assertThat(heard(neighbour)).startsWith("HTTP/1.1 200");
    }

    @Test
    void credentialsInPlainTextFromAfarAreRefusedUnlessAllowed() {
        EmbeddedChannel careless = origin("203.0.113.7");
        sends(careless, put("attic", TOKEN));
        wasRefused(careless, "403 Forbidden", "not accepted in plain text");

        settings = settings.withPlainCredentials(true);
        EmbeddedChannel allowed = origin("203.0.113.7");
        sends(allowed, put("attic", TOKEN));
        assertThat(heard(allowed)).startsWith("HTTP/1.1 200");
    }

    @Test
    void originHearsWhereItIsPublic() {
        settings = settings.withPublicUrl(name -> "https://" + name + ".tunnel.example.com/");
        EmbeddedChannel origin = origin("127.0.0.1");

        sends(origin, put("attic", TOKEN));

        assertThat(heard(origin)).contains("\r\nSpdytunnel-Url: https://attic.tunnel.example.com/\r\n");
    }

    @Test
    void otherVersionOfTheTunnelIs400() {
        EmbeddedChannel origin = origin("127.0.0.1");

        sends(origin, put("attic", TOKEN).replace("\r\n\r\n", "\r\nSpdytunnel: version=2\r\n\r\n"));

        wasRefused(origin, "400 Bad Request", "speaks version 1");
    }
}
