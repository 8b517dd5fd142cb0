package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.spdytunnel.testing.TestStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A visitor who is Chromium, without a window. It trusts the tests' certificate by its key, and no other. */
final class Chromium implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 60;
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");

    private final Process process;

    private Chromium(Process process) {
        this.process = process;
    }

    /** Skips the test, with one line that says why, where there is no Chromium. */
    static void isInstalled() {
        assumeTrue(!program().isEmpty(), "no chromium: install it");
    }

    private static String program() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(path.split(java.io.File.pathSeparator, -1))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElse("");
    }

    /** The page as it stands once it is loaded and its scripts have run, as HTML. */
    static String shows(Path directory, String url, String... options) throws Exception {
        List<String> more = new ArrayList<>(List.of("--dump-dom"));
        more.addAll(Arrays.asList(options));
        Path out = directory.resolve("page.html");
        Process chromium = start(directory, url, more, out);
        try {
            assertThat(chromium.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            end(chromium);
        }
        return Files.readString(out);
    }

    /** Opens a page and stays on it until it is closed. */
    static Chromium opens(Path directory, String url, String... options) throws Exception {
        List<String> more = new ArrayList<>(List.of("--remote-debugging-port=0"));
        more.addAll(Arrays.asList(options));
        return new Chromium(start(directory, url, more, directory.resolve("chromium.out")));
    }

    private static Process start(Path directory, String url, List<String> options, Path out) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                program(),
                "--headless=new",
                "--no-sandbox", // which root has no use for
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--user-data-dir=" + directory.resolve("profile"),
                "--ignore-certificate-errors-spki-list=" + keyOfTests()));
        command.addAll(options);
        command.add(url);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(directory.resolve("chromium.err").toFile())
                .redirectOutput(out.toFile());
        builder.environment().keySet().removeIf(name -> name.toLowerCase(Locale.ROOT)
                .endsWith("_proxy"));
        return builder.start();
    }

    private static String keyOfTests() throws Exception {
        byte[] key = TestStore.certificate().getPublicKey().getEncoded();
        return Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
    }

    /** Chromium is many processes, and all of them write into its directory. */
    private static void end(Process chromium) throws IOException {
        List<ProcessHandle> all = Stream.concat(chromium.descendants(), Stream.of(chromium.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle one : all) {
            one.onExit().orTimeout(10, TimeUnit.SECONDS).join();
        }
    }

    @Override
    public void close() throws IOException {
        end(process);
    }
}
