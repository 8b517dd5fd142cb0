package io.spdytunnel.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A program that runs, what it costs, and where it has written its log. */
final class Running implements AutoCloseable {

    private static final Pattern PSS = Pattern.compile("Pss:\\s+(\\d+) kB");
    private static final Pattern RSS = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final long TICKS_PER_SECOND = 100; // USER_HZ, the same on all Linux machines
    private static final int FIELD_UTIME = 11; // behind the name, which may hold anything, and the state

    /** In bytes: what is resident, and the same with shared pages counted by shares. */
    record Memory(long rss, long pss) {
        Memory plus(Memory other) {
            return new Memory(rss + other.rss, pss + other.pss);
        }
    }

    private final String name;
    private final Process process;
    private final Path log;

    private Running(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    static Running start(String name, Path directory, Map<String, String> environment, List<String> command)
            throws IOException {
        Path log = directory.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return new Running(name, Leavings.OURS.start(builder), log);
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    String log() throws IOException {
        return Files.exists(log) ? Files.readString(log) : "";
    }

    /** Waits until its port can be reached. */
    void awaitPort(String host, int port, int seconds) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < deadline) {
            if (!process.isAlive()) {
                throw new IOException(name + " has ended with " + process.exitValue() + ":\n" + log());
            }
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(host, port), 1000);
                return;
            } catch (IOException notYet) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
        throw new IOException(
                name + " does not listen on " + host + ":" + port + " after " + seconds + " s:\n" + log());
    }

    /** Tells it a line and returns the line it answers with in its log, without the word it begins with. */
    String ask(String word) throws IOException {
        int before = log().length();
        BufferedWriter in = process.outputWriter(StandardCharsets.UTF_8);
        in.write(word + "\n");
        in.flush();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < deadline) {
            String said = log().substring(before);
            int answer = said.indexOf(word + "=");
            if (answer >= 0 && said.indexOf('\n', answer) >= 0) {
                return said.substring(answer + word.length() + 1, said.indexOf('\n', answer));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        throw new IOException(name + " does not answer: " + word);
    }

    /** Heap after a collection and direct memory, in bytes, of one of {@link Programs}. */
    long javaMemory() throws IOException {
        long sum = 0;
        for (String number : ask("memory").split(" ", -1)) {
            sum += Long.parseLong(number);
        }
        return sum;
    }

    /** The same without what the pool of direct memory keeps for later. */
    long heldMemory() throws IOException {
        return Long.parseLong(ask("held"));
    }

    /** It and what it has started. */
    private Stream<ProcessHandle> family() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    /** Seconds of CPU so far, in user and kernel. */
    double cpuSeconds() {
        return family().mapToDouble(Running::cpuSeconds).sum();
    }

    private static double cpuSeconds(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return (Long.parseLong(fields[FIELD_UTIME]) + Long.parseLong(fields[FIELD_UTIME + 1]))
                    / (double) TICKS_PER_SECOND;
        } catch (IOException ended) {
            return 0;
        }
    }

    Memory memory() {
        return family().map(Running::memory).reduce(new Memory(0, 0), Memory::plus);
    }

    private static Memory memory(ProcessHandle process) {
        String proc = "/proc/" + process.pid();
        return new Memory(kilobytes(proc + "/status", RSS) << 10, kilobytes(proc + "/smaps_rollup", PSS) << 10);
    }

    private static long kilobytes(String file, Pattern line) {
        try {
            Matcher found = line.matcher(Files.readString(Path.of(file)));
            return found.find() ? Long.parseLong(found.group(1)) : 0;
        } catch (IOException notTold) {
            return 0;
        }
    }

    /** Asks it to end. */
    void stop() {
        family().toList().forEach(ProcessHandle::destroy);
    }

    /** Waits a little for its end, then insists. */
    @Override
    public void close() {
        List<ProcessHandle> all = family().toList();
        stop();
        try {
            if (!process.waitFor(2, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        all.forEach(ProcessHandle::destroyForcibly);
    }
}
