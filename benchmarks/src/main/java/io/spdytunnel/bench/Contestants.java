package io.spdytunnel.bench;

import io.spdytunnel.bench.Contestant.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** All who can take part. */
final class Contestants {

    private static final Pattern HAPROXY_VERSION = Pattern.compile("version (\\d+)\\.(\\d+)");

    /** Not auto: a figure must not be the other library's because a native one was missing. */
    private static final String OPENSSL = "openssl";

    private Contestants() {}

    static List<Contestant> all() {
        return List.of(
                new Contestant(
                        Contestant.DIRECT,
                        false,
                        null,
                        workshop -> new Entry(Contestant.DIRECT, workshop.backendSite(), List.of())),
                new Contestant("netty-http, no tunnel", false, null, Contestants::forward),
                tunnel("tunnel, plain netty-http", "plain", "forward", OPENSSL),
                tunnel(Targets.DOOR, "door", "forward", OPENSSL),
                tunnel(Targets.DOOR_JDK_TLS, "door", "forward", "jdk"),
                tunnel("tunnel, front door, two connections", "door", "forward", OPENSSL, 2),
                tunnel("tunnel, origin answers", "door", "self", OPENSSL),
                new Contestant("Cranker", false, crankerAbsent(), workshop -> cranker(workshop, "Cranker", 16)),
                new Contestant("HAProxy reversed h2", false, haproxyAbsent(), Contestants::haproxy),
                new Contestant("ssh -R", false, sshAbsent(), Contestants::ssh));
    }

    static List<String> names() {
        return all().stream().map(Contestant::name).toList();
    }

    // ---- Java

    private static Entry forward(Workshop workshop) throws IOException, InterruptedException {
        int port = Workshop.freePort();
        Running forward = workshop.java("forward", "forward", "port=" + port, "backend=" + workshop.farBackend());
        return new Entry("netty-http, no tunnel", at(workshop, forward, port), List.of(forward));
    }

    private static Site at(Workshop workshop, Running program, int port) throws IOException {
        workshop.await(program, "127.0.0.1", port);
        return new Site("127.0.0.1", port);
    }

    private static Contestant tunnel(String name, String front, String answer, String tls) {
        return tunnel(name, front, answer, tls, 1);
    }

    /**
     * @param tls option tlsProvider of both ends
     * @param connections option connections of the origin
     */
    private static Contestant tunnel(String name, String front, String answer, String tls, int connections) {
        return new Contestant(name, answer.equals("self"), null, workshop -> {
            int port = Workshop.freePort();
            int tunnel = Workshop.freePort();
            String files = front + "-" + answer + "-" + tls + "-" + connections;
            Running proxy = workshop.java(
                    "proxy-" + files,
                    "proxy",
                    "front=" + front,
                    "tls=" + tls,
                    "origin=bench",
                    "port=" + port,
                    "listen=" + proxyAddress(tunnel),
                    "keystore=" + workshop.keys().keystore());
            Site site = at(workshop, proxy, port);
            Running origin = workshop.java(
                    "origin-" + files,
                    "origin",
                    "answer=" + answer,
                    "tls=" + tls,
                    "proxy=" + workshop.far(tunnel),
                    "connections=" + connections,
                    "backend=" + workshop.backend(),
                    "truststore=" + workshop.keys().truststore());
            return new Entry(name, site, List.of(proxy, origin));
        });
    }

    /** Where the proxy listens; the origin dials {@link Workshop#far}. */
    private static String proxyAddress(int port) {
        return "127.0.0.1:" + port;
    }

    private static @Nullable String crankerAbsent() {
        return System.getProperty("bench.cranker", "").isEmpty() ? "the class path of its Netty is not given" : null;
    }

    private static Entry cranker(Workshop workshop, String name, int window) throws IOException, InterruptedException {
        int port = Workshop.freePort();
        int tunnel = Workshop.freePort();
        Running router = workshop.cranker(
                "cranker-router",
                "cranker-router",
                "port=" + port,
                "listen=" + proxyAddress(tunnel),
                "keystore=" + workshop.keys().keystore());
        Site site = at(workshop, router, port);
        Running connector = workshop.cranker(
                "cranker-connector",
                "cranker-connector",
                "proxy=" + workshop.far(tunnel),
                "backend=" + workshop.backend(),
                "window=" + window);
        return new Entry(name, site, List.of(router, connector));
    }

    // ---- others

    private static @Nullable String haproxyAbsent() {
        String version = Command.version("haproxy", "-v");
        Matcher found = HAPROXY_VERSION.matcher(version);
        if (!found.find()) {
            return "haproxy: " + version;
        }
        int number = Integer.parseInt(found.group(1)) * 100 + Integer.parseInt(found.group(2));
        return number >= 209 ? null : "too old, reversed HTTP/2 needs 2.9: " + version;
    }

