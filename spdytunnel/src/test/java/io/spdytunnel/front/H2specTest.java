package io.spdytunnel.front;

import static io.spdytunnel.front.FrontDoorOnLoopback.respond;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.spdytunnel.http.BodySink;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.IncomingRequest;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The front door as h2spec sees it (github.com/summerwind/h2spec), if that is on the PATH or the environment variable
 * {@code H2SPEC} says where it is.
 */
class H2specTest {

    @TempDir
    Path dir;

    @Test
    void anHttp2VisitorInPlainTcpFindsAllRulesKept() throws Exception {
        String h2spec = program();
        assumeTrue(h2spec != null, "skipped: no h2spec on the PATH, and none named by H2SPEC");
        // Where HTTP/1.1 is spoken, too, a wrong preface is a request of that, and answered as one.
        Set<VisitorProtocol> only = Set.of(VisitorProtocol.HTTP_2);
        try (FrontDoorOnLoopback door =
                new FrontDoorOnLoopback(VisitorServerSettings.DEFAULT.withProtocols(only), null)) {
            door.handler = H2specTest::answer;
            passes(h2spec, door, List.of());
        }
    }

    @Test
    void anHttp2VisitorOverTlsFindsAllRulesKept() throws Exception {
        String h2spec = program();
        assumeTrue(h2spec != null, "skipped: no h2spec on the PATH, and none named by H2SPEC");
        SSLContext context = SecureVisitTest.contextWithACertificate(dir);
        try (FrontDoorOnLoopback door =
                new FrontDoorOnLoopback(VisitorServerSettings.DEFAULT, allocator -> context.createSSLEngine())) {
            door.handler = H2specTest::answer;
            passes(h2spec, door, List.of("--tls", "--insecure"));
        }
    }

    private static @Nullable String program() {
        String named = System.getenv("H2SPEC");
        if (named != null) {
            return named;
        }
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> new File(folder, "h2spec"))
                .filter(File::canExecute)
                .map(File::getPath)
                .findFirst()
                .orElse(null);
    }

    /** Reads uploads to their end, as most services do. */
    static void answer(IncomingRequest request) {
        HttpBody body = request.body();
        if (body.isEmpty()) {
            respond(request, 200, "hello\n");
        } else {
            body.pipeTo(new AnsweringWhenRead(request));
        }
    }

    private void passes(String h2spec, FrontDoorOnLoopback door, List<String> more) throws Exception {
        Path report = dir.resolve("report");
        List<String> command = new ArrayList<>(List.of(
                h2spec,
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(door.server().localAddress().getPort()),
                "--timeout",
                "3"));
        command.addAll(more);
        Process run = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(report.toFile())
                .start();
        try {
            assertThat(run.waitFor(240, TimeUnit.SECONDS)).isTrue();
        } finally {
            run.destroyForcibly();
        }
        String said = Files.readString(report, UTF_8);
        assertThat(said.substring(Math.max(0, said.indexOf("Failures:")))).contains(" 0 skipped, 0 failed");
    }

    private record AnsweringWhenRead(IncomingRequest request) implements BodySink {

        @Override
        public void data(ByteBuf bytes) {
            int size = bytes.readableBytes();
            bytes.release();
            request.body().consumed(size);
        }

        @Override
        public void end(HttpHeaders trailers) {
            respond(request, 200, "hello\n");
        }

        @Override
        public void failed(IOException cause) {
            respond(request, 400, "the body broke off\n");
        }
    }
}
