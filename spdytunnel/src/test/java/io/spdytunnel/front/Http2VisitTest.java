package io.spdytunnel.front;

import static io.spdytunnel.front.FrontDoorOnLoopback.head;
import static io.spdytunnel.front.FrontDoorOnLoopback.respond;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.spdytunnel.front.FrameVisitor.Answer;
import io.spdytunnel.http.BodyCollector;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.IncomingRequest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A visitor who speaks HTTP/2 at the door, with prior knowledge in plain TCP: how requests and answers stream. */
class Http2VisitTest {

    private static final int WINDOW = 64 * 1024;

    private final BlockingQueue<IncomingRequest> arrived = new LinkedBlockingQueue<>();
    private FrontDoorOnLoopback door;

    @BeforeEach
    void open() throws Exception {
        door = new FrontDoorOnLoopback();
    }

    @AfterEach
    void close() {
        door.close();
        assertThat(door.budget().used()).isZero();
    }

    private FrameVisitor visits() throws Exception {
        return new FrameVisitor(door.server().localAddress());
    }

    private IncomingRequest arrival() throws InterruptedException {
        IncomingRequest request = arrived.poll(10, TimeUnit.SECONDS);
        assertThat(request).isNotNull();
        return request;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    @Test
    void sharesThePortWithHttp1() throws Exception {
        door.handler = request -> respond(
                request,
                200,
                request.head().uri() + " by " + request.head().headers().get("host") + " " + request.isSecure());
        try (FrameVisitor visitor = visits();
                SocketVisitor other = door.visitor()) {
            other.says("PATCH /one HTTP/1.1\r\nHost: b\r\n\r\n"); // begins with the preface's first letter

            assertThat(other.reads().text()).isEqualTo("/one by b false");
            Answer answer = visitor.answer(visitor.gets("/two?q=%20"));
            assertThat(answer.text()).isEqualTo("/two?q=%20 by a.example false");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("date")).endsWith("GMT");
            assertThat(answer.header("content-length")).isEqualTo("29");
        }
    }

    @Test
    void aPrefaceInSingleBytesIsUnderstood() throws Exception {
        try (FrameVisitor visitor = new FrameVisitor(socket())) {
            for (char c : FrameVisitor.PREFACE.toCharArray()) {
                visitor.says(String.valueOf(c));
            }
            visitor.frame(FrameVisitor.SETTINGS, 0, 0, Unpooled.EMPTY_BUFFER);

            assertThat(visitor.answer(visitor.gets("/")).text()).isEqualTo("hello\n");
        }
    }

    @Test
    void aRequestThatBeginsLikeThePrefaceIsOneOfHttp1() throws Exception {
        try (SocketVisitor visitor = new SocketVisitor(socket())) {
            visitor.says("PRI * HTTP/2.1\r\nHost: a\r\n\r\n");

            assertThat(visitor.reads().status()).isBetween(400, 505);
        }
    }

    @Test
    void whoLeavesInTheMiddleOfThePrefaceIsForgotten() throws Exception {
        try (SocketVisitor visitor = new SocketVisitor(socket())) {
            visitor.says("PRI * HT");
        }
        await().untilAsserted(() -> assertThat(door.server().connections()).isZero());
    }

    private Socket socket() throws Exception {
        return new Socket(
                door.server().localAddress().getAddress(),
                door.server().localAddress().getPort());
    }

    @Test
    void bodiesStreamBothWays() throws Exception {
        door.handler = request -> request.respond(head(200), request.body());
        byte[] sent = random(5_000_000);
        try (FrameVisitor visitor = visits()) {
            int id = visitor.opens("POST", "/", false);

            visitor.sendsAsAllowed(id, sent, true);

            assertThat(visitor.answer(id).bytes.toByteArray()).isEqualTo(sent);
        }
    }