    private static Entry haproxy(Workshop workshop) throws Exception {
        int port = Workshop.freePort();
        int tunnel = Workshop.freePort();
        String both = """
                global
                    expose-experimental-directives
                    nbthread 1
                defaults
                    mode http
                    timeout connect 10s
                    timeout client 10m
                    timeout server 10m
                """;
        String proxy = String.format(
                Locale.ROOT,
                both + """
                frontend visitors
                    bind 127.0.0.1:%d
                    default_backend tunnel
                backend tunnel
                    server origin rhttp@
                frontend origins
                    bind %s ssl crt %s alpn h2
                    tcp-request session attach-srv tunnel/origin
                """,
                port,
                proxyAddress(tunnel),
                workshop.keys().pem());
        String origin = String.format(
                Locale.ROOT,
                both + """
                backend proxy
                    server proxy %s ssl verify none alpn h2
                frontend requests
                    bind rhttp@proxy/proxy nbconn 4
                    default_backend service
                backend service
                    server service %s
                """,
                workshop.far(tunnel),
                workshop.backend().substring("http://".length()));
        Running proxyEnd = haproxy(workshop, "haproxy-proxy", proxy);
        Site site = at(workshop, proxyEnd, port);
        Running originEnd = haproxy(workshop, "haproxy-origin", origin);
        return new Entry("HAProxy reversed h2", site, List.of(proxyEnd, originEnd));
    }

    private static Running haproxy(Workshop workshop, String name, String configuration) throws IOException {
        Path file = workshop.directory().resolve(name + ".cfg");
        Files.writeString(file, configuration);
        return workshop.start(name, List.of(String.valueOf(Command.find("haproxy")), "-db", "-f", file.toString()));
    }

    private static @Nullable String sshAbsent() {
        for (String program : List.of("ssh", "sshd", "ssh-keygen")) {
            if (!Command.exists(program)) {
                return program + " is not installed";
            }
        }
        return null;
    }

    /** A port forward is no HTTP proxy: one TCP connection of a visitor becomes one of the backend. */
    private static Entry ssh(Workshop workshop) throws IOException, InterruptedException {
        int port = Workshop.freePort();
        int daemon = Workshop.freePort();
        String host = "127.0.0.1";
        Path directory = Files.createDirectories(workshop.directory().resolve("ssh"));
        for (String key : List.of("host", "user")) {
            String file = directory.resolve(key).toString();
            Command.run(30, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file);
        }
        if (System.getProperty("user.name").equals("root")) {
            Files.createDirectories(Path.of("/run/sshd")); // sshd wants it, and an init script that never ran makes it
        }
        Running sshd = workshop.start("sshd", sshd(directory, host, daemon));
        workshop.await(sshd, host, daemon);
        int farDaemon = workshop.farPort(daemon);
        List<String> dialling = new ArrayList<>(List.of("ssh", "-N", "-F", "none"));
        dialling.addAll(List.of("-i", directory.resolve("user").toString(), "-p", Integer.toString(farDaemon)));
        dialling.addAll(options(
                "StrictHostKeyChecking=no",
                "UserKnownHostsFile=/dev/null",
                "BatchMode=yes",
                "ExitOnForwardFailure=yes"));
        String service = workshop.backend().substring("http://".length());
        dialling.addAll(List.of("-R", "127.0.0.1:" + port + ":" + service));
        dialling.add(System.getProperty("user.name") + "@" + host);
        Running ssh = workshop.start("ssh", dialling);
        workshop.await(ssh, "127.0.0.1", port);
        return new Entry("ssh -R", new Site("127.0.0.1", port), List.of(sshd, ssh));
    }

    private static List<String> sshd(Path directory, String host, int port) {
        List<String> command = new ArrayList<>(List.of(String.valueOf(Command.find("sshd")), "-D", "-e"));
        command.addAll(List.of("-f", "/dev/null"));
        command.addAll(options(
                "ListenAddress=" + host,
                "Port=" + port,
                "HostKey=" + directory.resolve("host"),
                "AuthorizedKeysFile=" + directory.resolve("user.pub"),
                "PidFile=none",
                "StrictModes=no",
                "UsePAM=no",
                "PasswordAuthentication=no",
                "PermitRootLogin=prohibit-password"));
        return command;
    }

    private static List<String> options(String... options) {
        List<String> arguments = new ArrayList<>();
        for (String option : options) {
            arguments.addAll(List.of("-o", option));
        }
        return arguments;
    }
}
