package io.spdytunnel.auth;

import io.spdytunnel.spi.Api;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file with an origin's private key: a JWK with mode 0600, created if it does not exist.
 *
 * <p>A file that other users may read is refused, as ssh does: anyone with a copy could act as the origin without being
 * noticed.
 */
@Api
public final class KeyFile {

    private static final Logger LOG = LoggerFactory.getLogger(KeyFile.class);

    private static final Set<PosixFilePermission> OF_STRANGERS = EnumSet.of(
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private KeyFile() {}

    /**
     * Reads the key; creates it first if there is no file. If several processes do so at once, one of them creates the
     * file, and all read the same key. Blocks.
     *
     * @param algorithm of a new key; an existing key may have another one
     * @throws IllegalArgumentException naming the file and what is wrong with it
     */
    public static OriginKey readOrMake(Path file, KeyAlgorithm algorithm) {
        try {
            if (Files.notExists(file)) {
                make(file, algorithm);
            }
            return read(file);
        } catch (IOException failed) {
            throw new IllegalArgumentException("key file " + file + ": " + reasonOf(failed), failed);
        }
    }

    /** The same, and the file's later content. */
    public static LiveFile<OriginKey> live(Path file, KeyAlgorithm algorithm) {
        OriginKey unused = readOrMake(file, algorithm);
        return LiveFile.open("key file", file, text -> {
            checkPermissions(file);
            return OriginKey.parse(text);
        });
    }

    /** Throws {@link IllegalArgumentException} if others than its owner could have read or changed the file. */
    static void checkPermissions(Path file) {
        try {
            if (!isPosix(file)) {
                return;
            }
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (permissions.stream().anyMatch(OF_STRANGERS::contains)) {
                throw new IllegalArgumentException("key file " + file + " has the permissions "
                        + PosixFilePermissions.toString(permissions) + ", so that others may read or change it;"
                        + " chmod 600 it, and make a new key if somebody may have read this one");
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static OriginKey read(Path file) throws IOException {
        checkPermissions(file);
        try {
            return OriginKey.parse(Files.readString(file));
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("key file " + file + ": " + wrong.getMessage(), wrong);
        }
    }

    /** Creates the file atomically: writes another file, and renames it, unless another process was faster. */
    private static void make(Path file, KeyAlgorithm algorithm) throws IOException {
        OriginKey key = OriginKey.generate(algorithm);
        Path absolute = file.toAbsolutePath();
        Path directory = absolute.getParent();
        if (directory == null) {
            throw new IllegalArgumentException("key file " + file + " is the root of the file system");
        }
        Path beside = absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID());
        FileAttribute<?>[] secret = isPosix(directory)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        try {
            try (FileChannel out =
                    FileChannel.open(beside, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), secret)) {
                ByteBuffer bytes = ByteBuffer.wrap((key.toPrivateJwk() + "\n").getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    int unused = out.write(bytes);
                }
                out.force(true);
            }
            nameIfFree(beside, absolute);
            LOG.info("created the {} in {}", key, file);
        } catch (FileAlreadyExistsException faster) {
            LOG.debug("another process created {} at the same time", file);
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    private static void nameIfFree(Path beside, Path file) throws IOException {
        try {
            Files.createLink(file, beside); // fails if the name is taken, where a move would replace
        } catch (UnsupportedOperationException noLinks) {
            Files.move(beside, file);
        }
    }

    private static boolean isPosix(Path file) throws IOException {
        return Files.getFileStore(file).supportsFileAttributeView("posix");
    }

    private static String reasonOf(IOException failure) {
        return failure instanceof NoSuchFileException ? "its directory does not exist" : String.valueOf(failure);
    }
}
