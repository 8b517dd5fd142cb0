package io.spdytunnel.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where contestants are put together: files, free ports, keys, a backend, and whatever has been started there. */
final class Workshop implements AutoCloseable {

    private static final String HOST = "127.0.0.1";
    private static final int START_SECONDS = 60;

    /** Over how many arenas malloc spreads is chance, and would be taken for memory of the program. */
    private static final Map<String, String> ONE_ARENA = Map.of("MALLOC_ARENA_MAX", "1");

    private final Path directory;
    private final Options options;
    private final Keys keys;
    private final Deque<Running> started = new ArrayDeque<>();
    private final boolean far;
    private final Map<Integer, Relay> relays = new HashMap<>();
    private @Nullable String backend;

    /** @param far whether relays stand between the ends, see {@link #delay} */
    Workshop(Path directory, boolean far, Options options) throws IOException, InterruptedException {
        this.directory = directory;
        this.far = far;
        this.options = options;
        this.keys = new Keys(directory);
    }

    Path directory() {
        return directory;
    }

    Options options() {
        return options;
    }

    Keys keys() {
        return keys;
    }

    /** {@code http://host:port} of the service that all contestants lead to. */
    String backend() {
        if (backend == null) {
            throw new IllegalStateException("no backend has been started");
        }
        return backend;
    }

    /** The same for those who have no tunnel: they go the long way to the backend itself. */
    String farBackend() throws InterruptedException {
        return "http://" + far(backendPort());
    }

    Site backendSite() throws InterruptedException {
        return new Site(HOST, farPort(backendPort()));
    }

    private int backendPort() {
        return Integer.parseInt(backend().substring(backend().lastIndexOf(':') + 1));
    }

    /** The address at which whoever is far away dials a program that listens on this port. */
    String far(int port) throws InterruptedException {
        return HOST + ":" + farPort(port);
    }

    int farPort(int port) throws InterruptedException {
        if (!far) {
            return port;
        }
        Relay relay = relays.get(port);
        if (relay == null) {
            relay = new Relay(port);
            relays.put(port, relay);
        }
        return relay.port();
    }

    /** Makes the way longer or shorter, for all programs at once. */
    void delay(long millis) {
        relays.values().forEach(relay -> relay.delay(millis));
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"))) {
            return socket.getLocalPort();
        }
    }

    /** Starts nginx for downloads where it is installed, else our own. */
    void startBackend(boolean downloadsOnly) throws IOException, InterruptedException {
        int port = freePort();
        backend = "http://" + HOST + ":" + port;
        Running running = downloadsOnly && Command.exists("nginx")
                ? start("nginx", Nginx.command(directory, HOST, port))
                : java("backend", "backend", "host=" + HOST, "port=" + port);
        await(running, HOST, port);
    }

    /** Starts one of {@link Programs}. */
    Running java(String name, String program, String... settings) throws IOException {
        return start(name, javaCommand(List.of(), ownClassPath(), program, settings));
    }

    /** Starts one of {@link Programs} whose memory is looked at closely; of two options the JVM takes the later. */
    Running javaForMemory(List<String> more, String name, String program, String... settings) throws IOException {
        return start(name, ONE_ARENA, javaCommand(more, ownClassPath(), program, settings));
    }

    private static String ownClassPath() {
        return System.getProperty("java.class.path");
    }

    /** Starts one of Cranker's programs, with the Netty that it was built with: its TLS is mute with ours. */
    Running cranker(String name, String program, String... settings) throws IOException {
        String theirs = System.getProperty("bench.cranker", "");
        return start(name, javaCommand(List.of(), theirs + ":" + ownClassPath(), program, settings));
    }

    private List<String> javaCommand(List<String> more, String classPath, String program, String... settings) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options.jvm());
        command.addAll(more);
        command.addAll(List.of("-cp", classPath, Programs.class.getName(), program));
        command.addAll(List.of(settings));
        return command;
    }

    Running start(String name, List<String> command) throws IOException {
        return start(name, Map.of(), command);
    }

    private Running start(String name, Map<String, String> environment, List<String> command) throws IOException {
        Running running = Running.start(name, directory, environment, command);
        started.push(running);
        return running;
    }

    Running await(Running running, String host, int port) throws IOException {
        running.awaitPort(host, port, START_SECONDS);
        return running;
    }

    /** What programs have said, for who has to find out why they do not work. */
    String logs() throws IOException {
        StringBuilder logs = new StringBuilder();
        for (Running running : started) {
            String log = running.log();
            logs.append(running.name())
                    .append(": ")
                    .append(log.substring(Math.max(0, log.length() - 2000)))
                    .append('\n');
        }
        return logs.toString();
    }

    @Override
    public void close() {
        started.forEach(Running::stop); // all at once: each takes its time
        started.forEach(Running::close);
        relays.values().forEach(Relay::close);
    }
}