    @Test
    void anAnswerBeginsBeforeTheRequestHasEnded() throws Exception {
        door.handler = request -> request.respond(head(200), request.body());
        try (FrameVisitor visitor = visits()) {
            int id = visitor.opens("POST", "/", false);
            visitor.sends(id, bytes("ping"), false);
            visitor.readsUntil(() -> visitor.soFar(id).text().equals("ping"));
            visitor.sends(id, bytes("pong"), true);

            assertThat(visitor.answer(id).text()).isEqualTo("pingpong");
        }
    }

    @Test
    void trailersPassBothWays() throws Exception {
        door.handler = request -> request.respond(head(200), request.body()); // with its trailers
        try (FrameVisitor visitor = visits()) {
            int id = visitor.opens("POST", "/", false, "te", "trailers");
            visitor.sends(id, bytes("body"), false);
            visitor.sendsHeaders(id, FrameVisitor.with(new DefaultHttp2Headers(false), "grpc-status", "0"), true);

            Answer answer = visitor.answer(id);
            assertThat(answer.text()).isEqualTo("body");
            assertThat(answer.trailers.get("grpc-status")).hasToString("0");
        }
    }

    @Test
    void anUploadNobodyReadsIsHeldBackAtItsWindow() throws Exception {
        door.handler = arrived::add;
        try (FrameVisitor visitor = visits()) {
            int id = visitor.opens("PUT", "/", false);
            fillsTheWindow(visitor, id);
            IncomingRequest request = arrival();
            await().untilAsserted(() -> assertThat(request.body().available()).isEqualTo(WINDOW));
            assertThat(visitor.roomOf(id)).as("no room was given back").isNegative();

            request.respond(head(200), request.body()); // which now is read

            visitor.readsUntil(() -> visitor.roomOf(id) > WINDOW / 4);
        }
    }

    /** With 64 KiB, as our SETTINGS say. */
    private static void fillsTheWindow(FrameVisitor visitor, int id) throws Exception {
        visitor.settings();
        for (int i = 0; i < 4; i++) {
            visitor.sends(id, new byte[WINDOW / 4], false);
        }
        visitor.spend(id, WINDOW);
    }

    @Test
    void unreadUploadsHoldNobodyElseUp() throws Exception {
        door.handler = request -> {
            if (request.head().uri().equals("/read")) {
                request.respond(head(200), request.body());
            } else {
                arrived.add(request);
            }
        };
        byte[] sent = random(9_000_000); // with the others more than the connection's first room
        try (FrameVisitor visitor = visits()) {
            for (int i = 0; i < 64; i++) {
                fillsTheWindow(visitor, visitor.opens("PUT", "/unread", false));
            }
            int read = visitor.opens("PUT", "/read", false);
            visitor.sendsAsAllowed(read, sent, true);

            assertThat(visitor.answer(read).bytes.toByteArray()).isEqualTo(sent);
            assertThat(arrived).hasSize(64);
            arrived.forEach(request -> request.body().abandon("nobody reads it"));
        }
    }

    @Test
    void stalledAnswersHoldNobodyElseUp() throws Exception {
        door.handler = request -> {
            if (request.head().uri().equals("/big")) {
                request.respond(head(200), endless());
            } else {
                respond(request, 200, "small");
            }
        };
        try (FrameVisitor visitor = visits()) {
            for (int i = 0; i < 64; i++) {
                int big = visitor.gets("/big");
                visitor.stalls(big);
                visitor.readsUntil(() -> visitor.soFar(big).bytes.size() == 65_535);
            }
            for (int i = 0; i < 100; i++) {
                assertThat(visitor.answer(visitor.gets("/small")).text()).isEqualTo("small");
            }
        }
    }

    private HttpBody endless() {
        return HttpBody.from(
                new InputStream() {
                    @Override
                    public int read() {
                        return 'x';
                    }

                    @Override
                    public int read(byte[] into, int offset, int size) {
                        return size;
                    }
                },
                HttpBody.UNKNOWN_LENGTH,
                door.loops());
    }

