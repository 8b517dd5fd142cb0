package io.spdytunnel.front;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which heads are refused, how, and which odd ones are not (DEFENCES.md rows 22, 25 and 26). */
class Http1RefusalTest {

    private static Arguments refused(int status, String why, String head) {
        return Arguments.of(status, Named.of(why, head));
    }

    private static String get(String... lines) {
        return "GET / HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
    }

    private static String connect(String target, String headers) {
        return "CONNECT " + target + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
    }

    private static String target(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }

    private static String host(String host) {
        return "GET / HTTP/1.1\r\nHost:" + host + "\r\n\r\n";
    }

    private static String fields(int count) {
        return String.join(
                "\r\n",
                IntStream.range(0, count).mapToObj(i -> "X-" + i + ": y").toList());
    }

    static Stream<Arguments> refusedHeads() {
        return Stream.of(framing(), hosts(), lines(), targets(), sizes()).flatMap(s -> s);
    }

    private static Stream<Arguments> framing() {
        return Stream.of(
                refused(400, "length and coding", get("Content-Length: 3", "Transfer-Encoding: chunked")),
                refused(400, "two lengths", get("Content-Length: 3", "Content-Length: 4")),
                refused(400, "the same length twice", get("Content-Length: 3", "Content-Length: 3")),
                refused(400, "lengths in a list", get("Content-Length: 3, 4")),
                refused(400, "length with a sign", get("Content-Length: +3")),
                refused(400, "negative length", get("Content-Length: -3")),
                refused(400, "length in hex", get("Content-Length: 0x3")),
                refused(400, "empty length", get("Content-Length:")),
                refused(400, "length beyond a long", get("Content-Length: 99999999999999999999")),
                refused(400, "xchunked", get("Transfer-Encoding: xchunked")),
                refused(400, "identity", get("Transfer-Encoding: identity")),
                refused(400, "chunked is not last", get("Transfer-Encoding: chunked, gzip")),
                refused(501, "gzip, chunked", get("Transfer-Encoding: gzip, chunked")),
                refused(400, "chunked twice", get("Transfer-Encoding: chunked", "Transfer-Encoding: chunked")),
                refused(400, "chunked in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
                refused(400, "chunked behind VT", get("Transfer-Encoding: \u000bchunked")),
                refused(417, "another expectation", get("Content-Length: 3", "Expect: 200-ok")));
    }

    private static Stream<Arguments> hosts() {
        return Stream.of(
                refused(400, "no Host", "GET / HTTP/1.1\r\n\r\n"),
                refused(400, "two Hosts", get("Host: a")),
                refused(400, "two Hosts in 1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
                refused(400, "empty Host", host("")),
                refused(400, "user information", host(" a@b")),
                refused(400, "Host with a path", host(" a/b")),
                refused(400, "Host with a space", host(" a b")),
                refused(400, "a list of Hosts", host(" a:1,b:2")),
                refused(400, "port without digits", host(" a:b")),
                refused(400, "empty port", host(" a:")),
                refused(400, "port too large", host(" a:65536")),
                refused(400, "only a port", host(" :80")),
                refused(400, "open bracket", host(" [::1")),
                refused(400, "no address in brackets", host(" [abc.example]")),
                refused(400, "Host in UTF-8", host(" \u00c3\u00a9")));
    }

    private static Stream<Arguments> lines() {
        return Stream.of(
                refused(400, "bare LF", "GET / HTTP/1.1\nHost: a\n\n"),
                refused(400, "bare LF behind a header", "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"),
                refused(400, "bare LF as empty line", "GET / HTTP/1.1\r\nHost: a\r\n\n"),
                refused(400, "CR in a value", get("X: a\rb")),
                refused(400, "NUL in a value", get("X: a\u0000b")),
                refused(400, "control in a value", get("X: a\u0001b")),
                refused(400, "DEL in a value", get("X: a\u007fb")),
                refused(400, "space before the colon", get("X : y")),
                refused(400, "no colon", get("X")),
                refused(400, "no name", get(": y")),
                refused(400, "space in a name", get("X Y: z")),
                refused(400, "control in a name", get("X\u0001: z")),
                refused(400, "8-bit name", get("X\u00e9: z")),
                refused(400, "folded line", get("X: a", " b")),
                refused(400, "folded first line", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
                refused(400, "two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
                refused(400, "a tab for a space", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                refused(400, "space before the method", " GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                refused(400, "HTTP/0.9", "GET /\r\n\r\n"),
                refused(400, "no token for a method", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"),
                refused(400, "version in lower case", "GET / http/1.1\r\nHost: a\r\n\r\n"),
                refused(400, "version with a tail", "GET / HTTP/1.1x\r\nHost: a\r\n\r\n"),
                refused(400, "TLS on the wrong port", "\u0016\u0003\u0001"),
                refused(505, "HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
                refused(505, "HTTP/0.9", "GET / HTTP/0.9\r\nHost: a\r\n\r\n"),
                refused(400, "HTTP/1.2 without Host", "GET / HTTP/1.2\r\n\r\n"),
                refused(400, "HTTP/1.10", "GET / HTTP/1.10\r\nHost: a\r\n\r\n"));
    }

    private static Stream<Arguments> targets() {
        return Stream.of(
                refused(405, "TRACE", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n"),
                refused(400, "CONNECT without a port", connect("a", "")),
                refused(400, "CONNECT to port 0", connect("a:0", "")),
                refused(400, "CONNECT to port 65536", connect("a:65536", "")),
                refused(400, "CONNECT without a host", connect(":443", "")),
                refused(400, "CONNECT with a user", connect("u@a:443", "")),
                refused(400, "CONNECT to a path", connect("/", "")),
                refused(400, "CONNECT to an open bracket", connect("[::1:443", "")),
                refused(400, "CONNECT with a body", connect("a:443", "Content-Length: 1\r\n")),
                refused(400, "CONNECT with chunks", connect("a:443", "Transfer-Encoding: chunked\r\n")),
                refused(400, "no slash", target("index.html")),
                refused(400, "asterisk", target("*")),
                refused(400, "another scheme", target("ftp://a/")),
                refused(400, "absolute with user", target("http://u@a/")),
                refused(400, "absolute without host", target("http:///x")),
                refused(400, "absolute without a Host header", "GET http://a/ HTTP/1.1\r\n\r\n"),
                refused(400, "fragment", target("/a#b")),
                refused(400, "control", target("/a\u0001b")),
                refused(400, "DEL", target("/a\u007fb")));
    }

    private static Stream<Arguments> sizes() {
        return Stream.of(
                refused(431, "101 headers", get(fields(100))),
                refused(431, "a header of 16 KiB", get("X: " + "y".repeat(16 * 1024))),
                refused(431, "17 KiB without an end", "GET / HTTP/1.1\r\nX: " + "y".repeat(17 * 1024)),
                refused(414, "a target of 9 KiB", target("/" + "y".repeat(9 * 1024))),
                refused(414, "a target without an end", "GET /" + "y".repeat(9 * 1024)),
                refused(501, "a method of 1 MiB", "M".repeat(1024 * 1024)),
                refused(501, "a method of 65", "M".repeat(65) + " / HTTP/1.1\r\nHost: a\r\n\r\n"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("refusedHeads")
    void refusesInOneSentenceAndCloses(int status, String head) {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(head);

            String answer = visitor.hears();

            assertThat(answer).startsWith("HTTP/1.1 " + status + " ").contains("\r\nconnection: close\r\n");
            assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4)).matches("[^\n]+\n");
            assertThat(visitor.requests).isEmpty();
            assertThat(visitor.isConnected()).isFalse();
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("refusedHeads")
    void refusesTheSameWhenItComesByteByByte(int status, String head) {
        if (head.length() > 20_000) {
            return; // the flood is one in one piece only
        }
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.saysByteByByte(head);

            assertThat(visitor.hears()).startsWith("HTTP/1.1 " + status + " ");
            assertThat(visitor.requests).isEmpty();
        }
    }

    /** CAMEL.md 6: odd but legal targets closed the connection without a word. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a|b?x={1}",
                "/%zz",
                "/%2e%2e/",
                "//host/",
                "/a\\b",
                "/\"q\"",
                "/?",
                "/a/../b",
                "/\u00c3\u00a9\u00ff\u0080",
                "/;x=1?y[]=^`~"
            })
    void aTargetReachesTheHandlerByteForByte(String odd) {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(target(odd));

            assertThat(visitor.onlyRequest().head().uri().getBytes(ISO_8859_1)).isEqualTo(odd.getBytes(ISO_8859_1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "A.Example.", "a:80", "[::1]", "[::1]:8080", "127.0.0.1:65535", "a_b", "x%20y"})
    void aHostIsPassedAsItIs(String host) {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(host(" " + host));

            assertThat(visitor.onlyRequest().head().headers().get("Host")).isEqualTo(host);
        }
    }

    @ParameterizedTest
    @CsvSource({"http://b:81/x?y, /x?y", "HTTPS://b:81, /", "http://b:81?y, /?y", "http://b:81//z, //z"})
    void theAuthorityOfAnAbsoluteTargetOverridesHost(String absolute, String origin) {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(target(absolute));

            assertThat(visitor.onlyRequest().head().uri()).isEqualTo(origin);
            assertThat(visitor.onlyRequest().head().headers().getAll("Host")).containsExactly("b:81");
        }
    }

    /** CAMEL.md 8: OPTIONS never reached the route, HTTP/1.0 without Host was refused. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
                "OPTIONS /x HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.0\r\n\r\n",
                "PURGE / HTTP/1.1\r\nHost: a\r\n\r\n",
                "M-SEARCH / HTTP/1.1\r\nHost: a\r\n\r\n",
                "get / HTTP/1.1\r\nHost: a\r\n\r\n",
                "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"
            })
    void reachesTheHandler(String head) {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(head);

            assertThat(visitor.onlyRequest().head().method().name())
                    .isEqualTo(head.trim().split(" ", -1)[0]);
        }
    }

    @Test
    void theLargestHeadThatIsAllowedIsAllowed() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            String fixed = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
            visitor.says(fixed + "y".repeat(16 * 1024 - fixed.length() - 4) + "\r\n\r\n");
            assertThat(visitor.requests).hasSize(1);
        }
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(get(fields(99)));
            assertThat(visitor.requests).hasSize(1);
        }
    }

    @Test
    void upgradeAndHeadersOfTheHopAreLeftToTheNextFloor() {
        try (FrozenVisitor visitor = new FrozenVisitor()) {
            visitor.says(
                    get("Connection: Upgrade, X-Hop", "Upgrade: websocket", "X-Hop: 1", "X-Two: a", "X-Two: b\u00e9"));

            var headers = visitor.onlyRequest().head().headers();
            assertThat(headers.get("Upgrade")).isEqualTo("websocket");
            assertThat(headers.get("Connection")).isEqualTo("Upgrade, X-Hop");
            assertThat(headers.getAll("X-Two")).containsExactly("a", "b\u00e9");
        }
    }
}
