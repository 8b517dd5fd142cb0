package io.spdytunnel.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.StreamAcceptor;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.StreamStatus;
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

/** CONNECT and Upgrade on streams, at both ends: raw bytes where they were asked for and granted, nowhere else. */
class RawStreamTest {

    private static final HttpCallSettings SETTINGS =
            new HttpCallSettings(Duration.ofSeconds(5), Duration.ofSeconds(2), Duration.ofSeconds(8), 200, 200);

    private static final String LONG = "longer than any limit, ".repeat(10).strip();

    private final List<IncomingRequest> requests = new ArrayList<>();
    private final SpdyPeer proxy = new SpdyPeer(Role.RESPONDER, new HttpServing(requests::add, SETTINGS));
    private final SpdyPeer origin = new SpdyPeer(Role.INITIATOR, StreamAcceptor.NONE);
    private final FedBody fed = new FedBody();
    private final Heard heard = new Heard();
    private final Answer answer = new Answer();

    @AfterEach
    void close() {
        fed.body().abandon("the test is over");
        requests.forEach(request -> request.body().abandon("the test is over"));
        if (answer.body != null) {
            answer.body.abandon("the test is over");
        }
        proxy.close();
        origin.close();
    }

    /** Takes a body, as text. */
    private static final class Heard implements BodySink {
        private final StringBuilder text = new StringBuilder();
        private @Nullable HttpBody from;

        void listensTo(HttpBody body) {
            from = body;
            body.pipeTo(this);
        }

        @Override
        public void data(ByteBuf bytes) {
            int size = bytes.readableBytes();
            text.append(bytes.toString(ISO_8859_1));
            bytes.release();
            if (from != null) {
                from.consumed(size);
            }
        }

        @Override
        public void end(HttpHeaders trailers) {
            text.append(" END");
        }

