package io.spdytunnel.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Programs that were started and files that were made for a while: what must not be there any more once the bench is
 * not, however it ended. Only a kill -9 leaves something: other people's programs and the files.
 */
final class Leavings {

    private static final Logger LOG = LoggerFactory.getLogger(Leavings.class);
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** Those of this program; {@link Bench} has them removed at its end. */
    static final Leavings OURS = new Leavings();

    private final Set<Process> started = ConcurrentHashMap.newKeySet();
    private final Set<Path> made = ConcurrentHashMap.newKeySet();
    private volatile boolean ending;

    /** Whether everything is being ended, so that failures have a reason that nobody needs to be told. */
    boolean ending() {
        return ending;
    }

    /** @throws IOException also when everything is being ended: what is started then would stay */
    synchronized Process start(ProcessBuilder program) throws IOException {
        if (ending) {
            throw new IOException("the bench is ending, and starts no more: " + program.command());
        }
        started.removeIf(process -> !process.isAlive());
        Process process = program.start();
        started.add(process);
        return process;
    }

    /** Notes a file or a directory, and returns it; {@link #remove} takes it away. */
    Path made(Path path) {
        made.add(path);
        return path;
    }

    /** Removes it with all that is in it; while everything is being ended that is done at the end, when nobody writes. */
    void remove(Path path) throws IOException {
        if (!ending) {
            delete(path);
        }
    }

    private synchronized void delete(Path path) throws IOException {
        if (Files.exists(path)) {
            try (Stream<Path> files = Files.walk(path)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
        made.remove(path);
    }

    /** Ends all programs and what they have started, asking first; then removes the files. */
    void endAll() {
        List<ProcessHandle> all = stopStarting();
        all.forEach(ProcessHandle::destroy);
        awaitEnd(all);
        all.forEach(ProcessHandle::destroyForcibly);
        awaitEnd(all);
        List.copyOf(made).forEach(this::deleteAtTheEnd);
    }

    private static void awaitEnd(List<ProcessHandle> programs) {
        long deadline = System.nanoTime() + GRACE_NANOS;
        while (System.nanoTime() < deadline && programs.stream().anyMatch(ProcessHandle::isAlive)) {
            pause();
        }
    }

    /** The bench's own threads go on meanwhile, and one may just be making a file: then the directory is not empty yet. */
    private void deleteAtTheEnd(Path path) {
        long deadline = System.nanoTime() + GRACE_NANOS;
        while (made.contains(path)) {
            try {
                delete(path);
            } catch (IOException | UncheckedIOException notYet) {
                if (System.nanoTime() - deadline > 0) {
                    LOG.warn("{} stays: {}", path, notYet.toString());
                    return;
                }
                pause();
            }
        }
    }

    private static void pause() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }

    private synchronized List<ProcessHandle> stopStarting() {
        ending = true;
        return started.stream()
                .flatMap(process -> Stream.concat(Stream.of(process.toHandle()), process.descendants()))
                .toList();
    }
}
