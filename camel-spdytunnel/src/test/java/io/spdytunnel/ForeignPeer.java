package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.spdytunnel.testing.TestStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An end that is not of this project, in a process of its own: of SPDY/3.1 {@code src/test/node/peer.js}, of WebSocket
 * {@code websocket.js}, and visitors through a secure web proxy {@code proxied.js}.
 */
final class ForeignPeer implements AutoCloseable {

    private static final Path FOLDER = Path.of("src", "test", "node").toAbsolutePath();
    private static final long PATIENCE_SECONDS = 20;

    private final Process process;
    private final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final List<String> heard = new ArrayList<>();

    private ForeignPeer(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "foreign-peer");
        reader.setDaemon(true);
        reader.start();
    }

    /** Skips the test, with one line that says why, where there is no Node.js or its packages are not installed. */
    static void isInstalled() {
        for (String needed : List.of("spdy-transport", "ws")) {
            assumeTrue(
                    Files.isDirectory(FOLDER.resolve("node_modules").resolve(needed)),
                    "no " + needed + ": run npm ci in camel-spdytunnel/src/test/node");
        }
        assumeTrue(nodeRuns(), "no node: install Node.js 18 or later");
    }

    private static boolean nodeRuns() {
        try {
            Process version = new ProcessBuilder("node", "--version")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return version.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && version.exitValue() == 0;
        } catch (IOException none) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** @param port where to, 0 for a role that listens itself */
    static ForeignPeer as(String role, int port, Path directory, String... arguments) throws Exception {
        return secured("peer.js", role, port, directory, arguments);
    }

    /**
     * Visits these URLs through the secure web proxy at the port.
     *
     * @param protocol what it speaks to the proxy: spdy/3.1 or h2
     */
    static ForeignPeer throughProxy(String protocol, int port, Path directory, String... urls) throws Exception {
        return secured("proxied.js", protocol, port, directory, urls);
    }

    private static ForeignPeer secured(String script, String role, int port, Path directory, String... arguments)
            throws Exception {
        List<String> command = new ArrayList<>(List.of("node", script, role, String.valueOf(port)));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(FOLDER.toFile());
        builder.environment().put("PEER_CA", TestStore.certificateIn(directory).toString());
        builder.environment().put("PEER_STORE", TestStore.path().toString());
        builder.environment().put("PEER_PASS", TestStore.PASSWORD);
        return new ForeignPeer(builder.redirectErrorStream(true).start());
    }

    /** A WebSocket end in this role. */
    static ForeignPeer ofWebSocket(String role, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("node", "websocket.js", role));
        command.addAll(Arrays.asList(arguments));
        return new ForeignPeer(new ProcessBuilder(command)
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .start());
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            lines.lines().forEach(told::add);
        } catch (IOException | java.io.UncheckedIOException ended) {
            told.add("ended: " + ended);
        }
    }

    /** The next line in which this field is told; what comes before it is passed over. */
    JsonNode tells(String field) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            @Nullable String line = told.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            assertThat(line).as("a line with %s, behind %s", field, heard).isNotNull();
            heard.add(String.valueOf(line));
            if (String.valueOf(line).startsWith("{")) {
                JsonNode event = new ObjectMapper().readTree(line);
                if (event.has(field)) {
                    return event;
                }
            }
        }
    }

    /** The answer to its next wish. */
    JsonNode answers(String wish) throws Exception {
        JsonNode event = tells("wish");
        assertThat(event.get("wish").asText()).as("%s", heard).isEqualTo(wish);
        return event;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
}
