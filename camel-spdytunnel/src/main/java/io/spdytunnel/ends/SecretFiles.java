package io.spdytunnel.ends;

import io.spdytunnel.auth.LiveFile;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** Options whose value is a secret, or {@code file:} and the path of a file with the secret. */
final class SecretFiles {

    private static final String PREFIX = "file:";

    private SecretFiles() {}

    /** The path in an option's value, with or without {@code file:} before it. */
    static Path path(String option) {
        return Path.of(option.startsWith(PREFIX) ? option.substring(PREFIX.length()) : option);
    }

    static boolean isFile(String option) {
        return option.startsWith(PREFIX);
    }

    /**
     * The current secret.
     *
     * @param name the option's name, for messages
     * @param readers receives a task that reads the file again, if the secret is in a file; it is called periodically
     */
    static Supplier<String> secret(String name, String value, List<Runnable> readers) {
        if (!isFile(value)) {
            return () -> value;
        }
        LiveFile<String> file = LiveFile.open("option " + name + ": file", path(value), SecretFiles::oneLine);
        readers.add(file);
        return file;
    }

    /** Editors end a file with a line break, which is not part of the secret. */
    private static String oneLine(String text) {
        String secret = text.strip();
        if (secret.isEmpty() || secret.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("it must hold one line, the secret");
        }
        return secret;
    }
}