    @Test
    void aReaderWhoReadsFastEarnsALargerWindow() throws Exception {
        door.handler = request -> request.respond(head(200), request.body());
        try (FrameVisitor visitor = visits()) {
            int id = visitor.opens("PUT", "/", false);
            visitor.sendsAsAllowed(id, random(3_000_000), false);

            visitor.readsUntil(() -> visitor.roomOf(id) > 4 * WINDOW);

            visitor.sends(id, bytes("end"), true);
            assertThat(visitor.answer(id).bytes.size()).isEqualTo(3_000_003);
        }
    }

    @Test
    void headAnd204And304HaveNoBody() throws Exception {
        door.handler = request -> {
            int status = Integer.parseInt(request.head().uri().substring(1));
            request.respond(
                    head(status, headers -> headers.set("content-length", "5")),
                    HttpBody.of(Unpooled.copiedBuffer(bytes("hello"))));
        };
        try (FrameVisitor visitor = visits()) {
            Answer answersHead = visitor.answer(visitor.opens("HEAD", "/200", true));
            assertThat(answersHead.header("content-length")).isEqualTo("5");
            assertThat(answersHead.bytes.size()).isZero();
            assertThat(visitor.answer(visitor.gets("/204")).bytes.size()).isZero();
            Answer notModified = visitor.answer(visitor.gets("/304"));
            assertThat(notModified.status()).isEqualTo(304);
            assertThat(notModified.complete).isTrue();
            assertThat(notModified.bytes.size()).isZero();
            assertThat(visitor.answer(visitor.gets("/200")).text()).isEqualTo("hello");
        }
    }

    @Test
    void whatBelongsToAnotherConnectionStaysThere() throws Exception {
        door.handler = request -> request.respond(
                head(200, headers -> headers.set("Connection", "X-Hop, close")
                        .set("X-Hop", "1")
                        .set("Keep-Alive", "timeout=5")
                        .set("Transfer-Encoding", "chunked")
                        .set("Upgrade", "x")
                        .add("Set-Cookie", "a=1")
                        .add("Set-Cookie", "b=2")),
                HttpBody.empty());
        try (FrameVisitor visitor = visits()) {
            Answer answer = visitor.answer(visitor.gets("/"));

            assertThat(answer.head.names().stream().map(CharSequence::toString))
                    .containsExactlyInAnyOrder(":status", "set-cookie", "date", "content-length");
            assertThat(answer.head.getAll("set-cookie").stream().map(CharSequence::toString))
                    .containsExactly("a=1", "b=2");
        }
    }

    @Test
    void anEarlyAnswerToAnUploadEndsInAResetWithoutError() throws Exception {
        door.handler = request -> respond(request, 413, "too large");
        try (FrameVisitor visitor = visits()) {
            int id = visitor.opens("PUT", "/", false, "content-length", "1000000");
            visitor.sends(id, new byte[1000], false);

            visitor.readsUntil(() -> visitor.soFar(id).reset >= 0);

            assertThat(visitor.soFar(id).reset).isZero();
            assertThat(visitor.soFar(id).complete).isTrue();
            assertThat(visitor.soFar(id).text()).isEqualTo("too large");
            assertThat(visitor.answer(visitor.gets("/next")).status()).isEqualTo(413);
        }
    }

    @Test
    void theVisitorGoesOnWhenItsBodyIsAskedFor() throws Exception {
        door.handler = request -> {
            var unused = BodyCollector.collect(request.body(), 100)
                    .thenAccept(body -> request.respond(head(200), HttpBody.of(body)));
        };
        try (FrameVisitor visitor = visits()) {
            int id = visitor.opens("PUT", "/", false, "expect", "100-continue");

            visitor.readsUntil(() -> visitor.soFar(id).interim == 100);
            visitor.sends(id, bytes("now"), true);

            assertThat(visitor.answer(id).text()).isEqualTo("now");
        }
    }

