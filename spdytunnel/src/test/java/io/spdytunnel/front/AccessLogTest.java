package io.spdytunnel.front;

import static io.spdytunnel.front.FrontDoorOnLoopback.head;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.spdytunnel.http.Arrival;
import io.spdytunnel.http.FedBody;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.HttpCallSettings;
import io.spdytunnel.http.HttpCalls;
import io.spdytunnel.http.IncomingRequest;
import io.spdytunnel.http.OutgoingRequest;
import io.spdytunnel.http.RequestObserver;
import io.spdytunnel.net.AddressRanges;
import io.spdytunnel.session.Session;
import io.spdytunnel.testing.RecordingLog;
import io.spdytunnel.tunnel.SpdyConnector;
import io.spdytunnel.tunnel.SpdyConnectorSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One line for each request, whoever the visitor is and however it ends; read by a parser, as users' tools do. */
class AccessLogTest {

    private static final String QUOTED = "\"((?:[^\"\\\\]|\\\\.)*)\"";

    /** The format as the reference page has it. */
    private static final Pattern LINE = Pattern.compile("(?<visitor>\\S+) - - \\[(?<at>[^]]+)] "
            + named("request") + " (?<status>\\d{3}|-) (?<bytes>\\d+) " + named("referer") + " " + named("agent")
            + " origin=" + named("origin") + " session=" + named("session")
            + " first=(?<first>-|\\d+\\.\\d{3}) last=(?<last>\\d+\\.\\d{3}) in=(?<in>\\d+) out=(?<out>\\d+)"
            + " end=(?<end>complete|refused|left|timeout|broken|closed)");

    private final RecordingLog log = new RecordingLog();
    private final BlockingQueue<IncomingRequest> arrived = new LinkedBlockingQueue<>();
    private @Nullable FrontDoorOnLoopback door;

    private static String named(String name) {
        return QUOTED.replaceFirst("\\(", "(?<" + name + ">");
    }

    @AfterEach
    void close() {
        if (door != null) {
            door.close();
            assertThat(door.budget().used()).isZero();
        }
    }

    private FrontDoorOnLoopback opens(VisitorServerSettings settings) throws IOException {
        FrontDoorOnLoopback opened = new FrontDoorOnLoopback(settings, null, logging(AddressRanges.NONE));
        door = opened;
        return opened;
    }

    private FrontDoorOnLoopback opens() throws IOException {
        return opens(VisitorServerSettings.DEFAULT);
    }

    private AccessLog logging(AddressRanges trusted) {
        return new AccessLog(log, trusted, InstantSource.system(), System::nanoTime);
    }

    /** The only line, once it is there. */
    private Matcher line() {
        await().atMost(10, TimeUnit.SECONDS).until(() -> !log.lines().isEmpty());
        assertThat(log.lines()).hasSize(1);
        Matcher line = LINE.matcher(log.lines().get(0).substring("INFO ".length()));
        assertThat(line.matches()).as(log.lines().get(0)).isTrue();
        return line;
    }

    private static VisitorServerSettings times(Duration head, Duration bodyIdle) {
        VisitorTimeouts usual = VisitorTimeouts.DEFAULT;
        return VisitorServerSettings.DEFAULT.withTimeouts(
                new VisitorTimeouts(head, usual.keepAlive(), bodyIdle, usual.linger()));
    }

    @Test
    void theFieldsStandInTheirOrder() {
        AtomicLong nanos = new AtomicLong();
        Instant at = Instant.parse("2026-11-21T10:00:00Z");
        HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/cart?x=1");
        head.headers().set("referer", "https://a.example/").set("user-agent", "curl/8.5");
        Arrival arrival = new Arrival(new InetSocketAddress("203.0.113.7", 5), null, false);

        RequestObserver entry =
                new AccessLog(log, AddressRanges.NONE, () -> at, nanos::get).began(arrival, "HTTP/2", head);
        entry.servedBy("shop42", new InetSocketAddress("198.51.100.4", 40112));
        entry.received(7);
        nanos.addAndGet(12_041_999);
        entry.answered(200);
        entry.sent(5000);
        entry.sent(120);
        nanos.set(1_015_730_000);
        entry.ended(null);
        entry.ended(new IOException("once is enough"));

        assertThat(log.lines())
                .containsExactly("INFO 203.0.113.7 - - [21/Nov/2026:10:00:00 +0000] \"GET /cart?x=1 HTTP/2\" 200 5120"
                        + " \"https://a.example/\" \"curl/8.5\" origin=\"shop42\" session=\"198.51.100.4:40112\""
                        + " first=12.041 last=1015.730 in=7 out=5120 end=complete");
    }

