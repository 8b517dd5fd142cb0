package io.spdytunnel.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How urgent a request is by its kind. */
class RequestPriorityTest {

    private static HttpRequest gets(String target, String... headers) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target);
        for (int i = 0; i < headers.length; i += 2) {
            request.headers().add(headers[i], headers[i + 1]);
        }
        return request;
    }

    @ParameterizedTest
    @CsvSource({
        "/index.html, 1",
        "/a/page.XHTML?v=1.png, 1",
        "/style.css, 2",
        "/app.min.js?x, 2",
        "/font.woff2, 2",
        "/api/items, 3",
        "/, 3",
        "/v1.2/items, 3",
        "/.png/, 3",
        "/cat.jpeg, 4",
        "/film.mp4, 5",
        "/disk.iso, 5",
        "/archive.tar.gz, 5",
        "*, 3",
        "/., 3",
    })
    void thePathTellsTheKind(String target, int priority) {
        assertThat(RequestPriority.of(gets(target))).isEqualTo(priority);
    }

    @ParameterizedTest
    @CsvSource({"document, 1", "style, 2", "script, 2", "image, 4", "video, 5", "empty, 3"})
    void aBrowserTellsWhatItIsFor(String destination, int priority) {
        assertThat(RequestPriority.of(gets("/what", "sec-fetch-dest", destination)))
                .isEqualTo(priority);
    }

    @Test
    void whatABrowserSaysCountsMoreThanThePath() {
        assertThat(RequestPriority.of(gets("/film.mp4", "sec-fetch-dest", "document")))
                .isEqualTo(1);
    }

    @Test
    void acceptTellsWhereThePathDoesNot() {
        assertThat(RequestPriority.of(gets("/", "accept", "text/html,*/*;q=0.8")))
                .isEqualTo(1);
        assertThat(RequestPriority.of(gets("/", "accept", "image/avif,image/webp")))
                .isEqualTo(4);
        assertThat(RequestPriority.of(gets("/", "accept", "*/*"))).isEqualTo(3);
    }

    @Test
    void aVisitorMayStepBackButNotPushAhead() {
        assertThat(RequestPriority.of(gets("/style.css", "priority", "i, u=6"))).isEqualTo(6);
        assertThat(RequestPriority.of(gets("/film.mp4", "priority", "u=0"))).isEqualTo(5);
        assertThat(RequestPriority.of(gets("/film.mp4", "priority", "u=9, u=x")))
                .isEqualTo(5);
    }

    @Test
    void anUploadIsNeitherDocumentNorFilm() {
        HttpRequest upload = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.PUT, "/film.mp4");
        assertThat(RequestPriority.of(upload)).isEqualTo(3);
    }
}
