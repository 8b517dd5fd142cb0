package io.spdytunnel.front;

import static io.spdytunnel.front.FrontDoorOnLoopback.head;
import static io.spdytunnel.front.FrontDoorOnLoopback.respond;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.spdytunnel.front.SpdyFrameVisitor.Answer;
import io.spdytunnel.http.FedBody;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.IncomingRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link DefencesHttpTest} has of HTTP/1.1 and HTTP/2, said in SPDY/3.1 as far as it can be: rows 22 to 27. */
class DefencesSpdyHttpTest {

    private final BlockingQueue<IncomingRequest> arrived = new LinkedBlockingQueue<>();
    private FrontDoorOnLoopback door;
    private SpdyFrameVisitor visitor;

    @BeforeEach
    void open() throws IOException {
        door = new FrontDoorOnLoopback();
        door.handler = arrived::add;
        visitor = new SpdyFrameVisitor(door.server().localAddress());
    }

    @AfterEach
    void close() throws IOException {
        visitor.close();
        door.close();
        assertThat(door.budget().used()).isZero();
    }

    private static HttpBody text(String text) {
        return HttpBody.of(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    }

    /** Whatever became of one stream, the session goes on. */
    private void theNextRequestIsServed() throws IOException {
        door.handler = request -> respond(request, 200, "next");
        assertThat(visitor.answer(visitor.gets("/next")).text()).isEqualTo("next");
    }

    @ParameterizedTest
    @CsvSource({
        "content-length, 4, content-length, 5",
        "content-length, +4, x, y",
        "content-length, 0x4, x, y",
        "content-length, '4, 4', x, y",
    })
    void row22TwoLengthsOrNoneThatIsANumberAre400(String name, String value, String other, String more)
            throws Exception {
        int id = visitor.opens("POST", "/", false, name, value, other, more);
        visitor.sends(id, new byte[4], true);

        assertThat(visitor.answer(id).isRefused()).isTrue();
        assertThat(arrived).isEmpty();
        theNextRequestIsServed();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 6})
    void row23AnUploadThatIsNotAsLongAsItSaysIsNoWholeRequest(int sent) throws Exception {
        door.handler = request -> request.respond(head(200), request.body());
        int id = visitor.opens("PUT", "/", false, "content-length", "3");
        visitor.sends(id, new byte[sent], true);

        Answer answer = visitor.answer(id);
        assertThat(answer.isRefused()).isTrue();
        theNextRequestIsServed();
    }

