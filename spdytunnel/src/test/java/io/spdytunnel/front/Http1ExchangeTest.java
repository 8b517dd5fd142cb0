package io.spdytunnel.front;

import static io.spdytunnel.front.FrontDoorOnLoopback.head;
import static io.spdytunnel.front.FrontDoorOnLoopback.respond;
import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpVersion;
import io.spdytunnel.http.BodySink;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.IncomingRequest;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One connection, piece by piece: framing, credit, time. */
class Http1ExchangeTest {

    private static final String GET = SocketVisitor.get("/");
    private static final String UPLOAD = "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n";
    private static final String CHUNKED = "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static String behindHead(String response) {
        return response.substring(response.indexOf("\r\n\r\n") + 4);
    }

    // ---- framing

    @ParameterizedTest
    @CsvSource({
        // method, version, status, Content-Length of the head, length of the body; then what goes out
        "GET,  1.1, 200,   , 3, 3, abc",
        "GET,  1.1, 200, 3 , 3, 3, abc",
        "GET,  1.1, 200, 3 ,-1, 3, abc",
        "GET,  1.1, 200,   ,-1,  , 3>abc>0>>",
        "GET,  1.0, 200,   ,-1,  , abc",
        "HEAD, 1.1, 200, 9 , 0, 9,",
        "HEAD, 1.1, 200,   , 3, 3,",
        "HEAD, 1.1, 200,   ,-1,  ,",
        "GET,  1.1, 304, 9 , 0, 9,",
        "GET,  1.1, 304,   , 3,  ,",
        "GET,  1.1, 204, 9 , 0,  ,",
        "GET,  1.1, 204,   , 3,  ,",
        "GET,  1.1, 205,   , 3, 0,",
        "GET,  1.1, 500,   , 0, 0,",
    })
    void framesTheResponse(
            String method, String version, int status, String given, int length, String sent, String body) {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(method + " / HTTP/" + version + "\r\nHost: a\r\n\r\n");
            TrickleSource source = new TrickleSource(length);
            source.gives("abc");
            source.ends();

            visitor.onlyRequest()
                    .respond(
                            head(status, headers -> {
                                if (given != null) {
                                    headers.set("Content-Length", given);
                                }
                            }),
                            length == 0 ? HttpBody.empty() : source.body());

            String response = visitor.hears();
            String head = response.substring(0, response.indexOf("\r\n\r\n") + 2);
            if (sent == null) {
                assertThat(head).doesNotContain("content-length");
            } else {
                assertThat(head).contains("\r\ncontent-length: " + sent + "\r\n");
            }
            assertThat(head.contains("transfer-encoding: chunked")).isEqualTo(body != null && body.contains(">"));
            assertThat(behindHead(response).replace("\r\n", ">")).isEqualTo(body == null ? "" : body);
            assertThat(visitor.onlyRequest().ended().toCompletableFuture()).isCompleted();
            source.body().abandon("unused, perhaps");
        }
    }

    /** RFC 9110 2.5: a later minor version is answered as the highest one that is spoken here. */
    @ParameterizedTest
    @ValueSource(strings = {"1.2", "1.9"})
    void aLaterMinorVersionIsTreatedAsHttp11(String version) {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says("PUT / HTTP/" + version + "\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                    + "Expect: 100-continue\r\n\r\n");
            IncomingRequest request = visitor.onlyRequest();
            CollectingSink sink = new CollectingSink(request.body());
            request.body().pipeTo(sink);
            assertThat(visitor.hears()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            visitor.says("3\r\nabc\r\n0\r\n\r\n");
            assertThat(sink.text()).isEqualTo("abc");
            assertThat(request.head().protocolVersion()).isEqualTo(HttpVersion.HTTP_1_1);
            TrickleSource source = new TrickleSource(HttpBody.UNKNOWN_LENGTH);
            source.gives("abc");
            source.ends();

            request.respond(head(200), source.body());

            assertThat(visitor.hears()).startsWith("HTTP/1.1 200 ").contains("transfer-encoding: chunked");
            assertThat(visitor.isConnected()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"X: a\r\nSet-Cookie: evil=1", "X: a\nb", "X: a\rb", "X: a\u0000b", "X y: z", "X\r\nY: z", ": z"})
    void aResponseCannotBeSplit(String header) {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(GET);
            int colon = header.indexOf(": ");
            HttpHeaders unchecked = DefaultHttpHeadersFactory.headersFactory()
                    .withValidation(false)
                    .newHeaders();
            unchecked.set(header.substring(0, colon), header.substring(colon + 2));

            visitor.onlyRequest().respond(head(200), HttpBody.empty());
            assertThat(visitor.hears()).startsWith("HTTP/1.1 200 ");
            visitor.says(GET);
            visitor.requests.get(1).respond(new UncheckedResponse(unchecked), HttpBody.empty());

            assertThat(visitor.hears()).startsWith("HTTP/1.1 502 ").doesNotContain("evil");
            visitor.says(GET);
            assertThat(visitor.requests).hasSize(3);
        }
    }

    @ParameterizedTest
    @CsvSource({"101, 3", "100, 3", "103, 3", "200, 4", "200, x", "200, -1", "200, '3,3'"})
    void whatCannotBeAResponseBecomes502(int status, String contentLength) {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(GET);
            TrickleSource source = new TrickleSource(3);
            source.gives("abc");

            visitor.onlyRequest()
                    .respond(head(status, headers -> headers.set("Content-Length", contentLength)), source.body());

            assertThat(visitor.hears()).startsWith("HTTP/1.1 502 ");
            assertThat(source.abandonedBecause()).isNotNull();
            assertThat(visitor.isConnected()).isTrue();
        }
    }

    @Test
    void aBodyThatFailedBeforeTheHeadBecomes502() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(GET);
            TrickleSource source = new TrickleSource(HttpBody.UNKNOWN_LENGTH);
            source.breaks();

            visitor.onlyRequest().respond(head(200), source.body());

            assertThat(visitor.hears()).startsWith("HTTP/1.1 502 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1", "1.0"})
    void aBodyThatFailsMidwayBreaksTheConnection(String version) {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says("GET / HTTP/" + version + "\r\nHost: a\r\n\r\n");
            TrickleSource source = new TrickleSource(HttpBody.UNKNOWN_LENGTH);
            visitor.onlyRequest().respond(head(200), source.body());
            source.gives("abc");

            source.breaks();

            assertThat(behindHead(visitor.hears())).contains("abc").doesNotContain("0\r\n\r\n");
            assertThat(visitor.isConnected()).isFalse();
            assertThat(visitor.onlyRequest().ended().toCompletableFuture()).isCompletedExceptionally();
        }
    }

    @ParameterizedTest
    @CsvSource({"ab, true", "abcd, false", "'', true"})
    void aBodyOfAnotherLengthThanAnnouncedBreaksTheConnection(String body, boolean tooShort) {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(GET);
            TrickleSource source = new TrickleSource(3);
            visitor.onlyRequest().respond(head(200), source.body());
            assertThat(visitor.hears()).endsWith("\r\n\r\n");
            source.gives(body);

            source.ends();

            assertThat(visitor.hears()).isEqualTo(tooShort ? body : "");
            assertThat(visitor.isConnected()).isFalse();
            assertThat(visitor.onlyRequest().ended().toCompletableFuture()).isCompletedExceptionally();
            assertThat(source.consumed()).isEqualTo(body.length());
        }
    }

    @Test
    void theHeadAndEachEventGoOutAtOnce() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(GET);
            TrickleSource source = new TrickleSource(HttpBody.UNKNOWN_LENGTH);

            visitor.onlyRequest()
                    .respond(head(200, headers -> headers.set("Content-Type", "text/event-stream")), source.body());
            assertThat(visitor.hears()).endsWith("\r\n\r\n");
            source.gives("data: 1\n\n");
            assertThat(visitor.hears()).isEqualTo("9\r\ndata: 1\n\n\r\n");
            assertThat(source.consumed()).isEqualTo(9);

            visitor.staysSilentFor(ofHours(1));
            source.gives("x");
            source.ends();
            assertThat(visitor.hears()).isEqualTo("1\r\nx\r\n0\r\n\r\n");
        }
    }

    @Test
    void aSecondAnswerIsRefused() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(GET);
            respond(visitor.onlyRequest(), 200, "once");

            assertThatThrownBy(() -> visitor.onlyRequest().respond(head(200), HttpBody.empty()))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(visitor.hears()).endsWith("once");
        }
    }

    @Test
    void aHandlerThatThrowsIsAnsweredWith500AndNoTrace() {
        VisitorServerSettings settings = VisitorServerSettings.DEFAULT;
        try (FrozenVisitor visitor = new FrozenVisitor(settings, new AbortLimit(settings), request -> {
            throw new IllegalStateException("this message is a secret, and this log line belongs to the test");
        })) {
            visitor.says(GET);

            assertThat(visitor.hears())
                    .startsWith("HTTP/1.1 500 ")
                    .doesNotContain("secret")
                    .doesNotContain("at io.");
            visitor.says(GET);
            assertThat(visitor.hears()).startsWith("HTTP/1.1 500 ");
        }
    }

    // ---- uploads

    /** CAMEL.md 1 and 2: lengths over 1 MiB were refused, chunks blocked the event loop in a pipe. */
    @Test
    void anUploadIsReadOnlyAsFastAsItIsTaken() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(UPLOAD);
            CollectingSink sink = new CollectingSink(visitor.onlyRequest().body());
            visitor.onlyRequest().body().pipeTo(sink);
            visitor.asksForBytes();

            visitor.says("x".repeat(16 * 1024));
            visitor.says("x".repeat(16 * 1024));
            assertThat(visitor.asksForBytes()).isEqualTo(2);
            visitor.says("x".repeat(16 * 1024));
            assertThat(visitor.asksForBytes())
                    .as("half of the allowance is held")
                    .isZero();

            sink.givesBack();

            assertThat(visitor.asksForBytes()).isEqualTo(1);
            visitor.says("x".repeat(200_000 - 48 * 1024));
            assertThat(sink.text()).hasSize(200_000);
            assertThat(sink.trailers()).isEmpty();
            sink.givesBack();
        }
    }

    @Test
    void aChunkedUploadOfSingleBytesEndsWithItsTrailers() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(CHUNKED);
            IncomingRequest request = visitor.onlyRequest();
            visitor.saysByteByByte("1\r\na\r\n2;x=\"y\"\r\nbc\r\n0\r\nX-Sum: 3\r\n\r\n");

            CollectingSink sink = new CollectingSink(request.body());
            request.body().pipeTo(sink);

            assertThat(sink.text()).isEqualTo("abc");
            assertThat(sink.trailers()).map(Map.Entry::getKey).containsExactly("X-Sum");
            assertThat(request.body().length()).isEqualTo(HttpBody.UNKNOWN_LENGTH);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xyz\r\n",
                "-1\r\n",
                "+1\r\n",
                "0x1\r\n",
                "1\nb",
                "1\r\nabc",
                "1\r\na\nb",
                "FFFFFFFFF\r\n",
                " \r\n",
                "\r\n",
                "0\r\nX : y\r\n\r\n",
                "0\r\nX: a\u0001\r\n\r\n"
            })
    void aMalformedChunkFailsTheBodyAndIsAnsweredWith400(String chunk) {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(CHUNKED);
            CollectingSink sink = new CollectingSink(visitor.onlyRequest().body());
            visitor.onlyRequest().body().pipeTo(sink);

            visitor.says(chunk);

            assertThat(visitor.hears()).startsWith("HTTP/1.1 400 ");
            assertThat(sink.failure()).isNotNull();
            assertThat(visitor.isConnected()).isFalse();
            assertThat(visitor.onlyRequest().ended().toCompletableFuture()).isCompletedExceptionally();
            respond(visitor.onlyRequest(), 200, "too late");
        }
    }

    /** A tunnel on the same event loop gives its call up at once, and would be as quick with an answer of its own. */
    @ParameterizedTest
    @CsvSource({"xyz>, 400", "5>abcdefg>, 400", "7>1234567>, 413"})
    void whatIsWrongWithAnUploadIsAnsweredOnceThoughTheRouteAnswersToo(String chunk, int status) {
        try (FrozenVisitor visitor = new FrozenVisitor(VisitorServerSettings.DEFAULT.withMaxBodies(6, 0))) {
            visitor.says(CHUNKED);
            IncomingRequest request = visitor.onlyRequest();
            request.body().pipeTo(new AnsweringSink(() -> respond(request, 502, "the body broke off")));

            visitor.says(chunk.replace(">", "\r\n"));

            assertThat(visitor.hears())
                    .startsWith("HTTP/1.1 " + status + " ")
                    .containsOnlyOnce("HTTP/1.1")
                    .contains("connection: close");
            assertThat(visitor.isConnected()).isFalse();
        }
    }

    @Test
    void whoStopsMidwayIsAnsweredOnceThoughTheRouteAnswersToo() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(UPLOAD);
            IncomingRequest request = visitor.onlyRequest();
            request.body().pipeTo(new AnsweringSink(() -> respond(request, 502, "the body broke off")));

            visitor.staysSilentFor(
                    VisitorServerSettings.DEFAULT.timeouts().bodyIdle().plusSeconds(1));

            assertThat(visitor.hears()).startsWith("HTTP/1.1 408 ").containsOnlyOnce("HTTP/1.1");
        }
    }

    /** Takes nothing, and answers when the body breaks off. */
    private record AnsweringSink(Runnable answer) implements BodySink {
        @Override
        public void data(ByteBuf bytes) {
            bytes.release();
        }

        @Override
        public void end(HttpHeaders trailers) {}

        @Override
        public void failed(IOException cause) {
            answer.run();
        }
    }

    @Test
    void anUploadThatIsCutOffFails() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(UPLOAD + "only this");
            CollectingSink sink = new CollectingSink(visitor.onlyRequest().body());
            visitor.onlyRequest().body().pipeTo(sink);

            visitor.leaves();

            assertThat(sink.text()).isEqualTo("only this");
            assertThat(sink.failure()).hasMessage("the visitor left");
            assertThat(visitor.onlyRequest().ended().toCompletableFuture()).isCompletedExceptionally();
        }
    }

    @Test
    void aShortRestOfAnUnreadUploadIsSkippedAndTheConnectionKept() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nbegin");
            respond(visitor.onlyRequest(), 401, "no");
            assertThat(visitor.hears()).doesNotContain("connection: close");

            visitor.says("x".repeat(995) + GET);

            assertThat(visitor.requests).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {UPLOAD, CHUNKED})
    void aLongRestOfAnUnreadUploadEndsTheConnection(String upload) {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(upload);

            respond(visitor.onlyRequest(), 413, "no");

            assertThat(visitor.hears()).startsWith("HTTP/1.1 413 ").contains("connection: close");
            assertThat(visitor.isConnected()).isFalse(); // without a socket there is nothing to linger on
        }
    }

    @Test
    void anUploadStillBeingReadGoesOnBehindTheAnswer() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(CHUNKED + "1\r\na\r\n");
            IncomingRequest request = visitor.onlyRequest();
            CollectingSink sink = new CollectingSink(request.body());
            request.body().pipeTo(sink);
            respond(request, 200, "already");
            assertThat(visitor.hears()).endsWith("already").doesNotContain("connection: close");

            visitor.says("1\r\nb\r\n0\r\n\r\n" + GET);

            assertThat(sink.text()).isEqualTo("ab");
            assertThat(visitor.requests).hasSize(2);
        }
    }

    @Test
    void aVisitorWhoSendsItsBodyUnaskedIsNotToldToContinue() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab");
            visitor.onlyRequest().respond(head(200), visitor.onlyRequest().body());

            assertThat(visitor.hears()).startsWith("HTTP/1.1 200 ").doesNotContain("100");
        }
    }

    // ---- reading ahead

    @Test
    void whileAnAnswerIsAwaitedALimitedAmountIsReadAhead() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(GET);
            assertThat(visitor.asksForBytes()).as("to see the visitor leave").isPositive();
            for (int i = 0; i < 4; i++) {
                visitor.says("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 16000\r\n\r\n" + "x".repeat(16_000));
            }
            visitor.asksForBytes();
            visitor.says("x".repeat(16_000));
            assertThat(visitor.asksForBytes()).isZero();
            assertThat(visitor.requests).hasSize(1);

            respond(visitor.onlyRequest(), 200, "go on");

            assertThat(visitor.requests).hasSize(2);
            assertThat(visitor.asksForBytes()).isPositive();
        }
    }

    /** CAMEL.md 19: a route that waited was not told that the visitor had left. */
    @Test
    void whoWaitsForAnAnswerAndLeavesIsMissed() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(GET);

            visitor.leaves();

            assertThat(visitor.onlyRequest().ended().toCompletableFuture()).isCompletedExceptionally();
            TrickleSource late = new TrickleSource(HttpBody.UNKNOWN_LENGTH);
            visitor.onlyRequest().respond(head(200), late.body());
            assertThat(late.abandonedBecause()).isEqualTo("the visitor left");
        }
    }

    @Test
    void whoLeavesMidwayStopsTheSource() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(GET);
            TrickleSource source = new TrickleSource(HttpBody.UNKNOWN_LENGTH);
            visitor.onlyRequest().respond(head(200), source.body());
            source.gives("abc");

            visitor.leaves();

            assertThat(source.abandonedBecause()).isEqualTo("the visitor left");
            source.gives("dropped");
            assertThat(source.consumed()).isEqualTo("abcdropped".length());
        }
    }
}