    @Test
    void anAnswerCanComeBeforeTheVisitorGoesOn() throws Exception {
        door.handler = request -> respond(request, 401, "who are you");
        try (FrameVisitor visitor = visits()) {
            int id = visitor.opens("PUT", "/", false, "expect", "100-continue");

            assertThat(visitor.answer(id).status()).isEqualTo(401);
            assertThat(visitor.answer(id).interim).isZero();
        }
    }

    @Test
    void anAnswerShorterThanItsLengthNeverEndsCleanly() throws Exception {
        for (String length : List.of("10", "3")) {
            door.handler = request -> request.respond(
                    head(200, headers -> headers.set("content-length", length)),
                    HttpBody.from(new ByteArrayInputStream(bytes("hello")), HttpBody.UNKNOWN_LENGTH, door.loops()));
            try (FrameVisitor visitor = visits()) {
                Answer answer = visitor.answer(visitor.gets("/"));

                assertThat(answer.complete).isFalse();
                assertThat(answer.reset).as("INTERNAL_ERROR").isEqualTo(2);
            }
        }
    }

    @Test
    void aBodyThatBreaksOffNeverEndsCleanly() throws Exception {
        door.handler = arrived::add;
        try (FrameVisitor visitor = visits()) {
            int id = visitor.gets("/");
            TrickleSource source = new TrickleSource(HttpBody.UNKNOWN_LENGTH);
            arrival().respond(head(200), source.body());
            source.gives("half");
            visitor.readsUntil(() -> visitor.soFar(id).text().equals("half"));

            source.breaks();

            assertThat(visitor.answer(id).reset).as("INTERNAL_ERROR").isEqualTo(2);
        }
    }

    @Test
    void aVisitorWhoResetsIsMissedAtOnce() throws Exception {
        door.handler = arrived::add;
        try (FrameVisitor visitor = visits()) {
            int id = visitor.opens("PUT", "/", false);
            IncomingRequest request = arrival();

            visitor.resets(id);

            assertThat(request.ended()).failsWithin(Duration.ofSeconds(1));
            request.body().abandon("nobody reads it");
            respond(request, 200, "too late");
            door.handler = other -> respond(other, 200, "still here");
            assertThat(visitor.answer(visitor.gets("/")).text()).isEqualTo("still here");
        }
    }

    @Test
    void aVisitorWhoLeavesIsMissedAtOnce() throws Exception {
        door.handler = arrived::add;
        IncomingRequest request;
        try (FrameVisitor visitor = visits()) {
            visitor.gets("/");
            request = arrival(); // a socket closed with unread bytes takes back what it has just sent
        }

        assertThat(request.ended()).failsWithin(Duration.ofSeconds(1));
        respond(request, 200, "too late");
    }

    @Test
    void aDrainedDoorFinishesWhatIsUnderWay() throws Exception {
        door.handler = arrived::add;
        try (FrameVisitor visitor = visits()) {
            int id = visitor.gets("/");
            IncomingRequest request = arrival();
            var closed = door.server().close(Duration.ofSeconds(10));

            assertThat(visitor.hearsGoAway()).as("NO_ERROR").isZero();
            respond(request, 200, "the last one");

            assertThat(visitor.answer(id).text()).isEqualTo("the last one");
            assertThat(visitor.hearsGoAwayAndTheEnd()).isZero();
            assertThat(closed.toCompletableFuture()).succeedsWithin(Duration.ofSeconds(5));
        }
    }

    @Test
    void trailersOfOurOwnFollowTheBody() throws Exception {
        door.handler = request -> {
            HttpBody body = new TrickleSource(HttpBody.UNKNOWN_LENGTH).body();
            request.respond(head(200), body);
            body.finish(new DefaultHttpHeaders().set("X-Sum", "42"));
        };
        try (FrameVisitor visitor = visits()) {
            Answer answer = visitor.answer(visitor.gets("/"));

            assertThat(answer.trailers.get("x-sum")).hasToString("42");
            assertThat(answer.complete).isTrue();
        }
    }
}
