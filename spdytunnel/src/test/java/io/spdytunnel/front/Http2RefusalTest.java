package io.spdytunnel.front;

import static io.spdytunnel.front.FrameVisitor.with;
import static io.spdytunnel.front.FrontDoorOnLoopback.respond;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.spdytunnel.front.FrameVisitor.Answer;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.IncomingRequest;
import io.spdytunnel.http.StreamingTypes;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an HTTP/2 visitor may not do, and what becomes of one who does. */
class Http2RefusalTest {

    private static final long NO_ERROR = 0;
    private static final long PROTOCOL_ERROR = 1;
    private static final long FLOW_CONTROL_ERROR = 3;
    private static final long REFUSED_STREAM = 7;
    private static final long ENHANCE_YOUR_CALM = 11;
    private static final int MAX_CONCURRENT_STREAMS = 3;
    private static final int ENABLE_CONNECT_PROTOCOL = 8;

    private final BlockingQueue<IncomingRequest> arrived = new LinkedBlockingQueue<>();
    private FrontDoorOnLoopback door;

    private FrameVisitor visits(VisitorServerSettings settings) throws Exception {
        door = new FrontDoorOnLoopback(settings, null);
        door.handler = request -> {
            arrived.add(request);
            String head = request.head().method() + " " + request.head().uri() + " for "
                    + request.head().headers().get("host") + " with "
                    + request.head().headers().get("cookie");
            respond(request, 200, head);
        };
        return new FrameVisitor(door.server().localAddress());
    }

    private FrameVisitor visits() throws Exception {
        return visits(VisitorServerSettings.DEFAULT);
    }

    @AfterEach
    void close() {
        door.close();
        assertThat(door.budget().used()).isZero();
    }

    private static Http2Headers head(String method, String path, String... fields) {
        Http2Headers head = new DefaultHttp2Headers(false).method(method).scheme("http");
        return with(path == null ? head : head.path(path), fields);
    }

    private long resetOf(FrameVisitor visitor, Http2Headers head) throws Exception {
        return visitor.answer(visitor.opens(head, true)).reset;
    }

    private int statusOf(FrameVisitor visitor, Http2Headers head) throws Exception {
        return visitor.answer(visitor.opens(head, true)).status();
    }

    @Test
    void malformedHeadsCostTheirStreamOnly() throws Exception {
        try (FrameVisitor visitor = visits()) {
            assertThat(resetOf(visitor, head("GET", null).authority("a"))).isEqualTo(PROTOCOL_ERROR);
            assertThat(resetOf(visitor, with(new DefaultHttp2Headers(false), ":method", "GET", ":path", "/")))
                    .isEqualTo(PROTOCOL_ERROR);
            for (String[] field : new String[][] {
                {"Upper", "1"},
                {"connection", "close"},
                {"transfer-encoding", "chunked"},
                {"keep-alive", "timeout=5"},
                {"upgrade", "websocket"},
                {"te", "gzip"},
                {"x", "a\rb"},
                {"x", "a\nb"},
                {"x", "a\u0000b"},
                {"x", "a\u0001b"},
                {":status", "200"},
                {":extra", "1"},
                {"host", "b"},
                {"bad name", "1"}
            }) {
                assertThat(resetOf(visitor, head("GET", "/", field).authority("a")))
                        .as(field[0])
                        .isEqualTo(PROTOCOL_ERROR);
            }
            assertThat(arrived).isEmpty();
            assertThat(visitor.answer(visitor.gets("/")).status()).isEqualTo(200);
        }
    }

    @Test
    void headsThatAreNoRequestsAreAnswered() throws Exception {
        try (FrameVisitor visitor = visits()) {
            for (String path : new String[] {"a", "/a b", "/a\tb", "*", "http", "/\u007f"}) {
                Answer answer = visitor.answer(visitor.opens(head("GET", path).authority("a"), true));
                assertThat(answer.status() == 400 || answer.reset == PROTOCOL_ERROR)
                        .as(path)
                        .isTrue();
            }
            assertThat(statusOf(visitor, head("GE T", "/").authority("a"))).isEqualTo(400);
            assertThat(statusOf(visitor, head("GET", "/").authority("a@b"))).isEqualTo(400);
            assertThat(statusOf(visitor, head("GET", "/"))).isEqualTo(400);
            assertThat(statusOf(visitor, head("TRACE", "/").authority("a"))).isEqualTo(405);
            assertThat(arrived).isEmpty();
            assertThat(statusOf(visitor, head("OPTIONS", "*").authority("a"))).isEqualTo(200);
        }
    }

