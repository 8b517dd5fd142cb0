package io.spdytunnel.front;

import static io.spdytunnel.front.FrontDoorOnLoopback.head;
import static io.spdytunnel.front.FrontDoorOnLoopback.respond;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.spdytunnel.http.FedBody;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.IncomingRequest;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How HTTP is translated under attack, over real sockets: DEFENCES rows 22, 23 and 25 to 27. */
class DefencesHttpTest {

    private final BlockingQueue<IncomingRequest> arrived = new LinkedBlockingQueue<>();
    private FrontDoorOnLoopback door;

    @BeforeEach
    void open() throws IOException {
        door = new FrontDoorOnLoopback();
        door.handler = arrived::add;
    }

    @AfterEach
    void close() {
        door.close();
        assertThat(door.budget().used()).isZero();
    }

    private IncomingRequest arrival() throws InterruptedException {
        IncomingRequest request = arrived.poll(10, TimeUnit.SECONDS);
        assertThat(request).isNotNull();
        return request;
    }

    private FrameVisitor http2() throws IOException {
        return new FrameVisitor(door.server().localAddress());
    }

    private static HttpBody text(String text) {
        return HttpBody.of(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1~Host: a~Content-Length: 4~Transfer-Encoding: chunked~~0~~",
                "POST / HTTP/1.1~Host: a~Content-Length: 4~Content-Length: 5~~abcde",
                "POST / HTTP/1.1~Host: a~Content-Length: 4, 4~~abcd",
                "POST / HTTP/1.1~Host: a~Content-Length: +4~~abcd",
                "POST / HTTP/1.1~Host: a~Content-Length: 0x4~~abcd",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: xchunked~~0~~",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding: chunked, identity~~0~~",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding : chunked~~0~~",
                "POST / HTTP/1.1~Host: a~Transfer-Encoding:~ chunked~~0~~",
                "GET / HTTP/1.1\nHost: a\n\n",
                "GET / HTTP/1.1~Host: a\nX: b~~",
            })
    void row22AHeadWithTwoFramingsOrBareLineFeedsIs400AndTheEnd(String head) throws Exception {
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says(head.replace("~", "\r\n") + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");

            assertThat(visitor.reads().status()).isEqualTo(400);
            assertThat(visitor.isHungUpOn()).isTrue();
        }
        assertThat(arrived).isEmpty();
    }

