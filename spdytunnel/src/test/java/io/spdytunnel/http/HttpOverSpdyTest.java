package io.spdytunnel.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.StreamAcceptor;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP on streams, at both ends (SPDY/3.1 3.2). */
class HttpOverSpdyTest {

    private static final HttpCallSettings SETTINGS =
            new HttpCallSettings(Duration.ofSeconds(30), Duration.ofSeconds(60), 0, 0);

    private final List<IncomingRequest> requests = new ArrayList<>();
    private final SpdyPeer proxy = new SpdyPeer(Role.RESPONDER, new HttpServing(requests::add, SETTINGS));
    private final SpdyPeer origin = new SpdyPeer(Role.INITIATOR, StreamAcceptor.NONE);

    @AfterEach
    void close() {
        requests.forEach(request -> request.body().abandon("the test is over"));
        if (answer.body != null) {
            answer.body.abandon("the test is over");
        }
        proxy.close();
        origin.close();
    }

    private static HeaderBlock head(String method) {
        return new HeaderBlock()
                .add(":method", method)
                .add(":path", "/")
                .add(":version", "HTTP/1.1")
                .add(":host", "h")
                .add(":scheme", "http");
    }

    private static HeaderBlock without(HeaderBlock block, String name) {
        HeaderBlock rest = new HeaderBlock();
        block.forEach((each, value) -> {
            if (!each.equals(name)) {
                rest.add(each, value);
            }
        });
        return rest;
    }

    private static HttpBody body(String text) {
        return HttpBody.of(Unpooled.copiedBuffer(text, ISO_8859_1));
    }

    // ---- the origin serves

