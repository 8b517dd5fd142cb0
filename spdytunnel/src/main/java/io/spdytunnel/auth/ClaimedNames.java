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
 * Names that belong to the key that was the first to ask for them. Thread-safe.
 *
 * <p>Without a file they are forgotten when this process ends, and free again for anybody.
 */
@Api
public final class ClaimedNames {

    /** Whoever can reach the port makes claims, so they must have an end. */
    static final int MAX = 10_000;

    private final @Nullable Path file;
    private final @Nullable LiveFile<Map<String, Set<KeyThumbprint>>> remembered;
    private final Map<String, KeyThumbprint> inMemory = new HashMap<>(); // guarded by this

    private ClaimedNames(@Nullable Path file) {
        this.file = file;
        this.remembered = file == null ? null : LiveFile.open("file of claimed names", file, KeyLists::parse);
    }

    /** Remembered as long as this object lives. */
    public static ClaimedNames inMemory() {
        return new ClaimedNames(null);
    }

    /**
     * Remembered in a file, one {@code name thumbprint} a line; it is made if it is not there. Who removes a line makes its
     * name free. Blocks.
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

    /** Looks whether somebody else has changed the file. Blocks. */
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
     * Whether the name is this key's, as it is from now on if it was nobody's. Blocks.
     *
     * @throws IOException if it cannot be remembered, and so is not given
     */
    synchronized boolean claim(String name, KeyThumbprint key) throws IOException {
        if (remembered == null || file == null) {
            if (inMemory.size() >= MAX && !inMemory.containsKey(name)) {
                throw new IOException(MAX + " names are claimed, and there may be no more");
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
            throw new IOException(MAX + " names are claimed, and there may be no more");
        }
        Files.writeString(file, name + " " + key + "\n", StandardOpenOption.APPEND);
        remembered.look(Level.DEBUG);
        return true;
    }
}