    @ParameterizedTest
    @CsvSource({"abc, 10", "abcdefghijklm, 10"})
    void row23ADownloadThatIsNotAsLongAsItSaysNeverEndsCleanly(String body, int announced) throws Exception {
        door.handler = request -> {
            FedBody fed = new FedBody();
            request.respond(head(200, h -> h.set(HttpHeaderNames.CONTENT_LENGTH, announced)), fed.body());
            fed.says(body);
            fed.ends();
        };

        Answer answer = visitor.answer(visitor.gets("/"));
        assertThat(answer.complete && answer.status() == 200).isFalse();
        theNextRequestIsServed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"connection", "keep-alive", "proxy-connection"})
    void row24WhatBelongsToAConnectionIsNoneOfARequests(String name) throws Exception {
        int id = visitor.opens("GET", "/", true, name, "x-forwarded-for", "x-forwarded-for", "203.0.113.7");
        IncomingRequest request = arrived.poll(500, TimeUnit.MILLISECONDS);

        if (request == null) {
            assertThat(visitor.answer(id).isRefused()).isTrue();
        } else {
            assertThat(request.head().headers().contains(name)).isFalse();
            respond(request, 200, "");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@b", "a:b", "a:65536", "a/b", "", "a b", ":80"})
    void row25AHostThatIsNoneIs400(String host) throws Exception {
        int id = visitor.opensWith(
                true, ":method", "GET", ":path", "/", ":version", "HTTP/1.1", ":host", host, ":scheme", "http");

        assertThat(visitor.answer(id).isRefused()).isTrue();
        assertThat(arrived).isEmpty();
    }

    @Test
    void row25AHostHeaderBesideItDoesNotLeadToAnotherOrigin() throws Exception {
        door.handler = request ->
                respond(request, 200, request.head().headers().getAll("host").toString());

        Answer answer = visitor.answer(visitor.opens("GET", "/", true, "host", "other.example"));

        assertThat(answer.isRefused() || answer.text().equals("[a]")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"G T, /", "GET, p", "GET, *", "GET, /a b", "TRACE, /", "'', /", "GET, ''", "GET, ftp://b/"})
    void row26MethodAndPathHaveTheSameRules(String method, String path) throws Exception {
        assertThat(visitor.answer(visitor.opens(method, path, true)).isRefused())
                .isTrue();
        assertThat(arrived).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"//host/", "/a/%2e%2e/b", "/../x", "/a//b;p?q=%00&%zz|{}", "/%7Euser?"})
    void row26ALegalPathIsPassedOnByteForByte(String path) throws Exception {
        door.handler = request -> respond(request, 200, request.head().uri());

        assertThat(visitor.answer(visitor.gets(path)).text()).isEqualTo(path);
    }

    @Test
    void row26TransferEncodingIsRefusedOrGone() throws Exception {
        int id = visitor.opens("GET", "/", true, "transfer-encoding", "chunked");
        IncomingRequest request = arrived.poll(500, TimeUnit.MILLISECONDS);

        if (request == null) {
            assertThat(visitor.answer(id).isRefused()).isTrue();
        } else {
            assertThat(request.head().headers().contains("transfer-encoding")).isFalse();
            respond(request, 200, "");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 413})
    void row27ARefusalComesWhileTheBodyIsOwed(int status) throws Exception {
        int id = visitor.opens("PUT", "/", false, "expect", "100-continue", "content-length", "1000000");
        IncomingRequest request = arrived.poll(10, TimeUnit.SECONDS);
        assertThat(request).isNotNull();
        respond(request, status, "no");

        assertThat(visitor.answer(id).status()).isEqualTo(status);
        theNextRequestIsServed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"something", "100-continue, other"})
    void row27AnotherExpectationIs417(String expectation) throws Exception {
        assertThat(visitor.answer(visitor.opens("GET", "/", true, "expect", expectation))
                        .status())
                .isEqualTo(417);
        assertThat(arrived).isEmpty();
        theNextRequestIsServed();
    }

    @Test
    void row27AnUnasked101Is502() throws Exception {
        door.handler = request -> respond(request, 101, "");

        assertThat(visitor.answer(visitor.gets("/")).status()).isEqualTo(502);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2c", "TLS/1.3", "HTTP/2.0"})
    void row27SuchUpgradesAreNeverPassedOn(String protocol) throws Exception {
        door.handler = request -> respond(
                request,
                200,
                request.asksForRaw() + " " + request.head().headers().contains("upgrade"));

        assertThat(visitor.answer(visitor.opens("GET", "/", true, "upgrade", protocol))
                        .text())
                .isEqualTo("false false");
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void row27AnAnswerThatHasNoBodyGetsNone(int status) throws Exception {
        door.handler = request -> request.respond(head(status), text("body"));

        Answer answer = visitor.answer(visitor.gets("/"));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text()).isEmpty();
    }

    @Test
    void row27HeadHasNoBody() throws Exception {
        door.handler = request -> respond(request, 200, "hello");

        Answer answer = visitor.answer(visitor.opens("HEAD", "/", true));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nSet-Cookie: x=1", "a\u0000b", "a\u001bb"})
    void row27AResponseCannotBeSplit(String value) throws Exception {
        door.handler = request -> request.respond(
                new DefaultHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.OK,
                        DefaultHttpHeadersFactory.headersFactory()
                                .withValidation(false)
                                .newHeaders()
                                .set("x-mine", value)),
                text("body"));

        Answer answer = visitor.answer(visitor.gets("/"));
        assertThat(answer.status() == 502 || answer.reset).isTrue();
        theNextRequestIsServed();
    }
}