    @Test
    void cookiesAreJoinedAndTheTargetStaysAsItIs() throws Exception {
        try (FrameVisitor visitor = visits()) {
            int id = visitor.opens(
                    head(
                                    "GET",
                                    "//a/%2e%2e?b=%20&&",
                                    "cookie",
                                    "a=1",
                                    "x",
                                    "1",
                                    "cookie",
                                    "b=2",
                                    "host",
                                    "A.example:80")
                            .authority("a.example:80"),
                    true);

            assertThat(visitor.answer(id).text()).isEqualTo("GET //a/%2e%2e?b=%20&& for a.example:80 with a=1; b=2");
        }
    }

    @Test
    void aHostStandsInForTheAuthority() throws Exception {
        try (FrameVisitor visitor = visits()) {
            int id = visitor.opens(head("GET", "/", "host", "h"), true);

            assertThat(visitor.answer(id).text()).isEqualTo("GET / for h with null");
        }
    }

    @Test
    void aBodyOtherThanItsLengthNeverCountsAsWhole() throws Exception {
        try (FrameVisitor visitor = visits()) {
            door.handler = arrived::add;
            for (int sent : new int[] {3, 10}) {
                int id = visitor.opens("PUT", "/", false, "content-length", "5");
                visitor.sends(id, new byte[sent], true);

                assertThat(visitor.answer(id).reset).isEqualTo(PROTOCOL_ERROR);
                IncomingRequest request = arrived.poll(10, TimeUnit.SECONDS);
                assertThat(request.ended()).failsWithin(Duration.ofSeconds(1));
                request.body().abandon("it is not whole");
            }
        }
    }

    @Test
    void aHeadTooLargeIsToldSo() throws Exception {
        try (FrameVisitor visitor = visits()) {
            String[] fields = new String[2 * 101];
            Arrays.fill(fields, "x");
            assertThat(statusOf(visitor, head("GET", "/", fields).authority("a")))
                    .isEqualTo(431);
            assertThat(statusOf(
                            visitor, head("GET", "/", "x", "y".repeat(17_000)).authority("a")))
                    .isEqualTo(431);
            assertThat(statusOf(visitor, head("GET", "/" + "y".repeat(9_000)).authority("a")))
                    .isEqualTo(414);
            assertThat(arrived).isEmpty();
            assertThat(visitor.answer(visitor.gets("/")).status()).isEqualTo(200);
        }
    }

    /** 16 KiB are a head, 64 KiB are read of it; what is in the table of HPACK is right afterwards. */
    @ParameterizedTest
    @ValueSource(ints = {17_000, 40_000, 64_000, 70_000})
    void aHeadTooLongCostsItsStreamOnly(int cookie) throws Exception {
        try (FrameVisitor visitor = visits()) {
            visitor.answer(visitor.opens("GET", "/", true, "x-known", "before"));
            for (boolean last : new boolean[] {true, false}) {
                int id = visitor.opens(
                        "PUT", "/", last, "x-new", "value", "cookie", "c".repeat(cookie), "x-late", "value");
                assertThat(visitor.answer(id).status()).isEqualTo(431);
                if (!last) {
                    visitor.sends(id, new byte[1000], false);
                    visitor.sends(id, new byte[1000], true);
                    visitor.readsUntil(() -> visitor.soFar(id).reset >= 0);
                    assertThat(visitor.soFar(id).reset).isEqualTo(NO_ERROR);
                }
            }
            door.handler = request ->
                    respond(request, 200, String.valueOf(request.head().headers()));
            assertThat(visitor.answer(visitor.opens("GET", "/", true, "x-known", "before", "x-new", "value"))
                            .text())
                    .contains("x-known: before", "x-new: value");
            assertThat(arrived).hasSize(1);
        }
    }

