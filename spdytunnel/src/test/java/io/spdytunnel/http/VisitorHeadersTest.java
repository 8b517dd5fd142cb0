package io.spdytunnel.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.spdytunnel.fields.ForwardedHeaders;
import io.spdytunnel.fields.Framing;
import io.spdytunnel.fields.HopByHop;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a visitor's headers may say of the way they came, and of the body behind them. */
class VisitorHeadersTest {

    private static HttpHeaders headers(String... fields) {
        HttpHeaders headers = new DefaultHttpHeaders();
        for (int i = 0; i < fields.length; i += 2) {
            headers.add(fields[i], fields[i + 1]);
        }
        return headers;
    }

    @Test
    void whatTheVisitorSaysOfItselfIsReplaced() {
        HttpHeaders headers = headers(
                "Host",
                "shop.example",
                "X-Forwarded-For",
                "6.6.6.6",
                "X-Forwarded-Proto",
                "https",
                "Forwarded",
                "for=6",
                "X-Real-IP",
                "6.6.6.6",
                "Via",
                "evil");

        ForwardedHeaders.replace(headers, new InetSocketAddress("192.0.2.7", 1234), "http");

        assertThat(headers.getAll("x-forwarded-for")).containsExactly("192.0.2.7");
        assertThat(headers.getAll("x-forwarded-proto")).containsExactly("http");
        assertThat(headers.getAll("x-forwarded-host")).containsExactly("shop.example");
        assertThat(headers.getAll("forwarded")).containsExactly("for=192.0.2.7;host=\"shop.example\";proto=http");
        assertThat(headers.getAll("via")).containsExactly("1.1 spdytunnel");
        assertThat(headers.contains("x-real-ip")).isFalse();
    }

    @Test
    void anIpv6VisitorIsWrittenShort() {
        HttpHeaders headers = headers("Host", "a");

        ForwardedHeaders.replace(headers, new InetSocketAddress("0:0:0:0:0:0:0:1", 1234), "http");

        assertThat(headers.get("x-forwarded-for")).isEqualTo("::1");
        assertThat(headers.get("forwarded")).startsWith("for=\"[::1]\";");
    }

    @Test
    void whatATrustedProxySaysIsAddedTo() {
        HttpHeaders headers = headers(
                "Host",
                "shop.internal",
                "X-Forwarded-For",
                "198.51.100.1",
                "X-Forwarded-For",
                "203.0.113.5",
                "X-Forwarded-Proto",
                "https",
                "X-Forwarded-Host",
                "shop.example",
                "Forwarded",
                "for=198.51.100.1",
                "Via",
                "1.1 edge");

        assertThat(ForwardedHeaders.originalScheme(headers, "http")).isEqualTo("https");
        ForwardedHeaders.append(headers, new InetSocketAddress("192.0.2.7", 1234), "http");

        assertThat(headers.getAll("x-forwarded-for")).containsExactly("198.51.100.1, 203.0.113.5, 192.0.2.7");
        assertThat(headers.getAll("x-forwarded-proto")).containsExactly("https");
        assertThat(headers.getAll("x-forwarded-host")).containsExactly("shop.example");
        assertThat(headers.getAll("forwarded"))
                .containsExactly("for=198.51.100.1, for=192.0.2.7;host=\"shop.internal\";proto=http");
        assertThat(headers.getAll("via")).containsExactly("1.1 edge, 1.1 spdytunnel");
    }

    @Test
    void aSchemeThatIsNoneIsNotBelieved() {
        assertThat(ForwardedHeaders.originalScheme(headers("X-Forwarded-Proto", "gopher"), "http"))
                .isEqualTo("http");
    }

    @Test
    void anIpv6VisitorIsQuoted() {
        HttpHeaders headers = headers("Host", "x");

        ForwardedHeaders.replace(headers, new InetSocketAddress("2001:db8::1", 1), "https");

        assertThat(headers.get("forwarded")).startsWith("for=\"[2001:db8::1]\";");
    }

    @Test
    void anUnknownVisitorIsNotInvented() {
        HttpHeaders headers = headers("X-Forwarded-For", "6.6.6.6");

        ForwardedHeaders.replace(headers, null, "http");

        assertThat(headers.contains("x-forwarded-for")).isFalse();
        assertThat(headers.get("forwarded")).isEqualTo("proto=http");
    }

    @Test
    void aHostCannotBreakOutOfItsQuotes() {
        HttpHeaders headers = headers("Host", "a\";for=6.6.6.6;x=\"");

        ForwardedHeaders.replace(headers, null, "http");

        assertThat(headers.get("forwarded")).isEqualTo("host=\"a;for=6.6.6.6;x=\";proto=http");
    }

    @Test
    void connectionNamesWhatStaysOnTheHop() {
        HttpHeaders headers = headers(
                "Connection",
                "close, X-Secret , ",
                "Connection",
                "Cookie",
                "X-Secret",
                "1",
                "Cookie",
                "a",
                "X-Stays",
                "1",
                "Keep-Alive",
                "5",
                "TE",
                "gzip");

        HopByHop.strip(headers);

        assertThat(headers.names()).containsExactly("X-Stays");
    }

    @ParameterizedTest
    @CsvSource({
        "5, 5",
        "0, 0",
        "'5,5', -2",
        "-1, -2",
        "+5, -2",
        "'5 5', -2",
        "'', -2",
        "99999999999999999999, -2",
        "5a, -2"
    })
    void aContentLengthIsANumberOrMalformed(String value, long length) {
        assertThat(Framing.contentLength(headers("Content-Length", value))).isEqualTo(length);
    }

    @Test
    void twoContentLengthsMustAgree() {
        assertThat(Framing.contentLength(headers("Content-Length", "5", "Content-Length", "5")))
                .isEqualTo(5);
        assertThat(Framing.contentLength(headers("Content-Length", "5", "Content-Length", "6")))
                .isEqualTo(Framing.MALFORMED);
        assertThat(Framing.contentLength(headers())).isEqualTo(HttpBody.UNKNOWN_LENGTH);
    }

    @ParameterizedTest
    @CsvSource({"GET, 200, false", "HEAD, 200, true", "GET, 204, true", "GET, 304, true", "POST, 404, false"})
    void someAnswersHaveNoBody(String method, int status, boolean bodiless) {
        assertThat(Framing.forbidsBody(HttpMethod.valueOf(method), status)).isEqualTo(bodiless);
    }
}