        @Override
        public void failed(IOException cause) {
            text.append(" BROKEN");
        }
    }

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
    }

    private static HeaderBlock connect(String target) {
        return head("CONNECT", target);
    }

    private static HeaderBlock head(String method, String path) {
        return new HeaderBlock()
                .add(":method", method)
                .add(":path", path)
                .add(":version", "HTTP/1.1")
                .add(":host", "h")
                .add(":scheme", "http");
    }

    private static HttpResponse reply(int status, String... headers) {
        HttpResponse reply = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        for (int i = 0; i < headers.length; i += 2) {
            reply.headers().add(headers[i], headers[i + 1]);
        }
        return reply;
    }

    // ---- the origin serves

    @Test
    void aGrantedConnectIsTwoRawDirections() {
        proxy.writer().synStream(1, 0, Fin.MORE, connect("a:443"));
        IncomingRequest request = requests.get(0);
        assertThat(request.asksForRaw()).isTrue();

        request.respond(reply(200, "Content-Length", "7", "Transfer-Encoding", "chunked"), fed.body());
        heard.listensTo(request.body());
        proxy.sends(1, LONG, Fin.MORE);
        fed.says(LONG);

        assertThat(proxy.hears()).containsExactly("SYN_REPLY 1 :status=200 OK :version=HTTP/1.1", "DATA 1 " + LONG);
        assertThat(heard.text).hasToString(LONG);
        proxy.sends(1, "", Fin.FIN);
        assertThat(heard.text).hasToString(LONG + " END");
        assertThat(request.ended().toCompletableFuture()).isNotDone();
        fed.ends();
        assertThat(proxy.hears()).containsExactly("DATA 1  FIN");
        assertThat(request.ended().toCompletableFuture()).isCompleted();
    }

    @Test
    void aGrantedUpgradeNamesItsProtocol() {
        proxy.writer().synStream(1, 0, Fin.MORE, head("GET", "/").add("upgrade", "websocket"));

        requests.get(0).respond(reply(101, "Upgrade", "WebSocket", "Connection", "Upgrade"), fed.body());

        assertThat(proxy.hears())
                .containsExactly("SYN_REPLY 1 :status=101 Switching Protocols :version=HTTP/1.1 upgrade=WebSocket");
    }

    @ParameterizedTest
    @CsvSource({"101, chat", "101, ''", "101, 'websocket, chat'"})
    void anotherGrantThanWasAskedForIs502(int status, String protocol) {
        proxy.writer().synStream(1, 0, Fin.MORE, head("GET", "/").add("upgrade", "websocket"));

        requests.get(0).respond(reply(status, "Upgrade", protocol), fed.body());

        assertThat(proxy.hears().get(0)).startsWith("SYN_REPLY 1 :status=502 Bad Gateway");
        assertThat(fed.abandonedBecause()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2c", "TLS/1.0", "http/2.0", "no token"})
    void whatMustNotPassDoesNotAskForRawBytes(String protocol) {
        proxy.writer().synStream(1, 0, Fin.MORE, head("GET", "/").add("upgrade", protocol));

        assertThat(requests.get(0).asksForRaw()).isFalse();
        assertThat(requests.get(0).head().headers().contains("upgrade")).isFalse();
    }

    @Test
    void anUpgradeWithNothingToFollowAsksForNothing() {
        proxy.writer().synStream(1, 0, Fin.FIN, head("GET", "/").add("upgrade", "websocket"));

        assertThat(requests.get(0).asksForRaw()).isFalse();
        assertThat(requests.get(0).head().headers().contains("upgrade")).isFalse();
    }

    @Test
    void anOrdinaryAnswerRefuses() {
        proxy.writer().synStream(1, 0, Fin.MORE, connect("a:443"));

        requests.get(0).respond(reply(403), HttpBody.empty());

        assertThat(proxy.hears())
                .containsExactly("SYN_REPLY 1 FIN :status=403 Forbidden :version=HTTP/1.1 content-length=0");
        proxy.sends(1, "", Fin.FIN);
        assertThat(proxy.hears()).as("no reset for who ends its half").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a:", "a:0", "a:65536", "/", "http://a:443", "u@a:443", "a:443/", "a b:443"})
    void aConnectToNoHostAndPortIs400(String target) {
        proxy.writer().synStream(1, 0, Fin.MORE, connect(target));

        assertThat(proxy.hears().get(0)).startsWith("SYN_REPLY 1 :status=400 Bad Request");
        assertThat(requests).isEmpty();
    }

    @Test
    void aConnectWithABodyOrWithoutItsOtherHalfIs400() {
        proxy.writer().synStream(1, 0, Fin.MORE, connect("a:443").add("content-length", "1"));
        proxy.writer().synStream(3, 0, Fin.FIN, connect("a:443"));

        List<String> answers = proxy.hears();
        assertThat(answers).filteredOn(line -> line.contains(":status=400")).hasSize(2);
        assertThat(requests).isEmpty();
    }

    @Test
    void theVisitorsResetReachesBothDirections() {
        proxy.writer().synStream(1, 0, Fin.MORE, connect("a:443"));
        requests.get(0).respond(reply(200), fed.body());
        heard.listensTo(requests.get(0).body());

        proxy.writer().rstStream(1, StreamStatus.CANCEL);

        assertThat(heard.text).hasToString(" BROKEN");
        assertThat(fed.abandonedBecause()).isNotEmpty();
        assertThat(requests.get(0).ended().toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void aSilentRawStreamLivesAsLongAsItMay() {
        proxy.writer().synStream(1, 0, Fin.MORE, connect("a:443"));
        requests.get(0).respond(reply(200), fed.body());
        proxy.hears();

        assertThat(wasReset(proxy, 6)).isFalse();
        proxy.sends(1, "x", Fin.MORE);
        assertThat(wasReset(proxy, 6)).isFalse();
        fed.says("x");
        assertThat(proxy.hears()).containsExactly("DATA 1 x");
        assertThat(wasReset(proxy, 6)).isFalse();
        proxy.sends(1, "x", Fin.MORE);
        assertThat(wasReset(proxy, 12)).isTrue();
    }

    @Test
    void halfARawStreamMustMove() {
        proxy.writer().synStream(1, 0, Fin.MORE, connect("a:443"));
        requests.get(0).respond(reply(200), fed.body());
        assertThat(wasReset(proxy, 6)).isFalse();

        proxy.sends(1, "", Fin.FIN);

        assertThat(wasReset(proxy, 4)).isTrue();
    }

    private static boolean wasReset(SpdyPeer peer, int seconds) {
        for (int tenth = 0; tenth < 10 * seconds; tenth++) {
            peer.staysSilentFor(Duration.ofMillis(100));
        }
        return peer.hears().stream().anyMatch(line -> line.startsWith("RST_STREAM"));
    }

    // ---- the proxy calls

    private void asks(HttpMethod method, String target, String... headers) {
        HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, target);
        head.headers().set("host", "h");
        for (int i = 0; i < headers.length; i += 2) {
            head.headers().add(headers[i], headers[i + 1]);
        }
        new HttpCalls(SETTINGS).send(origin.session(), new OutgoingRequest(head, fed.body(), "http", 3), answer);
    }

    @Test
    void nothingIsSentBeforeTheGrant() {
        asks(HttpMethod.GET, "/", "Upgrade", "websocket", "Connection", "upgrade");
        fed.says("early");
        assertThat(origin.hears())
                .containsExactly(
                        "SYN_STREAM 1 :method=GET :path=/ :version=HTTP/1.1 :host=h :scheme=http upgrade=websocket");
        assertThat(fed.body().isUntouched()).isTrue();

        origin.writer()
                .synReply(
                        1,
                        Fin.MORE,
                        new HeaderBlock()
                                .add(":status", "101")
                                .add(":version", "HTTP/1.1")
                                .add("upgrade", "websocket"));

        assertThat(origin.hears()).containsExactly("DATA 1 early");
        assertThat(fed.taken()).isEqualTo(5);
        origin.sends(1, LONG, Fin.FIN);
        fed.says(LONG);
        assertThat(origin.hears()).containsExactly("DATA 1 " + LONG);
        fed.ends();
        assertThat(origin.hears()).containsExactly("DATA 1  FIN");
        heard.listensTo(body());
        assertThat(heard.text).hasToString(LONG + " END");
    }

    private HttpBody body() {
        if (answer.body == null) {
            throw new AssertionError("no answer, but " + answer.failure);
        }
        return answer.body;
    }

    @Test
    void aRefusalLeavesTheBytesUntouchedAndEndsOurHalf() {
        asks(HttpMethod.CONNECT, "a:443");
        fed.says("early");
        origin.hears();

        origin.writer()
                .synReply(1, Fin.FIN, new HeaderBlock().add(":status", "403").add(":version", "HTTP/1.1"));

        assertThat(answer.head).isNotNull();
        assertThat(origin.hears()).containsExactly("DATA 1  FIN");
        assertThat(fed.body().isUntouched()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"websocket, 101, chat", "websocket, 101, h2c", "websocket, 103, websocket"})
    void anotherGrantThanWasAskedForFails(String asked, String status, String granted) {
        asks(HttpMethod.GET, "/", "Upgrade", asked);
        origin.hears();

        origin.writer()
                .synReply(
                        1,
                        Fin.MORE,
                        new HeaderBlock()
                                .add(":status", status)
                                .add(":version", "HTTP/1.1")
                                .add("upgrade", granted));

        assertThat(answer.failure).isInstanceOf(OutcomeUnknown.class);
        assertThat(origin.hears()).containsExactly("RST_STREAM 1 PROTOCOL_ERROR");
    }

    @Test
    void noAnswerInTimeFailsAConnectToo() {
        asks(HttpMethod.CONNECT, "a:443");
        origin.hears();

        for (int second = 0; second < 10; second++) {
            origin.staysSilentFor(Duration.ofSeconds(1));
        }

        assertThat(answer.failure).isNotNull().hasMessageContaining("responseTimeout");
    }

    @Test
    void aRefusedStreamMayBeAskedForElsewhere() {
        asks(HttpMethod.CONNECT, "a:443");
        fed.says("early");
        origin.hears();

        origin.writer().rstStream(1, StreamStatus.REFUSED_STREAM);

        assertThat(answer.failure).isInstanceOf(RequestNotSent.class);
        assertThat(fed.body().isUntouched()).isTrue();
    }
}
