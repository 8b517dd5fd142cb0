package io.spdytunnel.examples.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What visitors expect of a directory that is served, seen through the tunnel. */
class FilesIT {

    private static final byte[] FILM = Samples.bytes(2 * Samples.MIB, 1);

    @TempDir
    private static Path directory;

    private static Programs programs;

    @BeforeAll
    static void start() throws Exception {
        programs = new Programs(directory);
        Path site = programs.site;
        Files.writeString(site.resolve("index.html"), "<h1>the page</h1>\n");
        Files.write(site.resolve("picture.png"), Samples.bytes(5 * Samples.MIB, 2));
        for (String film : new String[] {"film.mp4", "film.mkv", "film.avi", "film.webm"}) {
            Files.write(site.resolve(film), FILM);
        }
        Path folder = Files.createDirectories(site.resolve("folder/with space"));
        Files.writeString(folder.resolve("ä & %.txt"), "odd name");
        Files.writeString(site.resolve("folder/plain.txt"), "0123456789");
        Path outside = Files.createDirectories(directory.resolve("outside"));
        Files.writeString(outside.resolve("key"), "kept secret");
        Files.createSymbolicLink(site.resolve("folder/link-to-key"), outside.resolve("key"));
        Files.createSymbolicLink(site.resolve("folder/link-out"), outside);
        Files.createSymbolicLink(site.resolve("folder/link-inside"), Path.of("../index.html"));
        programs.start();
    }

    @AfterAll
    static void stop() {
        if (programs != null) {
            programs.close();
        }
    }

