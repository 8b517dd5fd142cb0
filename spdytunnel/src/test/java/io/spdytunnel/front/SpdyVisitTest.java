package io.spdytunnel.front;

import static io.spdytunnel.front.FrontDoorOnLoopback.head;
import static io.spdytunnel.front.FrontDoorOnLoopback.respond;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpMethod;
import io.spdytunnel.http.HttpAnswer;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.HttpCallSettings;
import io.spdytunnel.http.HttpCalls;
import io.spdytunnel.http.IncomingRequest;
import io.spdytunnel.http.OutgoingRequest;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionEnd;
import io.spdytunnel.tunnel.SpdyConnector;
import io.spdytunnel.tunnel.SpdyConnectorSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A visitor who speaks SPDY/3.1 at the door, in plain TCP. */
class SpdyVisitTest {

    private final BlockingQueue<IncomingRequest> arrived = new LinkedBlockingQueue<>();
    private final HttpCalls calls = new HttpCalls(HttpCallSettings.DEFAULT);
    private @Nullable FrontDoorOnLoopback door;

    private FrontDoorOnLoopback opens(VisitorServerSettings settings) throws IOException {
        FrontDoorOnLoopback opened = new FrontDoorOnLoopback(settings, null);
        door = opened;
        return opened;
    }

    @AfterEach
    void close() {
        if (door != null) {
            door.close();
            assertThat(door.budget().used()).isZero();
        }
    }

    private static VisitorServerSettings quick() {
        VisitorTimeouts usual = VisitorTimeouts.DEFAULT;
        return VisitorServerSettings.DEFAULT.withTimeouts(
                new VisitorTimeouts(Duration.ofMillis(300), Duration.ofMillis(300), usual.bodyIdle(), usual.linger()));
    }

    private Session visits(FrontDoorOnLoopback door) throws Exception {
        InetSocketAddress address = door.server().localAddress();
        return new SpdyConnector(
                        SpdyConnectorSettings.to(address.getAddress().getHostAddress(), address.getPort()),
                        null,
                        door.budget(),
                        door.loops())
                .connect()
                .get(10, TimeUnit.SECONDS);
    }

    private CompletableFuture<HttpAnswer> gets(Session session, String path) {
        return calls.send(session, OutgoingRequest.of(HttpMethod.GET, URI.create("http://a" + path), HttpBody.empty()));
    }

