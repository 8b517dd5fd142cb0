package io.spdytunnel.front;

import static io.spdytunnel.front.FrontDoorOnLoopback.head;
import static io.spdytunnel.front.FrontDoorOnLoopback.respond;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.spdytunnel.front.FrameVisitor.Answer;
import io.spdytunnel.http.FedBody;
import io.spdytunnel.http.IncomingRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONNECT of an HTTP/2 visitor (RFC 9113 8.5): one stream of its connection becomes raw, the others go on. */
class Http2ConnectTest {

    private static final long PROTOCOL_ERROR = 1;
    private static final long CONNECT_ERROR = 10;
    private static final long ENHANCE_YOUR_CALM = 11;

    private final BlockingQueue<IncomingRequest> arrived = new LinkedBlockingQueue<>();
    private FrontDoorOnLoopback door;

    @AfterEach
    void close() {
        door.close();
        assertThat(door.budget().used()).isZero();
    }

    private FrameVisitor visits(VisitorServerSettings settings) throws Exception {
        door = new FrontDoorOnLoopback(settings, null);
        door.handler = request -> {
            if (request.asksForRaw()) {
                arrived.add(request);
            } else {
                respond(request, 200, "page");
            }
        };
        return new FrameVisitor(door.server().localAddress());
    }

    private FrameVisitor visits() throws Exception {
        return visits(VisitorServerSettings.DEFAULT);
    }

    private static VisitorServerSettings onlyTwoAborts() {
        return new VisitorServerSettings(
                VisitorServerSettings.DEFAULT.timeouts(), 16 * 1024, 8 * 1024, 100, 64 * 1024, 100, 2, 0);
    }

    private static Http2Headers connect() {
        return new DefaultHttp2Headers(false).method("CONNECT").authority("a.example:443");
    }

    private IncomingRequest arrival() throws InterruptedException {
        IncomingRequest request = arrived.poll(10, TimeUnit.SECONDS);
        assertThat(request).isNotNull();
        return request;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    @Test
    void bytesFlowBothWaysAndEachMaySayItsLast() throws Exception {
        try (FrameVisitor visitor = visits()) {
            int id = visitor.opens(connect(), false);
            IncomingRequest request = arrival();
            assertThat(request.head().uri()).isEqualTo("a.example:443");
            assertThat(request.head().headers().get("host")).isEqualTo("a.example:443");
            FedBody fed = new FedBody();
            request.respond(head(200, headers -> headers.set("content-length", 0)), fed.body());
            visitor.sends(id, bytes("hello"), false);
            assertThat(request.body().readNBytes(5)).isEqualTo(bytes("hello"));
            fed.says("hi");
            Answer answer = visitor.soFar(id);
            visitor.readsUntil(() -> answer.text().equals("hi"));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("content-length")).isNull();

            visitor.sends(id, bytes("bye"), true);
            assertThat(request.body().readAllBytes()).isEqualTo(bytes("bye"));
            fed.says(" and bye");
            assertThat(visitor.answer(visitor.gets("/")).text()).isEqualTo("page");
            assertThat(answer.complete).isFalse();
            fed.ends();

            assertThat(visitor.answer(id).text()).isEqualTo("hi and bye");
            assertThat(request.ended()).succeedsWithin(Duration.ofSeconds(5));
        }
    }

    @Test
    void aRefusedConnectIsAnAnswerLikeOthers() throws Exception {
        try (FrameVisitor visitor = visits()) {
            int id = visitor.opens(connect(), false);
            respond(arrival(), 403, "not there");

            Answer answer = visitor.answer(id);
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.text()).isEqualTo("not there");
            assertThat(visitor.answer(visitor.gets("/")).text()).isEqualTo("page");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {":path /", ":scheme https", ":protocol websocket", "host b.example:443"})
    void aPseudoHeaderTooManyCostsTheStreamOnly(String field) throws Exception {
        try (FrameVisitor visitor = visits()) {
            String[] parts = field.split(" ", 2);

            assertThat(visitor.answer(visitor.opens(FrameVisitor.with(connect(), parts[0], parts[1]), false)).reset)
                    .isEqualTo(PROTOCOL_ERROR);
            assertThat(visitor.answer(visitor.gets("/")).text()).isEqualTo("page");
            assertThat(arrived).isEmpty();
        }
    }