    @Test
    void nothingAVisitorWritesEndsItsFieldOrItsLine() {
        HttpRequest head = new DefaultHttpRequest(
                HttpVersion.HTTP_1_1,
                HttpMethod.GET,
                "/",
                DefaultHttpHeadersFactory.headersFactory().withValidation(false));
        head.setUri("/\"200\\\u0080");
        head.headers().set("referer", "\\\r\n").set("user-agent", "\u001b[2Ja\u0000\u007f\u0080\u00ffb\u2028\"");
        Arrival arrival = new Arrival(new InetSocketAddress("203.0.113.7", 5), null, false);

        RequestObserver entry = logging(AddressRanges.NONE).began(arrival, "SPDY/3.1", head);
        entry.servedBy("a\" end=complete\n", null);
        entry.ended(null);

        Matcher line = line();
        assertThat(line.group("request")).isEqualTo("GET /\\\"200\\\\\\x80 SPDY/3.1");
        assertThat(line.group("referer")).isEqualTo("\\\\\\x0d\\x0a");
        assertThat(line.group("agent")).isEqualTo("\\x1b[2Ja\\x00\\x7f\\x80\\xffb\\u2028\\\"");
        assertThat(line.group("origin")).isEqualTo("a\\\" end=complete\\x0a");
        assertThat(log.lines().get(0)).matches("[ -~]*");
    }

    @Test
    void anHttp1VisitorsRequestIsOneLine() throws Exception {
        FrontDoorOnLoopback door = opens();
        door.handler = request -> request.respond(head(201), request.body());
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says("PUT /a%20b?q=\"\u00e9 HTTP/1.1\r\nHost: a\r\nUser-Agent: \"me\"\u00ff\r\nCookie: secret\r\n"
                    + "Authorization: secret\r\nContent-Length: 3\r\n\r\nabc");
            assertThat(visitor.reads().text()).isEqualTo("abc");
        }

