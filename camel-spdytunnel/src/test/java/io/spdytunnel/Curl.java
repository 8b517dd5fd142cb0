package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A visitor who is curl. */
final class Curl {

    private static final long PATIENCE_SECONDS = 30;

    private Curl() {}

    /** Skips the test, with one line that says why, where there is no curl. */
    static void isInstalled() {
        assumeTrue(runs(), "no curl: install it");
    }

    private static boolean runs() {
        try {
            Process version = new ProcessBuilder("curl", "--version")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return version.waitFor(10, TimeUnit.SECONDS) && version.exitValue() == 0;
        } catch (IOException none) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * What it writes, with these arguments and without any proxy of this machine.
     *
     * @param writeOut what it is to write behind the answer (its option -w)
     */
    static String in(Path directory, String writeOut, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("curl", "-sS", "--noproxy", "", "--max-time", "20", "-w", writeOut));
        command.addAll(Arrays.asList(arguments));
        Path out = directory.resolve("out");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().keySet().removeIf(name -> name.toLowerCase(Locale.ROOT)
                .endsWith("_proxy"));
        Process curl = builder.start();
        assertThat(curl.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return Files.readString(out);
    }
}