    private static HttpResponse<byte[]> fetch(String target, String... headers) throws Exception {
        return programs.visitor.send(
                programs.request(target, headers).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse(null);
    }

    // ---- whole files

    @Test
    void aDirectoryWithAnIndexIsItsIndex() throws Exception {
        HttpResponse<String> page = programs.gets("/");

        assertThat(page.body()).isEqualTo("<h1>the page</h1>\n");
        assertThat(header(page, "content-type")).startsWith("text/html");
    }

    @Test
    void aDirectoryWithoutOneIsListed() throws Exception {
        HttpResponse<String> list = programs.gets("/folder/");

        assertThat(list.statusCode()).isEqualTo(200);
        assertThat(header(list, "content-type")).startsWith("text/html");
        assertThat(list.body()).contains("plain.txt", "with%20space/").doesNotContain("link-out", "link-to-key");
    }

    @Test
    void aDirectoryWithoutASlashLeadsToOneWith() throws Exception {
        HttpResponse<String> answer = programs.gets("/folder");

        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(programs.uri("/folder").resolve(header(answer, "location"))).isEqualTo(programs.uri("/folder/"));
    }

    @Test
    void oddNamesAreFound() throws Exception {
        assertThat(programs.gets("/folder/with%20space/%C3%A4%20&%20%25.txt").body())
                .isEqualTo("odd name");
    }

    @ParameterizedTest
    @CsvSource({
        "film.mp4, video/mp4",
        "film.mkv, video/x-matroska",
        "film.avi, video/x-msvideo",
        "film.webm, video/webm"
    })
    void filmsArriveWholeAndSayWhatTheyAre(String name, String type) throws Exception {
        HttpResponse<byte[]> film = fetch("/" + name);

        assertThat(film.statusCode()).isEqualTo(200);
        assertThat(header(film, "content-type")).isEqualTo(type);
        assertThat(header(film, "accept-ranges")).isEqualTo("bytes");
        assertThat(Samples.sha256(film.body())).isEqualTo(Samples.sha256(FILM));
    }

    @Test
    void aPictureOfFiveMegabytesArrivesWhole() throws Exception {
        HttpResponse<byte[]> picture = fetch("/picture.png");

        assertThat(header(picture, "content-type")).isEqualTo("image/png");
        assertThat(Samples.sha256(picture.body())).isEqualTo(Samples.sha256(Samples.bytes(5 * Samples.MIB, 2)));
    }

    @Test
    void headHasTheLengthAndNoBody() throws Exception {
        try (RawVisitor visitor = programs.connects()) {
            RawVisitor.Head head = visitor.asks("HEAD /film.mp4").head();
            RawVisitor.Head next = visitor.asks("GET /folder/plain.txt").head();

            assertThat(head.length()).isEqualTo(FILM.length);
            assertThat(next.status()).isEqualTo(200);
            assertThat(visitor.body(next).readNBytes(10)).isEqualTo("0123456789".getBytes(UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE"})
    void filesCannotBeChanged(String method) throws Exception {
        HttpRequest request = programs.request("/folder/plain.txt")
                .method(method, HttpRequest.BodyPublishers.ofString("changed"))
                .build();

        assertThat(programs.visitor
                        .send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(405);
        assertThat(programs.gets("/folder/plain.txt").body()).isEqualTo("0123456789");
    }

    // ---- ranges

    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 0",
        "bytes=0-99999, 0, 99999",
        "bytes=1048576-1048585, 1048576, 1048585",
        "bytes=2097000-, 2097000, 2097151",
        "bytes=-500, 2096652, 2097151",
        "bytes=2097151-9999999, 2097151, 2097151"
    })
    void oneRangeOfAFilm(String range, int first, int last) throws Exception {
        HttpResponse<byte[]> part = fetch("/film.mp4", "Range", range);

        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(header(part, "content-range")).isEqualTo("bytes " + first + "-" + last + "/" + FILM.length);
        assertThat(part.body()).isEqualTo(Arrays.copyOfRange(FILM, first, last + 1));
    }

    @Test
    void severalRangesComeAsParts() throws Exception {
        HttpResponse<String> parts = programs.gets("/folder/plain.txt", "Range", "bytes=0-1,4-5,-1");

        assertThat(parts.statusCode()).isEqualTo(206);
        String type = header(parts, "content-type");
        assertThat(type).startsWith("multipart/byteranges; boundary=");
        String[] pieces = parts.body().split("--" + type.substring(type.indexOf('=') + 1), -1);
        assertThat(pieces).hasSize(5);
        assertThat(pieces[1]).contains("Content-Range: bytes 0-1/10").contains("\r\n\r\n01");
        assertThat(pieces[2]).contains("Content-Range: bytes 4-5/10").contains("\r\n\r\n45");
        assertThat(pieces[3]).contains("Content-Range: bytes 9-9/10").contains("\r\n\r\n9");
    }

    @Test
    void aRangeBeyondTheEndIs416() throws Exception {
        HttpResponse<byte[]> answer = fetch("/film.mp4", "Range", "bytes=2097152-");

        assertThat(answer.statusCode()).isEqualTo(416);
        assertThat(header(answer, "content-range")).isEqualTo("bytes */" + FILM.length);
    }

    @Test
    void ifRangeResumesOnlyTheSameFile() throws Exception {
        HttpResponse<byte[]> whole = fetch("/film.mkv");

        for (String name : new String[] {"etag", "last-modified"}) {
            assertThat(fetch("/film.mkv", "Range", "bytes=0-9", "If-Range", header(whole, name))
                            .statusCode())
                    .as(name)
                    .isEqualTo(206);
        }
        for (String other : new String[] {"\"another\"", "Wed, 01 Jan 2020 00:00:00 GMT"}) {
            assertThat(fetch("/film.mkv", "Range", "bytes=0-9", "If-Range", other)
                            .statusCode())
                    .as(other)
                    .isEqualTo(200);
        }
    }

    // ---- conditions

    @Test
    void whoHasTheFileIsNotSentItAgain() throws Exception {
        HttpResponse<byte[]> first = fetch("/picture.png");
        String etag = header(first, "etag");
        String modified = header(first, "last-modified");

        assertThat(etag).startsWith("\"");
        assertThat(fetch("/picture.png", "If-None-Match", "\"x\", " + etag).statusCode())
                .isEqualTo(304);
        assertThat(fetch("/picture.png", "If-None-Match", "\"x\"").statusCode()).isEqualTo(200);
        HttpResponse<byte[]> unchanged = fetch("/picture.png", "If-Modified-Since", modified);
        assertThat(unchanged.statusCode()).isEqualTo(304);
        assertThat(unchanged.body()).isEmpty();
        assertThat(fetch("/picture.png", "If-Modified-Since", "Wed, 01 Jan 2020 00:00:00 GMT")
                        .statusCode())
                .isEqualTo(200);
        assertThat(fetch("/picture.png", "If-Modified-Since", modified, "If-None-Match", "\"x\"")
                        .statusCode())
                .as("a tag counts more than a date")
                .isEqualTo(200);
    }

    @Test
    void aChangedFileIsServedChangedAtOnce() throws Exception {
        Path file = programs.site.resolve("changing.txt");
        Files.writeString(file, "before");
        String etag = header(programs.gets("/changing.txt"), "etag");
        Files.writeString(file, "and after");

        HttpResponse<String> answer = programs.gets("/changing.txt", "If-None-Match", etag);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("and after");
    }

    // ---- no way out

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../outside/key",
                "/%2e%2e/outside/key",
                "/folder/../../outside/key",
                "/folder/%2e%2e/%2e%2e/outside/key",
                "/folder/..%2f..%2foutside/key",
                "/folder/..%5c..%5coutside%5ckey",
                "/folder/..%252f..%252foutside/key",
                "/folder/..;/..;/outside/key",
                "/folder/.%00./.%00./outside/key",
                "/folder/%c0%ae%c0%ae/%c0%ae%c0%ae/outside/key",
                "//outside/key",
                "/folder/link-to-key",
                "/folder/link-out/key",
                "/folder/link-out/",
                "/folder/link-out/../../site/../outside/key"
            })
    void noPathLeavesTheDirectory(String path) throws Exception {
        try (RawVisitor visitor = programs.connects()) {
            RawVisitor.Head head = visitor.asks("GET " + path).head();

            assertThat(head.status()).isIn(400, 404);
            assertThat(new String(visitor.body(head).readAllBytes(), UTF_8)).doesNotContain("secret");
        }
    }

    @Test
    void linksThatStayInsideAreFollowed() throws IOException, InterruptedException {
        assertThat(programs.gets("/folder/link-inside").body()).isEqualTo("<h1>the page</h1>\n");
    }
}
