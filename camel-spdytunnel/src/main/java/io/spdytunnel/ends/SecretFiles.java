package io.spdytunnel.ends;

import io.spdytunnel.auth.LiveFile;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** Options that are a secret, or {@code file:} and where it is. */
final class SecretFiles {

    private static final String PREFIX = "file:";

    private SecretFiles() {}

    /** The path an option names, with {@code file:} before it or without. */
    static Path path(String option) {
        return Path.of(option.startsWith(PREFIX) ? option.substring(PREFIX.length()) : option);
    }

    static boolean isFile(String option) {
        return option.startsWith(PREFIX);
    }

    /**
     * The secret as it is at the moment.
     *
     * @param name the option's, for messages
     * @param readers gets what has to be called now and then if the secret is in a file
     */
    static Supplier<String> secret(String name, String value, List<Runnable> readers) {
        if (!isFile(value)) {
            return () -> value;
        }
        LiveFile<String> file = LiveFile.open("option " + name + ": file", path(value), SecretFiles::oneLine);
        readers.add(file);
        return file;
    }

    /** Editors end a file with a line break, which is not the secret's. */
    private static String oneLine(String text) {
        String secret = text.strip();
        if (secret.isEmpty() || secret.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("it must hold one line, the secret");
        }
        return secret;
    }
}
