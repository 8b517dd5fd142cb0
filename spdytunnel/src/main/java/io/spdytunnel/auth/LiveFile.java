package io.spdytunnel.auth;

import io.spdytunnel.spi.Api;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The current content of a file, also after it has changed. Thread-safe; {@link #get} does not block.
 *
 * <p>Call {@link #run} periodically, on a thread that may block. If new content is invalid, the earlier content stays
 * in force and one warning is logged, so that a typing error locks nobody out. The content is compared, not the file's
 * time, which is too coarse on some file systems, and which some tools do not change.
 */
@Api
public final class LiveFile<T> implements Supplier<T>, Runnable {

    /** A list of 10 000 origins has this size. A larger file is a mistake, and would be read again and again. */
    static final int MAX_BYTES = 1 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(LiveFile.class);

    private final String what;
    private final Path file;
    private final Function<String, T> parser;
    private byte[] hash; // guarded by this
    private @Nullable String complaint; // guarded by this
    private volatile T value;

    private LiveFile(String what, Path file, Function<String, T> parser, byte[] bytes) {
        this.what = what;
        this.file = file;
        this.parser = parser;
        this.hash = KeyThumbprint.sha256(bytes);
        this.value = parser.apply(new String(bytes, StandardCharsets.UTF_8));
    }

    /**
     * Reads the file for the first time.
     *
     * @param what the file is, for messages
     * @param parser throws {@link IllegalArgumentException} saying what is wrong, without showing secrets
     * @throws IllegalArgumentException naming the file, if it cannot be read or is invalid
     */
    public static <T> LiveFile<T> open(String what, Path file, Function<String, T> parser) {
        try {
            return new LiveFile<>(what, file, parser, read(file));
        } catch (IOException | UncheckedIOException | IllegalArgumentException wrong) {
            throw new IllegalArgumentException(what + " " + file + ": " + reasonOf(wrong), wrong);
        }
    }

    @Override
    public T get() {
        return value;
    }

    /** Reads the file again, and uses its content if it has changed and is valid. Blocks; never throws. */
    @Override
    public void run() {
        look(Level.INFO);
    }

    /** @param loud the log level of a change: DEBUG if this process makes it itself */
    synchronized void look(Level loud) {
        try {
            byte[] bytes = read(file);
            byte[] newHash = KeyThumbprint.sha256(bytes);
            if (Arrays.equals(hash, newHash) && complaint == null) {
                return;
            }
            boolean changed = !Arrays.equals(hash, newHash);
            value = parser.apply(new String(bytes, StandardCharsets.UTF_8));
            hash = newHash;
            complaint = null;
            if (changed) {
                LOG.atLevel(loud).log("{} {} has changed and was read again", what, file);
            }
        } catch (IOException | UncheckedIOException | IllegalArgumentException wrong) {
            complain(reasonOf(wrong));
        }
    }

    private void complain(String reason) {
        if (!reason.equals(complaint)) {
            LOG.warn("{} {} cannot be used as it is now, its earlier content stays in force: {}", what, file, reason);
        }
        complaint = reason;
    }

    private static byte[] read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IllegalArgumentException("it is longer than " + MAX_BYTES + " bytes");
            }
            return bytes;
        }
    }

    private static String reasonOf(Exception wrong) {
        if (wrong instanceof NoSuchFileException) {
            return "there is no such file";
        }
        return wrong instanceof IllegalArgumentException ? String.valueOf(wrong.getMessage()) : wrong.toString();
    }
}