    @Test
    void aHeadFarTooLongEndsTheSession() throws Exception {
        try (FrameVisitor visitor = visits()) {
            visitor.opens("GET", "/", true, "cookie", "c".repeat(200_000));
            assertThat(visitor.hearsGoAwayAndTheEnd()).isPositive();
        } catch (IOException cutOffWhileWriting) {
            assertThat(cutOffWhileWriting).hasMessageNotContaining("timed out");
        }
        assertThat(arrived).isEmpty();
    }

    // ---- early answers

    private static final byte[] PIECE = new byte[10_000];

    /** RFC 9113 8.1: the whole answer, then RST_STREAM with NO_ERROR; what is on its way then is no fault. */
    @Test
    void anUploadThatIsAnsweredEarlyIsAnsweredInFull() throws Exception {
        try (FrameVisitor visitor = visits()) {
            door.handler = request -> respond(request, 502, "the service is down");
            for (int i = 0; i < 300; i++) {
                int id = visitor.opens("PUT", "/", false, "content-length", "1000000");
                visitor.sends(id, PIECE, false);
                visitor.sends(id, PIECE, i % 2 == 0);
                visitor.readsUntil(() -> visitor.soFar(id).reset >= 0);

                Answer answer = visitor.soFar(id);
                assertThat(answer.status()).isEqualTo(502);
                assertThat(answer.text()).isEqualTo("the service is down");
                assertThat(answer.complete).isTrue();
                assertThat(answer.reset).isEqualTo(NO_ERROR);
            }
            door.handler = request -> respond(request, 200, "still here");
            assertThat(visitor.answer(visitor.gets("/")).text()).isEqualTo("still here");
        }
    }

