package io.spdytunnel.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Other programs: whether they are there, and what they say when they are run. */
final class Command {

    private Command() {}

    /** The path of a program, null where it is not installed. */
    static @Nullable Path find(String name) {
        String path = System.getenv("PATH");
        List<String> directories = new ArrayList<>(List.of((path == null ? "" : path).split(":", -1)));
        directories.add("/usr/sbin"); // where daemons are, though not in everybody's PATH
        return directories.stream()
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    static boolean exists(String name) {
        return find(name) != null;
    }

    /** Runs a program to its end and returns what it said, on both ways; fails unless it succeeds within the time. */
    static String run(int seconds, String... command) throws IOException, InterruptedException {
        return run(seconds, Arrays.asList(command));
    }

    static String run(int seconds, List<String> command) throws IOException, InterruptedException {
        Path said = Leavings.OURS.made(Files.createTempFile("bench", ".out"));
        try {
            Process process = Leavings.OURS.start(
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()));
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(command.get(0) + " has not ended within " + seconds + " s: " + command);
            }
            String output = Files.readString(said);
            if (process.exitValue() != 0) {
                throw new IOException(command + " ended with " + process.exitValue() + ": " + output);
            }
            return output;
        } finally {
            Leavings.OURS.remove(said);
        }
    }

    /** The first line a program says of its version, whatever its exit code; "absent" where it is not installed. */
    static String version(String name, String... arguments) {
        Path program = find(name);
        if (program == null) {
            return "absent";
        }
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            process.destroy();
            return said.lines().findFirst().orElse("present").strip();
        } catch (IOException unusable) {
            return "unusable: " + unusable.getMessage();
        }
    }
}