    private static String text(CompletableFuture<HttpAnswer> answer) throws Exception {
        return new String(
                answer.get(10, TimeUnit.SECONDS).body().readAllBytes(), java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private static int status(CompletableFuture<HttpAnswer> answer) throws Exception {
        HttpAnswer came = answer.get(10, TimeUnit.SECONDS);
        came.body().abandon("only its status counts");
        return came.head().status().code();
    }

    private static SessionEnd end(Session session) throws Exception {
        return session.whenEnded().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void aVisitorMayHaveAHundredRequestsUnderWay() throws Exception {
        FrontDoorOnLoopback door = opens(VisitorServerSettings.DEFAULT);
        door.handler = request -> respond(request, 200, "hello");
        Session session = visits(door);

        text(gets(session, "/")); // SETTINGS came before it

        await().atMost(5, TimeUnit.SECONDS).until(() -> session.freeStreams() == 100);
    }

    @Test
    void bothProtocolsShareThePort() throws Exception {
        FrontDoorOnLoopback door = opens(VisitorServerSettings.DEFAULT);
        door.handler = request -> respond(
                request,
                200,
                request.head().uri() + " by " + request.head().headers().get("host"));

        Session session = visits(door);
        try (SocketVisitor visitor = door.visitor()) {
            visitor.gets("/one");

            assertThat(visitor.reads().status()).isEqualTo(200);
            assertThat(text(gets(session, "/two?q=%20"))).isEqualTo("/two?q=%20 by a");
            assertThat(door.server().connections()).isEqualTo(2);
        }
    }

    @Test
    void aVisitorIsKnownByItsAddressesAndNotByItsWord() throws Exception {
        FrontDoorOnLoopback door = opens(VisitorServerSettings.DEFAULT);
        door.handler = request -> respond(
                request, 200, request.remoteAddress() + " " + request.localAddress() + " " + request.isSecure());
        Session session = visits(door);

        CompletableFuture<HttpAnswer> answer =
                calls.send(session, OutgoingRequest.of(HttpMethod.GET, URI.create("https://a/"), HttpBody.empty()));

        assertThat(text(answer))
                .startsWith("/127.0.0.1:")
                .endsWith(door.server().localAddress() + " false");
        assertThat(answer.join().head().headers().get("date")).endsWith("GMT");
    }

    @Test
    void bodiesStreamBothWays() throws Exception {
        FrontDoorOnLoopback door = opens(VisitorServerSettings.DEFAULT);
        door.handler = request -> request.respond(head(200), request.body());
        Session session = visits(door);
        byte[] sent = new byte[5_000_000];
        new Random(1).nextBytes(sent);

        CompletableFuture<HttpAnswer> echo = calls.send(
                session,
                OutgoingRequest.of(
                        HttpMethod.POST, URI.create("http://a/"), HttpBody.of(Unpooled.wrappedBuffer(sent))));

        assertThat(echo.get(10, TimeUnit.SECONDS).body().readAllBytes()).isEqualTo(sent);
    }

    @Test
    void requestsAreAnsweredInAnyOrder() throws Exception {
        FrontDoorOnLoopback door = opens(VisitorServerSettings.DEFAULT);
        door.handler = arrived::add;
        Session session = visits(door);
        List<CompletableFuture<HttpAnswer>> answers = new ArrayList<>();
        List<IncomingRequest> requests = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(gets(session, "/" + i));
            requests.add(arrived.take());
        }

        for (int i = 19; i >= 0; i--) {
            respond(requests.get(i), 200, "answer " + i);
            assertThat(text(answers.get(i))).isEqualTo("answer " + i);
        }
    }

    @Test
    void theRulesForRequestsAreThoseOfHttp1() throws Exception {
        FrontDoorOnLoopback door = opens(VisitorServerSettings.DEFAULT.withMaxBodies(10, 0));
        door.handler = request -> request.respond(head(200), request.body());
        Session session = visits(door);

        assertThat(status(calls.send(
                        session, OutgoingRequest.of(HttpMethod.TRACE, URI.create("http://a/"), HttpBody.empty()))))
                .isEqualTo(405);
        assertThat(status(calls.send(
                        session, OutgoingRequest.of(HttpMethod.GET, URI.create("http://a@b/"), HttpBody.empty()))))
                .isEqualTo(400);
        assertThat(status(gets(session, "/" + "x".repeat(9000)))).isEqualTo(414);
        assertThat(status(calls.send(
                        session,
                        OutgoingRequest.of(
                                HttpMethod.POST,
                                URI.create("http://a/"),
                                HttpBody.of(Unpooled.wrappedBuffer(new byte[11]))))))
                .isEqualTo(413);
        assertThat(status(gets(session, "/"))).isEqualTo(200);
    }

    @Test
    void aVisitorWhoAsksForNothingIsSentAway() throws Exception {
        Session session = visits(opens(quick()));

        assertThat(end(session).by()).isEqualTo(SessionEnd.By.PEER);
    }

    @Test
    void aVisitorWhoSaysNothingAtAllIsHungUpOn() throws Exception {
        try (SocketVisitor silent = opens(quick()).visitor()) {
            assertThat(silent.isHungUpOn()).isTrue();
        }
    }

    @Test
    void behindItsLastRequestAConnectionIsKeptForAWhileOnly() throws Exception {
        FrontDoorOnLoopback door = opens(quick());
        door.handler = arrived::add;
        Session session = visits(door);
        CompletableFuture<HttpAnswer> answer = gets(session, "/");
        IncomingRequest slow = arrived.take();

        assertThat(session.whenEnded().toCompletableFuture())
                .as("while a request is under way")
                .failsWithin(Duration.ofMillis(700));

        respond(slow, 200, "late");
        assertThat(text(answer)).isEqualTo("late");
        assertThat(end(session).by()).isEqualTo(SessionEnd.By.PEER);
    }

    @Test
    void requestsThatWereGivenUpCountAsLongAsTheyAreWorkedOn() throws Exception {
        VisitorServerSettings d = VisitorServerSettings.DEFAULT;
        FrontDoorOnLoopback door = opens(new VisitorServerSettings(
                d.timeouts(),
                d.maxHeadBytes(),
                d.maxTargetBytes(),
                d.maxHeaderFields(),
                d.readAheadBytes(),
                d.maxConnections(),
                2,
                d.sendBufferBytes()));
        door.handler = arrived::add;
        Session session = visits(door);
        List<IncomingRequest> worked = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            CompletableFuture<HttpAnswer> given = gets(session, "/");
            IncomingRequest request = arrived.take();
            worked.add(request);
            given.cancel(false);
            assertThat(request.ended()).failsWithin(Duration.ofSeconds(1));
        }

        CompletableFuture<HttpAnswer> third = gets(session, "/");

        assertThat(status(third)).isEqualTo(429);
        assertThat(third.join().head().headers().get("retry-after")).isEqualTo("1");
        respond(worked.get(0), 200, "nobody waits for it");
        door.handler = request -> respond(request, 200, "welcome");
        await().untilAsserted(() -> assertThat(text(gets(session, "/"))).isEqualTo("welcome"));
        respond(worked.get(1), 200, "nor for this");
    }

    /** 16 KiB are a head, a control frame of 64 KiB is read; what is in zlib's window is right afterwards. */
    @Test
    void aHeadTooLongCostsItsStreamOnly() throws Exception {
        FrontDoorOnLoopback door = opens(VisitorServerSettings.DEFAULT);
        door.handler = request -> respond(request, 200, request.head().uri());
        try (SpdyFrameVisitor visitor = new SpdyFrameVisitor(door.server().localAddress())) {
            for (int cookie : new int[] {17_000, 40_000, 64_000}) {
                int id = visitor.opens("PUT", "/long", false, "cookie", "c".repeat(cookie));
                assertThat(visitor.answer(id).status()).isEqualTo(431);
                assertThat(visitor.answer(visitor.gets("/next")).text()).isEqualTo("/next");
            }
            String[] fields = new String[2 * 101];
            for (int i = 0; i < 101; i++) {
                fields[2 * i] = "x" + i;
                fields[2 * i + 1] = "y";
            }
            assertThat(visitor.answer(visitor.opens("GET", "/many", true, fields))
                            .status())
                    .isEqualTo(431);
            String long1 = "c".repeat(40_000);
            visitor.opens("GET", "/far", true, "x-one", long1, "x-two", long1);
            assertThat(visitor.hearsGoAwayAndTheEnd()).isTrue();
        }
    }

    /** The whole answer, then CANCEL, and what is on its way then is no fault. */
    @Test
    void anUploadThatIsAnsweredEarlyIsAnsweredInFull() throws Exception {
        FrontDoorOnLoopback door = opens(VisitorServerSettings.DEFAULT);
        door.handler = request -> respond(request, 502, "the service is down");
        try (SpdyFrameVisitor visitor = new SpdyFrameVisitor(door.server().localAddress())) {
            for (int i = 0; i < 30; i++) {
                int id = visitor.opens("PUT", "/", false, "content-length", "1000");
                visitor.sends(id, new byte[300], false);
                visitor.sends(id, new byte[300], i % 2 == 0);
                SpdyFrameVisitor.Answer answer = visitor.answer(id);

                assertThat(answer.status()).isEqualTo(502);
                assertThat(answer.text()).isEqualTo("the service is down");
                assertThat(answer.complete).isTrue();
            }
            assertThat(visitor.answer(visitor.gets("/")).status()).isEqualTo(502);
        }
    }

    @Test
    void aSessionThatBreaksEndsItsRequests() throws Exception {
        FrontDoorOnLoopback door = opens(VisitorServerSettings.DEFAULT);
        door.handler = arrived::add;
        Session session = visits(door);
        var unused = gets(session, "/");
        IncomingRequest request = arrived.take();

        session.drain(Duration.ZERO);

        assertThat(request.ended()).failsWithin(Duration.ofSeconds(5));
        await().atMost(Duration.ofSeconds(5)).until(() -> door.server().connections() == 0);
    }

    @Test
    void aClosingDoorLetsRunningRequestsFinish() throws Exception {
        FrontDoorOnLoopback door = opens(VisitorServerSettings.DEFAULT);
        door.handler = arrived::add;
        Session busy = visits(door);
        CompletableFuture<HttpAnswer> answer = gets(busy, "/");
        IncomingRequest running = arrived.take();

        var closed = door.server().close(Duration.ofSeconds(10)).toCompletableFuture();

        await().atMost(Duration.ofSeconds(5)).until(() -> !busy.isAcceptingStreams());
        assertThat(closed).isNotDone();
        respond(running, 200, "late");
        assertThat(text(answer)).isEqualTo("late");
        assertThat(closed).succeedsWithin(Duration.ofSeconds(5));
    }

    @Test
    void visitorsAreSentHomeAndThePortStaysOpen() throws Exception {
        FrontDoorOnLoopback door = opens(VisitorServerSettings.DEFAULT);
        Session session = visits(door);
        assertThat(text(gets(session, "/"))).isEqualTo("hello\n");

        door.server().sendHome();

        assertThat(end(session).by()).isEqualTo(SessionEnd.By.PEER);
        assertThat(text(gets(visits(door), "/"))).isEqualTo("hello\n");
    }

    @Test
    void oneVisitorTooManyIsTurnedAway() throws Exception {
        FrontDoorOnLoopback door = opens(VisitorServerSettings.DEFAULT.withMaxConnections(1));
        Session first = visits(door);
        assertThat(text(gets(first, "/"))).isEqualTo("hello\n");

        assertThat(end(visits(door)).by()).isNotEqualTo(SessionEnd.By.US);
        assertThat(text(gets(first, "/"))).isEqualTo("hello\n");
    }

    @Test
    void whatIsNotOfferedIsNotSpoken() throws Exception {
        FrontDoorOnLoopback door = opens(VisitorServerSettings.DEFAULT.withProtocols(Set.of(VisitorProtocol.HTTP_1_1)));

        assertThat(end(visits(door)).by()).isNotEqualTo(SessionEnd.By.US);

        try (SocketVisitor visitor = door.visitor()) {
            visitor.gets("/");
            assertThat(visitor.reads().text()).isEqualTo("hello\n");
        }
    }

    @Test
    void aPortForSpdyAloneCutsOffWhoSpeaksSomethingElse() throws Exception {
        VisitorTimeouts usual = VisitorTimeouts.DEFAULT;
        FrontDoorOnLoopback door = opens(VisitorServerSettings.DEFAULT
                .withTimeouts(
                        new VisitorTimeouts(Duration.ofSeconds(1), usual.keepAlive(), usual.bodyIdle(), usual.linger()))
                .withProtocols(Set.of(VisitorProtocol.SPDY_3_1)));
        assertThat(text(gets(visits(door), "/"))).isEqualTo("hello\n");

        try (SocketVisitor visitor = door.visitor()) {
            visitor.gets("/");
            assertThat(new String(visitor.in().readAllBytes(), java.nio.charset.StandardCharsets.ISO_8859_1))
                    .doesNotContain("HTTP/1.1");
        }
    }
}