    /** A program that sees the head gives its upload up, ends it, and reads on. */
    @Test
    void whoGivesItsUploadUpBehindTheHeadReadsTheRestOfTheAnswer() throws Exception {
        try (FrameVisitor visitor = visits()) {
            TrickleSource source = new TrickleSource(HttpBody.UNKNOWN_LENGTH);
            door.handler = request -> {
                arrived.add(request);
                request.respond(FrontDoorOnLoopback.head(413), source.body());
            };
            int id = visitor.opens("PUT", "/", false, "content-length", "1000000");
            visitor.readsUntil(() -> visitor.soFar(id).head != null);
            visitor.sends(id, PIECE, true);
            IncomingRequest request = arrived.take();
            door.handler = next -> respond(next, 200, "by then the door has read what came before");
            visitor.answer(visitor.gets("/next"));
            request.eventLoop()
                    .submit(() -> {
                        source.gives("too large");
                        source.ends();
                    })
                    .sync();
            visitor.readsUntil(() -> visitor.soFar(id).reset >= 0);

            assertThat(visitor.soFar(id).text()).isEqualTo("too large");
            assertThat(visitor.soFar(id).reset).isEqualTo(NO_ERROR);
            assertThatThrownBy(() -> request.body().readAllBytes()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void theDoorSaysWhatItTakes() throws Exception {
        try (FrameVisitor visitor = visits()) {
            assertThat(visitor.settings())
                    .containsEntry(MAX_CONCURRENT_STREAMS, 100L)
                    .containsEntry(6, 64L * 1024 - 32)
                    .doesNotContainKey(ENABLE_CONNECT_PROTOCOL);
        }
    }

    @Test
    void aStreamTooManyIsRefused() throws Exception {
        try (FrameVisitor visitor = visits(VisitorServerSettings.DEFAULT.withHttp2Streams(3))) {
            door.handler = arrived::add;
            visitor.gets("/1");
            visitor.gets("/2");
            int third = visitor.gets("/3");
            assertThat(visitor.answer(visitor.gets("/4")).reset).isEqualTo(REFUSED_STREAM);

            // A reset request keeps its place as long as it is worked on.
            visitor.resets(third);
            assertThat(visitor.answer(visitor.gets("/5")).reset).isEqualTo(REFUSED_STREAM);

            assertThat(arrived).hasSize(3);
            arrived.forEach(request -> respond(request, 200, "done"));
            door.handler = request -> respond(request, 200, "again");
            await().untilAsserted(() ->
                    assertThat(visitor.answer(visitor.gets("/6")).status()).isEqualTo(200));
        }
    }

    @Test
    void aVisitorWhoResetsInALoopIsSentHome() throws Exception {
        try (FrameVisitor visitor = visits()) {
            door.handler = request -> {
                arrived.add(request);
                request.ended().whenComplete((done, cut) -> respond(request, 200, "nobody waits for it"));
            };
            for (int i = 0; i < 300; i++) {
                visitor.resets(visitor.gets("/" + i));
            }
            assertThat(visitor.hearsGoAwayAndTheEnd()).isEqualTo(ENHANCE_YOUR_CALM);
        } catch (IOException cutOffWhileWriting) {
            assertThat(cutOffWhileWriting).hasMessageNotContaining("timed out");
        }
        assertThat(arrived).as("200, and those that are forgiven meanwhile").hasSizeLessThan(250);
    }

    @Test
    void aVisitorWhoMakesUsResetInALoopIsSentHome() throws Exception {
        try (FrameVisitor visitor = visits()) {
            for (int i = 0; i < 1000; i++) {
                int id = visitor.opens("PUT", "/" + i, false);
                visitor.grants(id, 0); // RFC 9113 6.9: a stream error
            }
            assertThat(visitor.hearsGoAwayAndTheEnd()).isEqualTo(ENHANCE_YOUR_CALM);
        } catch (IOException cutOffWhileWriting) {
            assertThat(cutOffWhileWriting).hasMessageNotContaining("timed out");
        }
        assertThat(arrived).as("200, and those that are forgiven meanwhile").hasSizeLessThan(500);
        arrived.forEach(request -> request.body().abandon("nobody reads it"));
    }

    @Test
    void emptyDataInALoopEndsTheSession() throws Exception {
        try (FrameVisitor visitor = visits()) {
            door.handler = arrived::add;
            int id = visitor.opens("PUT", "/", false);
            for (int i = 0; i < 30; i++) {
                visitor.sends(id, new byte[0], false);
            }
            assertThat(visitor.hearsGoAwayAndTheEnd()).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }

    @Test
    void pingsWhoseAnswersNobodyReadsEndTheSession() throws Exception {
        try (FrameVisitor visitor = visits()) {
            visitor.answer(visitor.gets("/"));
            boolean cutOff = false;
            try {
                for (int i = 0; i < 2_000_000 && !cutOff; i++) {
                    visitor.frame(FrameVisitor.PING, 0, 0, Unpooled.copyLong(i));
                    cutOff = i % 1000 == 0 && door.server().connections() == 0;
                }
            } catch (IOException hungUp) {
                cutOff = true;
            }
            assertThat(cutOff).isTrue();
        }
    }

    @Test
    void bytesBeyondAStreamsWindowCostTheStream() throws Exception {
        try (FrameVisitor visitor = visits()) {
            door.handler = arrived::add;
            int id = visitor.opens("PUT", "/", false);
            for (int i = 0; i < 5; i++) {
                visitor.sends(id, new byte[16 * 1024], false);
            }
            assertThat(visitor.answer(id).reset).isEqualTo(FLOW_CONTROL_ERROR);
            arrived.take().body().abandon("nobody reads it");
            door.handler = request -> respond(request, 200, "still here");
            assertThat(visitor.answer(visitor.gets("/")).text()).isEqualTo("still here");
        }
    }

    @Test
    void noiseInsteadOfAPrefaceEndsTheConnection() throws Exception {
        VisitorServerSettings only = VisitorServerSettings.DEFAULT.withProtocols(Set.of(VisitorProtocol.HTTP_2));
        try (FrameVisitor visitor = visits(only);
                SocketVisitor other = door.visitor()) {
            other.gets("/");
            other.in().readAllBytes(); // our SETTINGS and GOAWAY

            assertThat(visitor.answer(visitor.gets("/")).status()).isEqualTo(200);
            assertThat(arrived).hasSize(1);
        }
    }

    @Test
    void whoAsksForNothingInTimeIsSentHome() throws Exception {
        VisitorTimeouts usual = VisitorTimeouts.DEFAULT;
        VisitorTimeouts quick = new VisitorTimeouts(
                Duration.ofMillis(300), Duration.ofMillis(300), Duration.ofMillis(400), usual.linger());
        try (FrameVisitor visitor = visits(VisitorServerSettings.DEFAULT.withTimeouts(quick));
                FrameVisitor other = new FrameVisitor(door.server().localAddress())) {
            assertThat(visitor.hearsGoAwayAndTheEnd()).as("never asked").isZero();
            assertThat(other.hearsGoAwayAndTheEnd()).isZero();
        }
        try (FrameVisitor visitor = new FrameVisitor(door.server().localAddress())) {
            assertThat(visitor.answer(visitor.gets("/")).status()).isEqualTo(200);
            assertThat(visitor.hearsGoAwayAndTheEnd()).as("asked once").isZero();
        }
    }

    @Test
    void anUploadThatStandsStillIsGivenUp() throws Exception {
        VisitorTimeouts usual = VisitorTimeouts.DEFAULT;
        VisitorTimeouts quick =
                new VisitorTimeouts(usual.head(), usual.keepAlive(), Duration.ofMillis(300), usual.linger());
        try (FrameVisitor visitor = visits(VisitorServerSettings.DEFAULT.withTimeouts(quick))) {
            door.handler = arrived::add;
            int id = visitor.opens("PUT", "/", false);
            visitor.sends(id, new byte[10], false);

            assertThat(visitor.answer(id).reset).isPositive();
            arrived.take().body().abandon("nobody reads it");
        }
    }

    @Test
    void aStreamsAnswerMayBeSilentAsLongAsItLikes() throws Exception {
        VisitorTimeouts usual = VisitorTimeouts.DEFAULT;
        VisitorTimeouts quick = new VisitorTimeouts(
                usual.head(), usual.keepAlive(), Duration.ofMillis(100), usual.linger(), StreamingTypes.parse("a/b"));
        TrickleSource source = new TrickleSource(HttpBody.UNKNOWN_LENGTH);
        try (FrameVisitor visitor = visits(VisitorServerSettings.DEFAULT.withTimeouts(quick))) {
            door.handler = request -> request.respond(
                    FrontDoorOnLoopback.head(
                            200,
                            headers -> headers.set(
                                    "Content-Type", request.head().uri().substring(1))),
                    request.head().uri().equals("/a/b") ? source.body() : new TrickleSource(-1).body());
            int streaming = visitor.gets("/a/b");
            assertThat(visitor.answer(visitor.gets("/text/event-stream")).reset).isPositive();

            assertThat(visitor.soFar(streaming).reset).isEqualTo(-1);
            visitor.resets(streaming);
        }
    }

    @Test
    void requestsThatWereGivenUpCountAsLongAsTheyAreWorkedOn() throws Exception {
        VisitorServerSettings usual = VisitorServerSettings.DEFAULT;
        VisitorServerSettings strict =
                new VisitorServerSettings(usual.timeouts(), 16 * 1024, 8 * 1024, 100, 64 * 1024, 100, 3, 0);
        try (FrameVisitor visitor = visits(strict)) {
            door.handler = arrived::add;
            for (int i = 0; i < 3; i++) {
                visitor.resets(visitor.gets("/"));
            }
            await().untilAsserted(() ->
                    assertThat(visitor.answer(visitor.gets("/")).status()).isEqualTo(429));
            arrived.forEach(request -> respond(request, 200, "too late"));
            door.handler = request -> respond(request, 200, "welcome");
            await().untilAsserted(() ->
                    assertThat(visitor.answer(visitor.gets("/")).status()).isEqualTo(200));
        }
    }
}