    @ParameterizedTest
    @ValueSource(strings = {":method", ":path", ":version", ":host", ":scheme"})
    void aRequestWithoutAPseudoHeaderIsAnswered400(String missing) {
        proxy.writer().synStream(1, 0, Fin.FIN, without(head("GET"), missing));
        assertThat(proxy.hears().get(0)).startsWith("SYN_REPLY 1 :status=400 Bad Request :version=HTTP/1.1");
        assertThat(requests).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"5, four", "3, four", "1, ''"})
    void aBodyThatIsNotItsContentLengthIsAnswered400(int announced, String sent) {
        proxy.writer().synStream(1, 0, Fin.MORE, head("POST").add("content-length", "" + announced));
        proxy.sends(1, sent, Fin.FIN);
        assertThat(proxy.hears().get(0)).startsWith("SYN_REPLY 1 :status=400 Bad Request");
    }

    @Test
    void aBodyThatIsNotItsContentLengthIsResetOnceTheAnswerHasBegun() {
        proxy.writer().synStream(1, 0, Fin.MORE, head("POST").add("content-length", "5"));
        HttpResponse ok = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        requests.get(0).respond(ok, requests.get(0).body());
        assertThat(proxy.hears()).containsExactly("SYN_REPLY 1 :status=200 OK :version=HTTP/1.1 content-length=5");
        proxy.sends(1, "four", Fin.FIN);
        assertThat(proxy.hears()).containsExactly("RST_STREAM 1 INTERNAL_ERROR");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAnswerToARequestThatWasRefusedMeanwhileGoesNowhere(boolean atOnce) {
        HttpHandler handler = request -> {
            requests.add(request);
            if (atOnce) {
                request.respond(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK), body("late"));
            }
        };
        try (SpdyPeer visitor = new SpdyPeer(Role.RESPONDER, new HttpServing(handler, SETTINGS))) {
            Fin first = Fin.of(atOnce); // the request ends before the handler sees it, or after
            visitor.writer().synStream(1, 0, first, head("POST").add("content-length", "5"));
            if (!atOnce) {
                visitor.sends(1, "four", Fin.FIN);
                requests.get(0)
                        .respond(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK), body("late"));
            }
            List<String> heard = visitor.hears();
            assertThat(heard).hasSize(2);
            assertThat(heard.get(0)).startsWith("SYN_REPLY 1 :status=400 ");
            assertThat(heard.get(1)).startsWith("DATA 1 ").endsWith(" FIN");
        }
    }

    @Test
    void aBodyOverTheLimitIs413WhetherItsLengthWasAnnouncedOrNot() {
        HttpCallSettings limited = new HttpCallSettings(Duration.ofSeconds(30), Duration.ofSeconds(60), 10, 0);
        try (SpdyPeer visitor = new SpdyPeer(Role.RESPONDER, new HttpServing(requests::add, limited))) {
            visitor.writer().synStream(1, 0, Fin.MORE, head("POST").add("content-length", "11"));
            assertThat(visitor.hears().get(0)).startsWith("SYN_REPLY 1 :status=413 ");

            visitor.writer().synStream(3, 0, Fin.MORE, head("POST"));
            visitor.sends(3, "ten bytes.", Fin.MORE);
            assertThat(visitor.hears()).doesNotContain("SYN_REPLY").hasSizeLessThan(2);
            visitor.sends(3, "!", Fin.MORE);

            List<String> heard = visitor.hears();
            assertThat(heard.get(0)).startsWith("SYN_REPLY 3 :status=413 ");
            assertThat(heard.get(1)).isEqualTo("DATA 3 the body is longer than the limit of 10 bytes FIN");
            assertThat(heard.get(2)).isEqualTo("RST_STREAM 3 CANCEL");
        }
    }

    /** A tunnel on the same event loop gives its call up at once, and would be as quick with an answer of its own. */
    @ParameterizedTest
    @CsvSource({"'', 11 bytes..., 413", "5, four, 400", "5, sixsix, 400"})
    void whatIsWrongWithABodyIsAnsweredHereThoughTheHandlerAnswersToo(String announced, String sent, int status) {
        HttpCallSettings limited = new HttpCallSettings(Duration.ofSeconds(30), Duration.ofSeconds(60), 10, 0);
        HttpHandler handler = request -> {
            requests.add(request);
            request.body().pipeTo(new AnsweringSink(request));
        };
        try (SpdyPeer visitor = new SpdyPeer(Role.RESPONDER, new HttpServing(handler, limited))) {
            HeaderBlock post = head("POST");
            visitor.writer()
                    .synStream(1, 0, Fin.MORE, announced.isEmpty() ? post : post.add("content-length", announced));
            visitor.sends(1, sent, Fin.FIN);

            assertThat(visitor.hears().get(0)).startsWith("SYN_REPLY 1 :status=" + status + " ");
        }
    }

    /** Takes nothing, and answers 502 when the body breaks off. */
    private record AnsweringSink(IncomingRequest request) implements BodySink {
        @Override
        public void data(ByteBuf bytes) {
            int size = bytes.readableBytes();
            bytes.release();
            request.body().consumed(size);
        }

        @Override
        public void end(HttpHeaders trailers) {}

        @Override
        public void failed(IOException cause) {
            request.respond(
                    new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.BAD_GATEWAY), HttpBody.empty());
        }
    }

    /** Some peers forget a stream before its end has left them, and object to a WINDOW_UPDATE that comes then. */
    @ParameterizedTest
    @ValueSource(ints = {70_000, 200_000})
    void noRoomIsAnnouncedBeyondTheContentLength(int length) throws Exception {
        calls(HttpMethod.GET, HttpBody.empty());
        origin.writer().synReply(1, Fin.MORE, ok().add("content-length", "" + length));
        HttpBody body = java.util.Objects.requireNonNull(answer.body);
        body.pipeTo(new Sink());
        int allowed = 64 * 1024;
        for (int sent = 0; sent < length; sent += 1000) {
            assertThat(allowed).as("room after %s bytes", sent).isGreaterThanOrEqualTo(sent + 1000);
            boolean needsMore = allowed < length;
            origin.sends(1, "x".repeat(1000), Fin.MORE);
            body.consumed(1000);
            origin.hears();
            int more = origin.roomFor(1);
            assertThat(needsMore || more == 0)
                    .as("%s more after %s", more, sent)
                    .isTrue();
            allowed += more;
        }
        origin.sends(1, "", Fin.FIN);
        assertThat(origin.hears()).isEmpty();
    }

    @Test
    void anAnswerLeavesWhatBelongsToOneHopBehind() {
        proxy.writer().synStream(1, 0, Fin.FIN, head("GET"));
        HttpResponse ok = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        ok.headers()
                .add("Connection", "keep-alive")
                .add("Keep-Alive", "timeout=5")
                .add("Proxy-Connection", "keep-alive")
                .add("Transfer-Encoding", "chunked")
                .add("Content-Encoding", "gzip");
        requests.get(0).respond(ok, body("zipped"));
        assertThat(proxy.hears())
                .containsExactly(
                        "SYN_REPLY 1 :status=200 OK :version=HTTP/1.1 content-encoding=gzip content-length=6",
                        "DATA 1 zipped FIN");
    }

    // ---- the proxy calls

    private static final class Answer implements ResponseListener {
        private @Nullable HttpResponse head;
        private @Nullable HttpBody body;
        private @Nullable TunnelFailure failure;

        @Override
        public void responded(HttpResponse head, HttpBody body) {
            this.head = head;
            this.body = body;
        }

        @Override
        public void failed(TunnelFailure failure) {
            this.failure = failure;
        }

        int status() {
            return head != null ? head.status().code() : failure != null ? failure.status() : 0;
        }
    }

    private final Answer answer = new Answer();

    private HttpCalls.Call calls(HttpMethod method, HttpBody body, String... headers) {
        DefaultHttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, "/");
        for (int i = 0; i < headers.length; i += 2) {
            head.headers().add(headers[i], headers[i + 1]);
        }
        return new HttpCalls(SETTINGS).send(origin.session(), new OutgoingRequest(head, body, "http", 3), answer);
    }

    private static HeaderBlock ok() {
        return new HeaderBlock().add(":status", "200").add(":version", "HTTP/1.1");
    }

    @Test
    void aRequestWithoutBodyIsAllInItsFirstFrame() {
        calls(HttpMethod.GET, HttpBody.empty(), "Host", "h", "Accept-Encoding", "gzip");
        assertThat(origin.hears())
                .containsExactly("SYN_STREAM 1 FIN :method=GET :path=/ :version=HTTP/1.1 :host=h :scheme=http"
                        + " accept-encoding=gzip");
    }

    @Test
    void aRequestsBodyEndsWithFinAndKeepsItsContentLength() {
        calls(HttpMethod.POST, body("some"), "Host", "h", "Content-Length", "4");
        assertThat(origin.hears())
                .containsExactly(
                        "SYN_STREAM 1 :method=POST :path=/ :version=HTTP/1.1 :host=h :scheme=http content-length=4",
                        "DATA 1 some FIN");
    }

    @ParameterizedTest
    @ValueSource(strings = {":status", ":version"})
    void aReplyWithoutStatusOrVersionIsReset(String missing) {
        calls(HttpMethod.GET, HttpBody.empty());
        origin.hears();
        origin.writer().synReply(1, Fin.MORE, without(ok(), missing));
        assertThat(origin.hears()).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");
        assertThat(answer.status()).isEqualTo(502);
    }

    @ParameterizedTest
    @ValueSource(strings = {"too long", "sho"})
    void anAnswerThatIsNotItsContentLengthNeverEndsCleanly(String sent) throws Exception {
        calls(HttpMethod.GET, HttpBody.empty());
        origin.writer().synReply(1, Fin.MORE, ok().add("content-length", "5"));
        origin.sends(1, sent, Fin.FIN);
        assertThat(answer.status()).isEqualTo(200);
        HttpBody body = java.util.Objects.requireNonNull(answer.body);
        Sink sink = new Sink();
        body.pipeTo(sink);
        assertThat(sink.failure).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> {
                    throw java.util.Objects.requireNonNull(sink.failure);
                })
                .hasMessageContaining("Content-Length");
    }

    @Test
    void headersBehindTheBodyAreItsTrailers() throws Exception {
        calls(HttpMethod.GET, HttpBody.empty());
        origin.writer().synReply(1, Fin.MORE, ok());
        origin.sends(1, "body", Fin.MORE);
        origin.writer().headers(1, Fin.FIN, new HeaderBlock().add("x-sum", "9"));
        Sink sink = new Sink();
        java.util.Objects.requireNonNull(answer.body).pipeTo(sink);
        assertThat(sink.text).hasToString("body x-sum=9");
    }

    @Test
    void trailersWithoutEndBreakTheStream() {
        calls(HttpMethod.GET, HttpBody.empty());
        origin.writer().synReply(1, Fin.MORE, ok());
        origin.hears();
        for (int i = 0; i < 7; i++) {
            origin.writer().headers(1, Fin.MORE, new HeaderBlock().add("x-" + i, "x".repeat(4096)));
        }
        assertThat(origin.hears()).isEmpty();
        origin.writer().headers(1, Fin.MORE, new HeaderBlock().add("x-last", "x".repeat(4096)));
        assertThat(origin.hears()).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");

        proxy.writer().synStream(1, 0, Fin.MORE, head("POST"));
        for (int i = 0; i < 1000; i++) {
            proxy.writer().headers(1, Fin.MORE, new HeaderBlock().add("x-" + i, ""));
        }
        assertThat(proxy.hears().get(0)).startsWith("SYN_REPLY 1 :status=400 Bad Request");
    }

    @Test
    void aCallThatWasNeverSentIsOverAfterItHasFailed() {
        List<String> told = new ArrayList<>();
        origin.session().drain(Duration.ZERO);
        DefaultHttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        new HttpCalls(SETTINGS)
                .send(origin.session(), new OutgoingRequest(head, HttpBody.empty(), "http", 3), new ResponseListener() {
                    @Override
                    public void responded(HttpResponse head, HttpBody body) {
                        body.abandon("there should be none");
                    }

                    @Override
                    public void failed(TunnelFailure failure) {
                        told.add("failed with " + failure.status());
                    }

                    @Override
                    public void over() {
                        told.add("over");
                    }
                });
        assertThat(told).containsExactly("failed with 503", "over");
    }

    @Test
    void aCallThatIsNoLongerWantedIsCancelled() {
        HttpCalls.Call call = calls(HttpMethod.GET, HttpBody.empty());
        origin.hears();
        call.cancel("the visitor left");
        assertThat(origin.hears()).containsExactly("RST_STREAM 1 CANCEL");
    }

    @Test
    void aCallWithoutAnAnswerInTimeIsCancelled() {
        calls(HttpMethod.GET, HttpBody.empty());
        origin.hears();
        for (int i = 0; i < 12; i++) {
            origin.staysSilentFor(Duration.ofSeconds(5));
            origin.writer().ping(2); // alive, but without an answer
        }
        assertThat(origin.hears()).contains("RST_STREAM 1 CANCEL");
        assertThat(answer.status()).isEqualTo(504);
    }

    /** Takes a body into a text. */
    private static final class Sink implements BodySink {
        private final StringBuilder text = new StringBuilder();
        private @Nullable IOException failure;

        @Override
        public void data(ByteBuf bytes) {
            text.append(bytes.toString(ISO_8859_1));
            bytes.release();
        }

        @Override
        public void end(io.netty.handler.codec.http.HttpHeaders trailers) {
            trailers.forEach(
                    each -> text.append(' ').append(each.getKey()).append('=').append(each.getValue()));
        }

        @Override
        public void failed(IOException cause) {
            failure = cause;
        }
    }
}
