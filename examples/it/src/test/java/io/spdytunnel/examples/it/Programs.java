package io.spdytunnel.examples.it;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionTimeoutException;

/** A proxy and an origin on free ports of loopback, with certificates of their own and a directory to serve. */
final class Programs implements AutoCloseable {

    static final String TOKEN = "kept+between%these&two=0123456789";
    static final String PASSWORD = "changeit";

    final Path directory;
    final Path site;
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 12_000;
    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger((int) (ProcessHandle.current().pid() * 97 % PORTS));

    final int frontPort = freePort();
    final int tunnelPort = freePort();
    final HttpClient visitor = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private final List<Program> started = new ArrayList<>();
    private Program proxy;
    private Program origin;

    /** @param directory for their files; what is to be served lies in its {@code site} */
    Programs(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        this.site = Files.createDirectories(directory.resolve("site"));
        keytool("-genkeypair -alias proxy -keyalg EC -groupname secp256r1 -dname CN=localhost"
                + " -ext san=dns:localhost,ip:127.0.0.1 -keystore proxy.p12");
        keytool("-exportcert -alias proxy -keystore proxy.p12 -file proxy.cer");
        keytool("-importcert -noprompt -alias proxy -keystore origin-trust.p12 -file proxy.cer");
    }

    private void keytool(String arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments.split(" ")));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() != 0) {
            throw new IOException(command + " failed");
        }
    }

    /** Below the ports from which systems serve outgoing connections: one of those might take it in the meantime. */
    static int freePort() {
        for (int i = 0; i < PORTS; i++) {
            int port = FIRST_PORT + Math.floorMod(NEXT_PORT.getAndIncrement(), PORTS);
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // then the next one
            }
        }
        throw new IllegalStateException("no port from " + FIRST_PORT + " on is free");
    }

    // ---- programs

    Programs start() {
        startProxy();
        startOrigin();
        return awaitRequest();
    }

    Program startProxy(String... options) {
        proxy = startAnotherProxy("proxy.log", Map.of(), options);
        return proxy;
    }

    Program startAnotherProxy(String log, Map<String, String> changes, String... options) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "FRONT_HOST",
                "127.0.0.1",
                "FRONT_PORT",
                Integer.toString(frontPort),
                "TUNNEL_HOST",
                "127.0.0.1",
                "TUNNEL_PORT",
                Integer.toString(tunnelPort),
                "TUNNEL_TOKEN",
                TOKEN,
                "TUNNEL_KEYSTORE",
                directory.resolve("proxy.p12").toString(),
                "TUNNEL_KEYSTORE_PASSWORD",
                PASSWORD));
        environment.putAll(changes);
        return remembered(Program.start("proxy.jar", directory.resolve(log), environment, options));
    }

    Program startOrigin(String... options) {
        origin = startAnotherOrigin("origin.log", Map.of(), options);
        return origin;
    }

    Program startAnotherOrigin(String log, Map<String, String> changes, String... options) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "PROXY_ADDRESS",
                "localhost:" + tunnelPort,
                "TUNNEL_TOKEN",
                TOKEN,
                "TUNNEL_TRUSTSTORE",
                directory.resolve("origin-trust.p12").toString(),
                "TUNNEL_TRUSTSTORE_PASSWORD",
                PASSWORD,
                "TUNNEL_REDIAL_MAX",
                "500",
                "SITE_DIR",
                site.toString(),
                "PROBE",
                "true"));
        environment.putAll(changes);
        return remembered(Program.start("origin.jar", directory.resolve(log), environment, options));
    }

    private Program remembered(Program program) {
        started.add(program);
        return program;
    }

    Program proxy() {
        return proxy;
    }

    /** The one started last, of whatever kind. */
    Program lastStarted() {
        return started.get(started.size() - 1);
    }

    Program origin() {
        return origin;
    }

    /** Waits until a request is answered by the origin. */
    Programs awaitRequest() {
        try {
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(50))
                    .ignoreExceptions()
                    .until(() -> gets("/").statusCode() == 200);
        } catch (ConditionTimeoutException never) {
            throw new AssertionError(
                    "no request works\n" + proxy.log() + lastStarted().log(), never);
        }
        return this;
    }

    @Override
    public void close() {
        started.forEach(Program::close);
    }

    // ---- visitors

    URI uri(String target) {
        return URI.create("http://127.0.0.1:" + frontPort + target);
    }

    HttpRequest.Builder request(String target, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(uri(target)).timeout(Duration.ofMinutes(1));
        return headers.length == 0 ? builder : builder.headers(headers);
    }

    HttpResponse<String> gets(String target, String... headers) throws IOException, InterruptedException {
        return visitor.send(request(target, headers).build(), HttpResponse.BodyHandlers.ofString());
    }

    RawVisitor connects() throws IOException {
        return new RawVisitor(frontPort, 0);
    }
}