    @Test
    void aConnectToNowhereCostsTheStreamOnly() throws Exception {
        try (FrameVisitor visitor = visits()) {
            Http2Headers nowhere =
                    new DefaultHttp2Headers(false).method("CONNECT").add("host", "a.example:443");

            assertThat(visitor.answer(visitor.opens(nowhere, false)).reset).isEqualTo(PROTOCOL_ERROR);
            assertThat(visitor.answer(visitor.gets("/")).text()).isEqualTo("page");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.example", "a.example:0", "a.example:65536", "u@a:1", "/", "[::1:443"})
    void aTargetOtherThanHostAndPortIs400(String authority) throws Exception {
        try (FrameVisitor visitor = visits()) {
            int id = visitor.opens(
                    new DefaultHttp2Headers(false).method("CONNECT").authority(authority), false);
            assertThat(visitor.answer(id).status()).isEqualTo(400);
            assertThat(arrived).isEmpty();
        }
    }

    @Test
    void aConnectThatHasEndedBeforeItBeganIs400() throws Exception {
        try (FrameVisitor visitor = visits()) {
            assertThat(visitor.answer(visitor.opens(connect(), true)).status()).isEqualTo(400);
            assertThat(arrived).isEmpty();
        }
    }

    @Test
    void trailersBehindAConnectAreAnError() throws Exception {
        try (FrameVisitor visitor = visits()) {
            int id = visitor.opens(connect(), false);
            IncomingRequest request = arrival();
            FedBody fed = new FedBody();
            request.respond(head(200), fed.body());
            visitor.readsUntil(() -> visitor.soFar(id).head != null);

            visitor.sendsHeaders(id, new DefaultHttp2Headers(false).add("x", "1"), true);

            assertThat(visitor.answer(id).reset).isEqualTo(PROTOCOL_ERROR);
            await().until(() -> !fed.abandonedBecause().isEmpty());
            assertThat(visitor.answer(visitor.gets("/")).text()).isEqualTo("page");
        }
    }

    @Test
    void anEndThatBreaksOffIsToldFromOneThatSaysItsLast() throws Exception {
        try (FrameVisitor visitor = visits()) {
            int id = visitor.opens(connect(), false);
            FedBody fed = new FedBody();
            arrival().respond(head(200), fed.body());
            fed.says("half of");
            visitor.readsUntil(() -> visitor.soFar(id).text().equals("half of"));

            fed.body().fail(new IOException("reset by its peer"));

            assertThat(visitor.answer(id).reset).isEqualTo(CONNECT_ERROR);
            assertThat(visitor.answer(visitor.gets("/")).text()).isEqualTo("page");
        }
    }

    /** A browser that closes a page resets its CONNECTs, and shall not be taken for one who aborts requests. */
    @Test
    void closingWhatWasGrantedIsNoAbort() throws Exception {
        try (FrameVisitor visitor = visits(onlyTwoAborts())) {
            for (int i = 0; i < 5; i++) {
                int id = visitor.opens(connect(), false);
                IncomingRequest request = arrival();
                FedBody fed = new FedBody();
                request.respond(head(200), fed.body());
                visitor.readsUntil(() -> visitor.soFar(id).head != null);
                visitor.resets(id);
                assertThat(request.ended()).failsWithin(Duration.ofSeconds(5));
            }
            assertThat(visitor.answer(visitor.gets("/")).status()).isEqualTo(200);
        }
    }

    /** Nor for one who floods the door with resets, of which 200 within 30 s end a connection (CVE-2023-44487). */
    @Test
    void threeHundredGrantedConnectsThatAreClosedCostTheirConnectionNothing() throws Exception {
        try (FrameVisitor visitor = visits()) {
            for (int i = 0; i < 300; i++) {
                int id = visitor.opens(connect(), false);
                IncomingRequest request = arrival();
                request.respond(head(200), new FedBody().body());
                visitor.readsUntil(() -> visitor.soFar(id).head != null);
                visitor.resets(id);
                assertThat(request.ended()).failsWithin(Duration.ofSeconds(5));
            }
            assertThat(visitor.answer(visitor.gets("/")).status()).isEqualTo(200);
        }
    }

    /** A hundred keep their places, since nobody has answered them, and are resets; the others are refused, and errors. */
    @Test
    void connectsGivenUpBeforeTheirGrantEndTheConnection() throws Exception {
        try (FrameVisitor visitor = visits()) {
            for (int i = 0; i < 500; i++) {
                visitor.resets(visitor.opens(connect(), false));
            }
            assertThat(visitor.hearsGoAwayAndTheEnd()).isEqualTo(ENHANCE_YOUR_CALM);
        } catch (IOException cutOffWhileWriting) {
            assertThat(cutOffWhileWriting).hasMessageNotContaining("timed out");
        }
        assertThat(arrived).hasSizeLessThanOrEqualTo(100);
        arrived.forEach(request -> respond(request, 503, "too late"));
    }

    @Test
    void connectsThatWereGivenUpCountAsLongAsTheyAreWorkedOn() throws Exception {
        try (FrameVisitor visitor = visits(onlyTwoAborts())) {
            List<IncomingRequest> dialled = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                int id = visitor.opens(connect(), false);
                dialled.add(arrival());
                visitor.resets(id);
                assertThat(dialled.get(i).ended()).failsWithin(Duration.ofSeconds(5));
            }
            await().untilAsserted(() ->
                    assertThat(visitor.answer(visitor.gets("/")).status()).isEqualTo(429));
            dialled.forEach(request -> respond(request, 503, "too late"));
            await().untilAsserted(() ->
                    assertThat(visitor.answer(visitor.gets("/")).status()).isEqualTo(200));
        }
    }
}
