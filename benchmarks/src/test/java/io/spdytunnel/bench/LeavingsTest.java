package io.spdytunnel.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LeavingsTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TempDir
    private Path directory;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endAll() {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @Test
    void programsAndFilesGoTogetherAndNothingIsStartedAfterwards() throws Exception {
        Leavings leavings = new Leavings();
        ProcessBuilder deaf = new ProcessBuilder("sh", "-c", "trap '' TERM; echo deaf; sleep 100; sleep 100");
        Process program = leavings.start(deaf);
        started.add(program);
        assertThat(program.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("deaf");
        Path made = leavings.made(Files.createDirectory(directory.resolve("made")));
        Files.writeString(made.resolve("log"), "said");

        leavings.endAll();

        assertThat(program.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(made).doesNotExist();
        assertThatThrownBy(() -> leavings.start(new ProcessBuilder("sleep", "100")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the bench is ending");
    }

    /** The bench's main thread fails as soon as its programs end, and cleans up while others of them still write. */
    @Test
    void directoryThatCouldNotBeRemovedWhileProgramsWroteIsRemovedBehindThem() throws Exception {
        Leavings leavings = new Leavings();
        Path made = leavings.made(Files.createDirectory(directory.resolve("written")));
        Process writer = leavings.start(new ProcessBuilder(
                "sh",
                "-c",
                "trap '' TERM; i=0; while :; do i=$(((i + 1) % 50)); echo x > " + made + "/$i.log; done 2> /dev/null"));
        started.add(writer);
        while (Files.notExists(made.resolve("49.log"))) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        try {
            leavings.remove(made);
        } catch (IOException | UncheckedIOException written) {
            // by the program, in the same moment
        }

        leavings.endAll();

        assertThat(made).doesNotExist();
    }

    @Test
    void benchThatIsAskedToEndLeavesNobodyAndNothing() throws Exception {
        Process bench = startBench();
        List<ProcessHandle> children = awaitProgram(bench);

        bench.destroy();

        assertThat(bench.waitFor(15, TimeUnit.SECONDS)).isTrue();
        assertThat(children).noneMatch(ProcessHandle::isAlive);
        try (Stream<Path> files = Files.list(directory.resolve("tmp"))) {
            assertThat(files.filter(file -> file.getFileName().toString().contains("bench")))
                    .isEmpty();
        }
    }

    @Test
    void javaProgramsEndEvenIfTheBenchIsKilled() throws Exception {
        Process bench = startBench();
        List<ProcessHandle> children = awaitProgram(bench);

        bench.destroyForcibly();

        for (ProcessHandle child : children) {
            child.onExit().get(15, TimeUnit.SECONDS);
        }
    }

    @Test
    void programDoesNotWaitForRequestsUnderWayWhenNobodyIsLeft() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 1, LOOPBACK)) {
            int port = Workshop.freePort();
            Process forward = startJava(
                    Programs.class, "forward", "port=" + port, "backend=http://127.0.0.1:" + mute.getLocalPort());
            try (Socket visitor = connect(port)) {
                visitor.getOutputStream()
                        .write("GET / HTTP/1.1\r\nHost: here\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                mute.accept().getInputStream().read();

                forward.getOutputStream().close();

                assertThat(forward.waitFor(10, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private static Socket connect(int port) throws IOException {
        for (int i = 0; i < 100; i++) {
            try {
                return new Socket(LOOPBACK, port);
            } catch (IOException notYet) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            }
        }
        throw new IOException("nobody listens on " + port);
    }

    /** With a long time of warming, so that it does not end by itself. */
    private Process startBench() throws IOException {
        return startJava(
                Bench.class, "--quick", "--warm=60", "--only=direct", "--results=" + directory.resolve("r"), "delay");
    }

    private Process startJava(Class<?> main, String... arguments) throws IOException {
        Path temporary = Files.createDirectories(directory.resolve("tmp"));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Djava.io.tmpdir=" + temporary, "-cp", System.getProperty("java.class.path")));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("said").toFile())
                .start();
        started.add(process);
        return process;
    }

    /** Waits until it has started one of {@link Programs}, and returns all it has started. */
    private static List<ProcessHandle> awaitProgram(Process bench) {
        for (int i = 0; i < 300; i++) {
            List<ProcessHandle> children = bench.descendants().toList();
            if (children.stream().anyMatch(LeavingsTest::isProgram)) {
                return children;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
        throw new AssertionError("the bench has started no program");
    }

    /** The class path is too long for what {@link ProcessHandle#info} tells. */
    private static boolean isProgram(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"))
                    .contains(Programs.class.getName());
        } catch (IOException ended) {
            return false;
        }
    }
}
