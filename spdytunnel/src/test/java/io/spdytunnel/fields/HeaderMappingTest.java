package io.spdytunnel.fields;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.spdytunnel.fields.HeaderMapping.MalformedHead;
import io.spdytunnel.wire.HeaderBlock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads become header blocks and come back as they were, but for what belongs to one hop (SPDY/3.1 3.2). */
class HeaderMappingTest {

    private static HttpRequest request(String... fields) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/a%20b?c=d");
        for (int i = 0; i < fields.length; i += 2) {
            request.headers().add(fields[i], fields[i + 1]);
        }
        return request;
    }

    private static List<String> lines(HeaderBlock block) {
        List<String> lines = new ArrayList<>();
        block.forEach((name, value) -> lines.add(name + "=" + value));
        return lines;
    }

    private static HeaderBlock requestBlock() {
        return new HeaderBlock()
                .add(":method", "GET")
                .add(":path", "/a%20b?c=d")
                .add(":version", "HTTP/1.1")
                .add(":host", "shop.example")
                .add(":scheme", "https");
    }

    @Test
    void aRequestHasAllFivePseudoHeadersAndLowerCaseNames() {
        HeaderBlock block = HeaderMapping.toBlock(request("Host", "shop.example", "X-Two", "1", "x-two", "2"), "https");

        assertThat(lines(block))
                .containsExactly(
                        ":method=GET",
                        ":path=/a%20b?c=d",
                        ":version=HTTP/1.1",
                        ":host=shop.example",
                        ":scheme=https",
                        "x-two=1",
                        "x-two=2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection",
                "Keep-Alive",
                "Proxy-Connection",
                "Proxy-Authenticate",
                "Proxy-Authorization",
                "Transfer-Encoding",
                "Expect",
                "Upgrade",
                "Host"
            })
    void whatBelongsToOneHopStaysThere(String name) {
        assertThat(lines(HeaderMapping.toBlock(request(name, "x"), "http")))
                .noneMatch(line -> line.startsWith(name.toLowerCase(java.util.Locale.ROOT) + "="));
    }

    @ParameterizedTest
    @CsvSource({"trailers, true", "Trailers, true", "'trailers, deflate', false", "gzip, false"})
    void teIsForTrailersAlone(String value, boolean passes) {
        assertThat(lines(HeaderMapping.toBlock(request("TE", value, "Connection", "TE"), "http"))
                        .contains("te=" + value))
                .isEqualTo(passes);
    }

    @Test
    void aRequestComesBackAsItWas() throws MalformedHead {
        HttpRequest back =
                HeaderMapping.toRequest(requestBlock().add("x-two", "1").add("x-two", "\u00e9"));

        assertThat(back.method()).isEqualTo(HttpMethod.GET);
        assertThat(back.uri()).isEqualTo("/a%20b?c=d");
        assertThat(back.headers().getAll("host")).containsExactly("shop.example");
        assertThat(back.headers().getAll("x-two")).containsExactly("1", "\u00e9");
    }

    @Test
    void aHostAmongTheHeadersCannotContradictColonHost() throws MalformedHead {
        HttpRequest back = HeaderMapping.toRequest(requestBlock().add("host", "evil.example"));

        assertThat(back.headers().getAll("host")).containsExactly("shop.example");
    }

    @Test
    void hopByHopHeadersOfAForeignEndAreStripped() throws MalformedHead {
        HttpRequest back = HeaderMapping.toRequest(requestBlock()
                .add("connection", "close")
                .add("transfer-encoding", "chunked")
                .add("upgrade", "h2c"));

        assertThat(back.headers().names()).containsExactly("host");
    }

    @ParameterizedTest
    @ValueSource(strings = {":method", ":path", ":version", ":host", ":scheme"})
    void aRequestWithoutAPseudoHeaderIsMalformed(String missing) {
        HeaderBlock block = new HeaderBlock();
        requestBlock().forEach((name, value) -> {
            if (!name.equals(missing)) {
                block.add(name, value);
            }
        });

        assertThatThrownBy(() -> HeaderMapping.toRequest(block)).hasMessageContaining(missing);
    }

    @ParameterizedTest
    @CsvSource({
        "'GE T', /",
        "'', /",
        "GET, a",
        "GET, 'http://x/'",
        "GET, '/a b'",
        "GET, ''",
    })
    void methodsAndPathsThatAreNoneAreMalformed(String method, String path) {
        HeaderBlock block = new HeaderBlock()
                .add(":method", method)
                .add(":path", path)
                .add(":version", "HTTP/1.1")
                .add(":host", "x")
                .add(":scheme", "http");

        assertThatThrownBy(() -> HeaderMapping.toRequest(block)).isInstanceOf(MalformedHead.class);
    }

    @ParameterizedTest
    @CsvSource({
        "200, 200, OK",
        "200 OK, 200, OK",
        "206 Partial Content, 206, Partial Content",
        "404 Gone Fishing, 404, Gone Fishing",
        "299 Odd, 299, Odd"
    })
    void aStatusMayHaveAReason(String sent, int code, String reason) throws MalformedHead {
        HttpResponse response =
                HeaderMapping.toResponse(new HeaderBlock().add(":status", sent).add(":version", "HTTP/1.1"));

        assertThat(response.status().code()).isEqualTo(code);
        assertThat(response.status().reasonPhrase()).isEqualTo(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "20", "OK", "2000", "2x0", "099", "-20"})
    void aStatusThatIsNoneIsMalformed(String sent) {
        assertThatThrownBy(() -> HeaderMapping.toResponse(
                        new HeaderBlock().add(":status", sent).add(":version", "HTTP/1.1")))
                .isInstanceOf(MalformedHead.class);
    }

    @Test
    void aResponseWithoutVersionIsMalformed() {
        assertThatThrownBy(() -> HeaderMapping.toResponse(new HeaderBlock().add(":status", "200")))
                .hasMessageContaining(":version");
    }

    @Test
    void aResponsesRepeatedHeadersStayRepeated() {
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        response.headers()
                .add("Set-Cookie", "a=1")
                .add("Set-Cookie", "b=2")
                .add("Connection", "x-hop")
                .add("X-Hop", "1");

        assertThat(lines(HeaderMapping.toBlock(response)))
                .containsExactly(":status=200 OK", ":version=HTTP/1.1", "set-cookie=a=1", "set-cookie=b=2");
    }

    @Test
    void trailersLeaveOutWhatMayNotStandThere() throws MalformedHead {
        HttpHeaders trailers = new DefaultHttpHeaders();

        HeaderMapping.copyTrailers(
                new HeaderBlock().add("x-sum", "1").add("content-length", "9").add("host", "evil"), trailers);

        assertThat(trailers.names()).containsExactly("x-sum");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/plain/a%20b?c=d&e=%C3%A4 | /plain/a%20b?c=d&e=%C3%A4",
                "/a b                      | /a%20b",
                "/100%                     | /100%25",
                "/%zz                      | /%25zz",
                "/ä\"<x>{}             | /%E4%22%3Cx%3E%7B%7D",
            })
    void aPathThatALegacyEndHasDecodedIsEscapedAgain(String decoded, String escaped) throws Exception {
        HeaderBlock block = new HeaderBlock();
        requestBlock().forEach((name, value) -> block.add(name, name.equals(":path") ? decoded : value));

        assertThat(HeaderMapping.toLegacyRequest(block).uri()).isEqualTo(escaped);
    }

    @Test
    void aLegacyEndGetsAPathThatItCanRead() {
        HttpRequest request = request("Host", "shop.example").setUri("/100%|");

        assertThat(HeaderMapping.toLegacyBlock(request, "https").first(":path")).isEqualTo("/100%25%7C");
        assertThat(HeaderMapping.toBlock(request, "https").first(":path")).isEqualTo("/100%|");
    }
}