    @Test
    void row23AnUploadThatIsCutShortNeverLooksWhole() throws Exception {
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
            IncomingRequest request = arrival();
            visitor.leaves();

            assertThatThrownBy(() -> request.body().readAllBytes()).isInstanceOf(IOException.class);
            assertThat(request.ended()).failsWithin(Duration.ofSeconds(5));
        }
    }

    @Test
    void row23WhatIsLongerThanItsContentLengthIsTheNextRequestOrA400() throws Exception {
        door.handler = request -> request.respond(head(200), request.body());
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcdef");

            assertThat(visitor.reads().text()).isEqualTo("abc");
            visitor.says(" / \r\n\r\n");
            assertThat(visitor.reads().status()).isEqualTo(400);
        }
        try (FrameVisitor visitor = http2()) {
            int wrong = visitor.opens("PUT", "/", false, "content-length", "3");
            visitor.sends(wrong, new byte[6], true);
            FrameVisitor.Answer answer = visitor.answer(wrong);
            assertThat(answer.status() == 400 || answer.reset >= 0).isTrue();

            int next = visitor.opens("PUT", "/", false, "content-length", "3");
            visitor.sends(next, new byte[3], true);
            assertThat(visitor.answer(next).bytes.size()).isEqualTo(3);
        }
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
        try (SocketVisitor visitor = door.visitor()) {
            visitor.gets("/");
            assertThatThrownBy(() -> {
                        SocketVisitor.Reply reply = visitor.reads();
                        if (reply.status() == 502 || visitor.isHungUpOn()) {
                            throw new EOFException(
                                    "refused, or cut behind " + reply.text().length() + " bytes");
                        }
                    })
                    .isInstanceOfAny(EOFException.class, SocketException.class);
        }
        try (FrameVisitor visitor = http2()) {
            FrameVisitor.Answer answer = visitor.answer(visitor.gets("/"));
            assertThat(answer.complete && answer.status() == 200).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "GET http://B.example/p HTTP/1.1~Host: a   | B.example",
                "GET http://b.example:81 HTTP/1.1~Host: a  | b.example:81",
                "GET / HTTP/1.1~Host: A.Example.           | A.Example.",
                "GET / HTTP/1.1~Host: [::1]:80             | [::1]:80",
                "GET / HTTP/1.1~Host: a~Host: b            | none",
                "GET / HTTP/1.1~Host: a@b                  | none",
                "GET / HTTP/1.1~Host: a:b                  | none",
                "GET / HTTP/1.1~Host: a:65536              | none",
                "GET / HTTP/1.1~Host: a/b                  | none",
                "GET / HTTP/1.1~Host:                      | none",
                "GET http://u@b/ HTTP/1.1~Host: b          | none",
                "GET http:///p HTTP/1.1~Host: b            | none",
                "GET ftp://b/ HTTP/1.1~Host: b             | none",
            })
    void row25TheHostHasOneReadingOrIs400(String head, @Nullable String host) throws Exception {
        door.handler = request -> respond(request, 200, request.head().headers().get("host"));
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says(head.replace("~", "\r\n") + "\r\n\r\n");

            SocketVisitor.Reply reply = visitor.reads();
            assertThat(reply.status()).isEqualTo(host == null ? 400 : 200);
            if (host != null) {
                assertThat(reply.text()).isEqualTo(host);
            }
        }
    }

    @Test
    void row25AuthorityAndHostOfHttp2MustNotContradictEachOther() throws Exception {
        try (FrameVisitor visitor = http2()) {
            int id = visitor.opens("GET", "/", true, "host", "other.example");
            FrameVisitor.Answer answer = visitor.answer(id);
            assertThat(answer.reset >= 0 || answer.status() == 400).isTrue();
        }
        assertThat(arrived).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TRACE / HTTP/1.1             | 405",
                "PRI * HTTP/1.1               | 400",
                "GET * HTTP/1.1               | 400",
                "GET p HTTP/1.1               | 400",
                "GET /a b HTTP/1.1            | 400",
                "GET /a#b HTTP/1.1            | 400",
                "G{T / HTTP/1.1               | 400",
            })
    void row26WhatIsNoMethodOrTargetIsRefused(String line, int status) throws Exception {
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says(line + "\r\nHost: a\r\n\r\n");

            assertThat(visitor.reads().status()).isEqualTo(status);
        }
        assertThat(arrived).isEmpty();
    }

    @Test
    void row26AMethodOfAMebibyteIsRefusedLongBeforeItsEnd() throws Exception {
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says("M".repeat(100));
            assertThat(visitor.reads().status()).isEqualTo(501);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"//host/", "/a/%2e%2e/b", "/../x", "/a//b;p?q=%00&%zz|{}", "/%7Euser?"})
    void row26ALegalPathIsPassedOnByteForByte(String path) throws Exception {
        door.handler = request -> respond(request, 200, request.head().uri());
        try (SocketVisitor visitor = door.visitor();
                FrameVisitor other = http2()) {
            visitor.gets(path);
            assertThat(visitor.reads().text()).isEqualTo(path);
            assertThat(other.answer(other.gets(path)).text()).isEqualTo(path);
        }
    }

    @ParameterizedTest
    @CsvSource({"G T, /", "GET, p", "GET, http://b/", "GET, *", "GET, /a b"})
    void row26MethodAndPathOfHttp2HaveTheSameRules(String method, String path) throws Exception {
        try (FrameVisitor visitor = http2()) {
            FrameVisitor.Answer answer = visitor.answer(visitor.opens(method, path, true));
            assertThat(answer.reset >= 0 || (answer.status() >= 400 && answer.status() <= 501))
                    .isTrue();
        }
        assertThat(arrived).isEmpty();
    }

    @Test
    void row26TransferEncodingOfHttp2IsRefusedAndCookiesAreJoined() throws Exception {
        try (FrameVisitor visitor = http2()) {
            FrameVisitor.Answer refused =
                    visitor.answer(visitor.opens("GET", "/", true, "transfer-encoding", "chunked"));
            assertThat(refused.reset >= 0 || refused.status() == 400).isTrue();
            assertThat(arrived).isEmpty();

            int id = visitor.opens("GET", "/", true, "cookie", "a=1", "cookie", "b=2");
            IncomingRequest request = arrival();
            assertThat(request.head().headers().getAll("cookie")).containsExactly("a=1; b=2");
            respond(request, 200, "");
            assertThat(visitor.answer(id).status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 413})
    void row27ARefusalComesBeforeExpectIsAnswered(int status) throws Exception {
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\n\r\n");
            respond(arrival(), status, "no");

            assertThat(visitor.reads().status()).isEqualTo(status);
            assertThat(visitor.isHungUpOn()).isTrue();
        }
    }

    @Test
    void row27ExpectIsAnsweredOnceSomebodyAsksForTheBody() throws Exception {
        door.handler = request -> request.respond(head(200), request.body());
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
            assertThat(visitor.reads().status()).isEqualTo(100);
            visitor.says("abc");
            assertThat(visitor.reads().text()).isEqualTo("abc");
        }
    }

    @Test
    void row27A413WhileTheBodyComesIsSeen() throws Exception {
        door.close();
        door = new FrontDoorOnLoopback(VisitorServerSettings.DEFAULT.withMaxBodies(100_000, 0), null);
        door.handler = arrived::add; // nobody has answered yet
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            IncomingRequest request = arrival();
            var unused = door.loops().submit(() -> request.body().readAllBytes());
            for (int i = 0; i < 3; i++) {
                visitor.says("C350\r\n" + "x".repeat(50_000) + "\r\n");
            }
            assertThat(visitor.reads().status()).isEqualTo(413);
        }
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n" + "x".repeat(60_000));
            assertThat(visitor.reads().status()).isEqualTo(413);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"something", "100-continue, other"})
    void row27AnotherExpectationIs417ForEveryVisitor(String expectation) throws Exception {
        try (SocketVisitor visitor = door.visitor();
                FrameVisitor other = http2()) {
            visitor.says("PUT / HTTP/1.1\r\nHost: a\r\nExpect: " + expectation + "\r\nContent-Length: 1\r\n\r\n");
            assertThat(visitor.reads().status()).isEqualTo(417);
            assertThat(other.answer(other.opens("GET", "/", true, "expect", expectation))
                            .status())
                    .isEqualTo(417);
        }
        assertThat(arrived).isEmpty();
    }

    @Test
    void row27AnUnasked101Is502() throws Exception {
        door.handler = request -> respond(request, 101, "");
        try (SocketVisitor visitor = door.visitor();
                FrameVisitor other = http2()) {
            visitor.gets("/");
            assertThat(visitor.reads().status()).isEqualTo(502);
            assertThat(other.answer(other.gets("/")).status()).isEqualTo(502);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void row27AnAnswerThatHasNoBodyGetsNone(int status) throws Exception {
        door.handler = request -> {
            if (request.head().uri().equals("/next")) {
                respond(request, 200, "next");
            } else {
                request.respond(head(status), text("body"));
            }
        };
        try (SocketVisitor visitor = door.visitor();
                FrameVisitor other = http2()) {
            visitor.says(SocketVisitor.get("/") + SocketVisitor.get("/next"));
            assertThat(visitor.reads().status()).isEqualTo(status);
            assertThat(visitor.reads().text()).isEqualTo("next");
            FrameVisitor.Answer answer = other.answer(other.gets("/"));
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.text()).isEmpty();
        }
    }

    @Test
    void row27HeadHasItsContentLengthAndNoBody() throws Exception {
        door.handler = request -> respond(request, 200, "hello");
        try (SocketVisitor visitor = door.visitor();
                FrameVisitor other = http2()) {
            visitor.says("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + SocketVisitor.get("/"));
            assertThat(visitor.reads("HEAD").header("Content-Length")).isEqualTo("5");
            assertThat(visitor.reads().text()).isEqualTo("hello");
            assertThat(other.answer(other.opens("HEAD", "/", true)).text()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nSet-Cookie: x=1", "a\r\n\r\nHTTP/1.1 200 OK", "a\u0000b", "a\u001bb"})
    void row27AResponseCannotBeSplit(String value) throws Exception {
        door.handler = request -> request.respond(
                new io.netty.handler.codec.http.DefaultHttpResponse(
                        io.netty.handler.codec.http.HttpVersion.HTTP_1_1,
                        io.netty.handler.codec.http.HttpResponseStatus.OK,
                        io.netty.handler.codec.http.DefaultHttpHeadersFactory.headersFactory()
                                .withValidation(false)
                                .newHeaders()
                                .set("x-mine", value)),
                text("body"));
        try (SocketVisitor visitor = door.visitor();
                FrameVisitor other = http2()) {
            visitor.gets("/");
            SocketVisitor.Reply reply = visitor.reads();
            assertThat(reply.status()).isEqualTo(502);
            assertThat(reply.all("Set-Cookie")).isEmpty();
            FrameVisitor.Answer answer = other.answer(other.gets("/"));
            assertThat(answer.status() == 502 || answer.reset >= 0).isTrue();
        }
    }
}