        Matcher line = line();
        assertThat(line.group("visitor")).isEqualTo("127.0.0.1");
        assertThat(line.group("request")).isEqualTo("PUT /a%20b?q=\\\"\\xe9 HTTP/1.1");
        assertThat(line.group("agent")).isEqualTo("\\\"me\\\"\\xff");
        assertThat(line.group("referer")).isEqualTo("-");
        assertThat(line.group("status")).isEqualTo("201");
        assertThat(line.group("in")).isEqualTo("3");
        assertThat(line.group("out")).isEqualTo("3").isEqualTo(line.group("bytes"));
        assertThat(line.group("origin")).isEqualTo("-");
        assertThat(line.group("session")).isEqualTo("-");
        assertThat(line.group("end")).isEqualTo("complete");
        assertThat(Double.parseDouble(line.group("first"))).isLessThanOrEqualTo(Double.parseDouble(line.group("last")));
        assertThat(log.lines().get(0)).doesNotContain("secret");
    }

    @Test
    void aTargetInAbsoluteFormIsWrittenAsSent() throws Exception {
        FrontDoorOnLoopback door = opens();
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says("GET http://shop.example/p?q HTTP/1.1\r\nHost: other\r\n\r\n");
            visitor.reads();
        }

        assertThat(line().group("request")).isEqualTo("GET http://shop.example/p?q HTTP/1.1");
    }

    @Test
    void anHttp2VisitorsRequestIsOneLine() throws Exception {
        FrontDoorOnLoopback door = opens();
        door.handler = request -> request.respond(head(200), request.body());
        try (FrameVisitor visitor = new FrameVisitor(door.server().localAddress())) {
            int id = visitor.opens("POST", "/two?q", false, "user-agent", "h2 \"x\"", "referer", "r");
            visitor.sends(id, new byte[100], true);
            assertThat(visitor.answer(id).bytes.size()).isEqualTo(100);

            Matcher line = line();
            assertThat(line.group("request")).isEqualTo("POST /two?q HTTP/2");
            assertThat(line.group("agent")).isEqualTo("h2 \\\"x\\\"");
            assertThat(line.group("referer")).isEqualTo("r");
            assertThat(line.group("status")).isEqualTo("200");
            assertThat(line.group("in")).isEqualTo("100");
            assertThat(line.group("out")).isEqualTo("100");
            assertThat(line.group("end")).isEqualTo("complete");
        }
    }

    private Session spdy(FrontDoorOnLoopback door) throws Exception {
        return new SpdyConnector(
                        SpdyConnectorSettings.to(
                                "127.0.0.1", door.server().localAddress().getPort()),
                        null,
                        door.budget(),
                        door.loops())
                .connect()
                .get(10, TimeUnit.SECONDS);
    }

    @Test
    void aSpdyVisitorsRequestIsOneLineAndItsCancelToo() throws Exception {
        FrontDoorOnLoopback door = opens();
        door.handler = arrived::add;
        Session session = spdy(door);
        HttpCalls calls = new HttpCalls(HttpCallSettings.DEFAULT);
        var answer =
                calls.send(session, OutgoingRequest.of(HttpMethod.GET, URI.create("http://a/three"), HttpBody.empty()));
        arrived.take()
                .respond(
                        head(404),
                        HttpBody.of(Unpooled.copiedBuffer("none", java.nio.charset.StandardCharsets.US_ASCII)));
        assertThat(answer.get(10, TimeUnit.SECONDS).body().readAllBytes()).hasSize(4);

        Matcher line = line();
        assertThat(line.group("request")).isEqualTo("GET /three SPDY/3.1");
        assertThat(line.group("status")).isEqualTo("404");
        assertThat(line.group("out")).isEqualTo("4");

        var unused =
                calls.send(session, OutgoingRequest.of(HttpMethod.GET, URI.create("http://a/four"), HttpBody.empty()));
        arrived.take();
        session.drain(Duration.ZERO);
        await().atMost(10, TimeUnit.SECONDS).until(() -> log.lines().size() == 2);
        assertThat(log.lines().get(1)).contains("\"GET /four SPDY/3.1\" - 0 ").endsWith("in=0 out=0 end=left");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET / HTTP/1.1~~                                   | -                    | 400",
                "GET / HTTP/1.1~Host: a~Host: b~~                   | GET / HTTP/1.1       | 400",
                "GET / HTTP/1.1~Host: a~X: ${long}~~                | -                    | 431",
                "GET /${long} HTTP/1.1~Host: a~~                    | -                    | 414",
                "BOGUS~~                                            | -                    | 400",
                "TRACE /t HTTP/1.1~Host: a~~                        | TRACE /t HTTP/1.1    | 405",
                "PUT / HTTP/1.1~Host: a~Expect: x~Content-Length: 1~~ | PUT / HTTP/1.1     | 417",
            })
    void aRefusedHeadIsOneLine(String head, String request, int status) throws Exception {
        FrontDoorOnLoopback door = opens();
        String sent = head.replace("~", "\r\n").replace("${long}", "x".repeat(20_000));
        if (head.startsWith("GET / HTTP/1.1~~")) {
            request = "GET / HTTP/1.1"; // whole, but without Host
        }
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says(sent);
            assertThat(visitor.reads().status()).isEqualTo(status);
        }

        Matcher line = line();
        assertThat(line.group("request")).isEqualTo(request);
        assertThat(line.group("status")).isEqualTo(Integer.toString(status));
        assertThat(line.group("end")).isEqualTo("refused");
        assertThat(Integer.parseInt(line.group("out"))).isPositive();
    }

    @Test
    void aRefusedRequestOfHttp2IsOneLine() throws Exception {
        FrontDoorOnLoopback door = opens();
        try (FrameVisitor visitor = new FrameVisitor(door.server().localAddress())) {
            assertThat(visitor.answer(visitor.opens("TRACE", "/t", true)).status())
                    .isEqualTo(405);
        }

        Matcher line = line();
        assertThat(line.group("request")).isEqualTo("TRACE /t HTTP/2");
        assertThat(line.group("status")).isEqualTo("405");
        assertThat(line.group("end")).isEqualTo("refused");
    }

    @Test
    void aHeadThatTakesTooLongIsATimeout() throws Exception {
        FrontDoorOnLoopback door = opens(times(Duration.ofMillis(200), Duration.ofSeconds(60)));
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says("GET / HT");
            assertThat(visitor.reads().status()).isEqualTo(408);
        }

        Matcher line = line();
        assertThat(line.group("status")).isEqualTo("408");
        assertThat(line.group("request")).isEqualTo("-");
        assertThat(line.group("end")).isEqualTo("timeout");
    }

    @Test
    void aBodyThatStandsStillIsATimeout() throws Exception {
        FrontDoorOnLoopback door = opens(times(Duration.ofSeconds(10), Duration.ofMillis(300)));
        door.handler = request -> request.respond(head(200), new FedBody().body());
        try (SocketVisitor visitor = door.visitor()) {
            visitor.gets("/");
            visitor.line();

            assertThat(line().group("end")).isEqualTo("timeout");
        } catch (IOException cutOff) {
            assertThat(line().group("end")).isEqualTo("timeout");
        }
    }

    @Test
    void aVisitorWhoLeavesAndABodyThatBreaksAreToldApart() throws Exception {
        FrontDoorOnLoopback door = opens();
        door.handler = arrived::add;
        try (SocketVisitor visitor = door.visitor()) {
            visitor.gets("/left");
            arrived.take();
            visitor.socket().setSoLinger(true, 0); // else it may only have ended its half
        }
        assertThat(line().group("end")).isEqualTo("left");
        assertThat(line().group("status")).isEqualTo("-");
        assertThat(line().group("first")).isEqualTo("-");

        try (SocketVisitor visitor = door.visitor()) {
            visitor.gets("/broken");
            FedBody fed = new FedBody();
            arrived.take().respond(head(200), fed.body());
            fed.says("some");
            assertThat(visitor.line()).startsWith("HTTP/1.1 200");
            fed.body().fail(new IOException("the origin's stream broke"));
            await().atMost(10, TimeUnit.SECONDS).until(() -> log.lines().size() == 2);
        }
        assertThat(log.lines().get(1))
                .contains("\"GET /broken HTTP/1.1\" 200 4 ")
                .endsWith("out=4 end=broken");
    }

    @Test
    void rawBytesOfBothDirectionsAreCountedAndTheLineComesAtTheEnd() throws Exception {
        FrontDoorOnLoopback door = opens();
        door.handler = request -> request.respond(head(200), request.body());
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says("CONNECT db.example:5432 HTTP/1.1\r\nHost: db.example:5432\r\n\r\n");
            assertThat(visitor.line()).startsWith("HTTP/1.1 200");
            visitor.lines();
            visitor.says("to and fro");
            assertThat(visitor.exactly(10)).hasSize(10);
            assertThat(log.lines()).isEmpty();
            visitor.socket().shutdownOutput();
            assertThat(visitor.isHungUpOn()).isTrue();
        }

        Matcher line = line();
        assertThat(line.group("request")).isEqualTo("CONNECT db.example:5432 HTTP/1.1");
        assertThat(line.group("status")).isEqualTo("200");
        assertThat(line.group("in")).isEqualTo("10");
        assertThat(line.group("out")).isEqualTo("10");
        assertThat(line.group("end")).isEqualTo("complete");
    }

    private void isALineOfBothDirections(String request, int status) {
        Matcher line = line();
        assertThat(line.group("request")).isEqualTo(request);
        assertThat(line.group("status")).isEqualTo(Integer.toString(status));
        assertThat(line.group("in")).isEqualTo("10");
        assertThat(line.group("out")).isEqualTo("10");
        assertThat(line.group("end")).isEqualTo("complete");
    }

    /** Says back what it hears, as whatever was asked for. */
    private static void echo(IncomingRequest request) {
        boolean connects = request.head().method().equals(HttpMethod.CONNECT);
        request.respond(connects ? head(200) : head(101, headers -> headers.set("Upgrade", "chat")), request.body());
    }

    @Test
    void anUpgradeByHttp1IsOneLine() throws Exception {
        FrontDoorOnLoopback door = opens();
        door.handler = AccessLogTest::echo;
        try (SocketVisitor visitor = door.visitor()) {
            visitor.says("GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n");
            assertThat(visitor.line()).startsWith("HTTP/1.1 101");
            visitor.lines();
            visitor.says("to and fro");
            assertThat(visitor.exactly(10)).hasSize(10);
            assertThat(log.lines()).isEmpty();
            visitor.socket().shutdownOutput();
            assertThat(visitor.isHungUpOn()).isTrue();
        }

        isALineOfBothDirections("GET /chat HTTP/1.1", 101);
    }

    @Test
    void aConnectByHttp2IsOneLine() throws Exception {
        FrontDoorOnLoopback door = opens();
        door.handler = AccessLogTest::echo;
        try (FrameVisitor visitor = new FrameVisitor(door.server().localAddress())) {
            int id = visitor.opens(
                    new DefaultHttp2Headers(false).method("CONNECT").authority("db.example:5432"), false);
            visitor.sends(id, new byte[10], false);
            visitor.readsUntil(() -> visitor.soFar(id).bytes.size() == 10);
            assertThat(log.lines()).isEmpty();
            visitor.sends(id, new byte[0], true);
            assertThat(visitor.answer(id).complete).isTrue();

            isALineOfBothDirections("CONNECT db.example:5432 HTTP/2", 200);
        }
    }

    @ParameterizedTest
    @CsvSource({"CONNECT, db.example:5432, 200", "GET, /chat, 101"})
    void connectAndUpgradeBySpdyAreALine(String method, String target, int status) throws Exception {
        FrontDoorOnLoopback door = opens();
        door.handler = AccessLogTest::echo;
        HttpRequest asked = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), target);
        asked.headers().set("host", "db.example:5432");
        if (status == 101) {
            asked.headers().set("upgrade", "chat");
        }
        FedBody said = new FedBody();
        var granted = new HttpCalls(HttpCallSettings.DEFAULT)
                .send(spdy(door), new OutgoingRequest(asked, said.body(), "http", OutgoingRequest.DEFAULT_PRIORITY))
                .get(10, TimeUnit.SECONDS);
        said.says("to and fro");
        assertThat(granted.body().readNBytes(10)).hasSize(10);
        assertThat(log.lines()).isEmpty();
        said.ends();
        assertThat(granted.body().readAllBytes()).isEmpty();

        isALineOfBothDirections(method + " " + target + " SPDY/3.1", status);
    }

    /** Netty answers it below our floors. */
    @Test
    void aHeadThatIsTooLongForHttp2IsOneLine() throws Exception {
        FrontDoorOnLoopback door = opens();
        try (FrameVisitor visitor = new FrameVisitor(door.server().localAddress())) {
            int id = visitor.opens("GET", "/", true, "x", "y".repeat(17_000));
            assertThat(visitor.answer(id).status()).isEqualTo(431);

            Matcher line = line();
            assertThat(line.group("request")).isEqualTo("-");
            assertThat(line.group("status")).isEqualTo("431");
            assertThat(line.group("end")).isEqualTo("refused");
            assertThat(visitor.answer(visitor.gets("/")).status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "10.0.0.9    | 203.0.113.7                     | 203.0.113.7",
                "10.0.0.9    | 6.6.6.6, 203.0.113.7, 10.0.0.1  | 203.0.113.7",
                "10.0.0.9    | 10.0.0.2, 10.0.0.1              | 10.0.0.2",
                "10.0.0.9    | 6.6.6.6, unknown                | 10.0.0.9",
                "10.0.0.9    | none                            | 10.0.0.9",
                "198.51.100.9 | 203.0.113.7                    | 198.51.100.9",
            })
    void onlyATrustedProxysWordSaysWhoTheVisitorIs(String peer, @Nullable String said, String logged) {
        HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        if (said != null) {
            head.headers().set("X-Forwarded-For", said);
        }
        Arrival arrival = new Arrival(new InetSocketAddress(peer, 5), null, false);

        logging(AddressRanges.parse("10.0.0.0/8"))
                .began(arrival, "HTTP/1.1", head)
                .ended(null);

        assertThat(line().group("visitor")).isEqualTo(logged);
    }

    @Test
    void withoutItsLoggerNothingIsKept() {
        Arrival arrival = new Arrival(new InetSocketAddress("10.0.0.1", 5), null, false);

        assertThat(AccessLog.OFF.began(arrival, "HTTP/1.1", null)).isSameAs(RequestObserver.NONE);
        assertThat(new AccessLog(
                                org.slf4j.helpers.NOPLogger.NOP_LOGGER,
                                AddressRanges.NONE,
                                InstantSource.system(),
                                System::nanoTime)
                        .began(arrival, "HTTP/1.1", null))
                .isSameAs(RequestObserver.NONE);
    }
}
