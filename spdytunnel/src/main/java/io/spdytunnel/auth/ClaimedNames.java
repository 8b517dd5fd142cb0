package io.spdytunnel.auth;

import io.spdytunnel.spi.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Names that belong to the first key that asked for them. Thread-safe.
 *
 * <p>Without a file they are forgotten when this process ends, and any key can claim them again.
 */
@Api
public final class ClaimedNames {

    /** The limit is needed, because everyone who can reach the port can claim names. */
    static final int MAX = 10_000;

    private final @Nullable Path file;
    private final @Nullable LiveFile<Map<String, Set<KeyThumbprint>>> remembered;
    private final Map<String, KeyThumbprint> inMemory = new HashMap<>(); // guarded by this

    private ClaimedNames(@Nullable Path file) {
        this.file = file;
        this.remembered = file == null ? null : LiveFile.open("file of claimed names", file, KeyLists::parse);
    }

    /** Keeps the names in memory. */
    public static ClaimedNames inMemory() {
        return new ClaimedNames(null);
    }

    /**
     * Keeps the names in a file, one {@code name thumbprint} a line. The file is created if it does not exist. To make
     * a name free, remove its line. Blocks.
     */
    public static ClaimedNames in(Path file) {
        if (Files.notExists(file)) {
            try {
                Files.createFile(file);
            } catch (IOException failed) {
                throw new IllegalArgumentException(
                        "file of claimed names " + file + " cannot be made: " + failed, failed);
            }
        }
        return new ClaimedNames(file);
    }

    /** Reads the file again if it has changed. Blocks. */
    public void reread() {
        if (remembered != null) {
            remembered.run();
        }
    }

    boolean lists(String name) {
        if (remembered != null) {
            return remembered.get().containsKey(name);
        }
        synchronized (this) {
            return inMemory.containsKey(name);
        }
    }

    /**
     * Whether the name belongs to this key. If the name was free, it belongs to this key from now on. Blocks.
     *
     * @throws IOException if the claim cannot be stored; the name then stays free
     */
    synchronized boolean claim(String name, KeyThumbprint key) throws IOException {
        if (remembered == null || file == null) {
            if (inMemory.size() >= MAX && !inMemory.containsKey(name)) {
                throw new IOException(MAX + " names are claimed, which is the limit");
            }
            KeyThumbprint owner = inMemory.putIfAbsent(name, key);
            return owner == null || owner.equals(key);
        }
        remembered.run();
        Set<KeyThumbprint> owners = remembered.get().get(name);
        if (owners != null) {
            return owners.contains(key);
        }
        if (remembered.get().size() >= MAX) {
            throw new IOException(MAX + " names are claimed, which is the limit");
        }
        Files.writeString(file, name + " " + key + "\n", StandardOpenOption.APPEND);
        remembered.look(Level.DEBUG);
        return true;
    }
}
