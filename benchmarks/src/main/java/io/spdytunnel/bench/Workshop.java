package io.spdytunnel.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where contestants are put together: files, free ports, keys, a backend, and whatever has been started there. */
final class Workshop implements AutoCloseable {

    private static final int START_SECONDS = 60;

    private final Path directory;
    private final Place place;
    private final Options options;
    private final Keys keys;
    private final Deque<Running> started = new ArrayDeque<>();
    private @Nullable String backend;

    Workshop(Path directory, Place place, Options options) throws IOException, InterruptedException {
        this.directory = directory;
        this.place = place;
        this.options = options;
        this.keys = new Keys(directory, place.proxyHost().equals("127.0.0.1") ? "127.0.0.2" : place.proxyHost());
    }

    Path directory() {
        return directory;
    }

    Place place() {
        return place;
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

    Site backendSite() {
        String[] parts = backend().substring("http://".length()).split(":", -1);
        return new Site(parts[0], Integer.parseInt(parts[1]));
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"))) {
            return socket.getLocalPort();
        }
    }

    /** Starts nginx for downloads where it is installed, else our own. */
    void startBackend(boolean downloadsOnly) throws IOException, InterruptedException {
        int port = freePort();
        String host = place.backendHost();
        backend = "http://" + host + ":" + port;
        if (downloadsOnly && Command.exists("nginx")) {
            Running nginx = start("nginx", place.originPrefix(), Nginx.command(directory, host, port));
            nginx.awaitPort(host, port, START_SECONDS);
        } else {
            javaAt("backend", place.originPrefix(), "backend", "host=" + host, "port=" + port)
                    .awaitPort(host, port, START_SECONDS);
        }
    }

    /** Starts one of {@link Programs} where the proxy is. */
    Running java(String name, String program, String... settings) throws IOException {
        return javaAt(name, List.of(), program, settings);
    }

    /** Starts one of {@link Programs} behind the delay, if there is one. */
    Running javaAtOrigin(String name, String program, String... settings) throws IOException {
        return javaAt(name, place.originPrefix(), program, settings);
    }

    /** Starts one of Cranker's programs, with the Netty that it was built with: its TLS is mute with ours. */
    Running cranker(String name, List<String> prefix, String program, String... settings) throws IOException {
        String ours = System.getProperty("java.class.path");
        String theirs = System.getProperty("bench.cranker", "");
        return java(name, prefix, theirs + ":" + ours, program, settings);
    }

    private Running javaAt(String name, List<String> prefix, String program, String... settings) throws IOException {
        return java(name, prefix, System.getProperty("java.class.path"), program, settings);
    }

    private Running java(String name, List<String> prefix, String classPath, String program, String... settings)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options.jvm());
        command.addAll(List.of("-cp", classPath, Programs.class.getName(), program));
        command.addAll(List.of(settings));
        return start(name, prefix, command);
    }

    Running start(String name, List<String> prefix, List<String> command) throws IOException {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        Running running = Running.start(name, directory, Map.of(), whole);
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
    }
}
