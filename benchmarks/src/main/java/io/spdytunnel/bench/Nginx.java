package io.spdytunnel.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** nginx as a backend: files of zeros, named after their size. */
final class Nginx {

    /** All sizes that cases ask for; sparse files cost no disk. */
    private static final List<Long> SIZES = List.of(1024L, 4L << 20, 16L << 20, 32L << 20, 100L << 20, 300L << 20);

    private Nginx() {}

    static List<String> command(Path directory, String host, int port) throws IOException {
        Path files = Files.createDirectories(directory.resolve("www"));
        for (long size : SIZES) {
            try (RandomAccessFile file =
                    new RandomAccessFile(files.resolve(Long.toString(size)).toFile(), "rw")) {
                file.setLength(size);
            }
        }
        Path temporary = Files.createDirectories(directory.resolve("nginx"));
        Path configuration = directory.resolve("nginx.conf");
        Files.writeString(configuration, String.format(Locale.ROOT, """
                daemon off;
                worker_processes 1;
                pid %1$s/pid;
                error_log %1$s/error.log;
                %5$s
                events { worker_connections 4096; }
                http {
                    access_log off;
                    sendfile on;
                    tcp_nodelay on;
                    keepalive_requests 1000000000;
                    keepalive_timeout 600s;
                    open_file_cache max=100;
                    client_body_temp_path %1$s/body;
                    proxy_temp_path %1$s/proxy;
                    fastcgi_temp_path %1$s/fastcgi;
                    uwsgi_temp_path %1$s/uwsgi;
                    scgi_temp_path %1$s/scgi;
                    server { listen %2$s:%3$d backlog=1024; root %4$s; }
                }
                """, temporary, host, port, files, user()));
        return List.of(
                String.valueOf(Command.find("nginx")),
                "-c",
                configuration.toString(),
                "-e",
                temporary.resolve("error.log").toString());
    }

    /** As root its workers would become somebody who may not read our temporary files. */
    private static String user() {
        return System.getProperty("user.name").equals("root") ? "user root;" : "";
    }
}
