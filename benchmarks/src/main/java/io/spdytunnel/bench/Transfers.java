package io.spdytunnel.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Large bodies, one way, by plain blocking sockets: what is measured must not be the measuring end. */
final class Transfers {

    private static final int BUFFER = 256 * 1024;
    private static final int TIMEOUT_MILLIS = 60_000;

    private Transfers() {}

    /** MiB per second of one download. */
    static double down(Site site, long bytes) throws IOException {
        long begin = System.nanoTime();
        fetch(site, bytes);
        return rate(bytes, begin);
    }

    /** MiB per second of so many downloads at once, together. */
    static double downTogether(Site site, long bytes, int downloads) throws IOException {
        long begin = System.nanoTime();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < downloads; i++) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            all.add(done);
            Thread reader = new Thread(() -> {
                try {
                    fetch(site, bytes);
                    done.complete(null);
                } catch (IOException | RuntimeException failed) {
                    done.completeExceptionally(failed);
                }
            });
            reader.setDaemon(true);
            reader.start();
        }
        try {
            all.forEach(CompletableFuture::join);
        } catch (CompletionException failed) {
            throw new IOException("a download failed: " + failed.getCause(), failed);
        }
        return rate(bytes * downloads, begin);
    }

    /** MiB per second of one upload, until it is answered. */
    static double up(Site site, long bytes) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long begin = System.nanoTime();
        try (Socket socket = connect(site)) {
            OutputStream out = socket.getOutputStream();
            out.write(head("POST", site, "/sink", "Content-Length: " + bytes + "\r\n"));
            for (long left = bytes; left > 0; left -= BUFFER) {
                out.write(buffer, 0, (int) Math.min(left, BUFFER));
            }
            readAnswer(new BufferedInputStream(socket.getInputStream()));
        }
        return rate(bytes, begin);
    }

    private static double rate(long bytes, long begin) {
        return bytes / 1048576.0 / ((System.nanoTime() - begin) / 1e9);
    }

    private static void fetch(Site site, long bytes) throws IOException {
        try (Socket socket = connect(site)) {
            socket.getOutputStream().write(head("GET", site, "/" + bytes, ""));
            long received = readAnswer(new BufferedInputStream(socket.getInputStream(), BUFFER));
            if (received != bytes) {
                throw new IOException(received + " bytes came of " + bytes);
            }
        }
    }

    /**
     * Asks for a body and leaves the rest to the caller.
     *
     * @param receiveBuffer in bytes, so that this end's kernel reads no more than that by itself
     */
    static Socket begin(Site site, long bytes, int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(receiveBuffer); // before it is connected, or it comes too late
        connect(socket, site);
        socket.getOutputStream().write(head("GET", site, "/" + bytes, ""));
        return socket;
    }

    private static Socket connect(Site site) throws IOException {
        Socket socket = new Socket();
        connect(socket, site);
        return socket;
    }

    private static void connect(Socket socket, Site site) throws IOException {
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(site.host(), site.port()), TIMEOUT_MILLIS);
    }

    private static byte[] head(String method, Site site, String path, String more) {
        return (method + " " + path + " HTTP/1.1\r\nHost: " + site.hostHeader() + "\r\n" + more + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Reads one answer and returns how long its body was. Fails unless its status is 200 and it comes whole. */
    static long readAnswer(InputStream in) throws IOException {
        String status = line(in);
        if (!status.contains(" 200")) {
            throw new IOException("answered with " + status);
        }
        long length = 0;
        boolean chunked = false;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            String field = line.toLowerCase(Locale.ROOT);
            if (field.startsWith("content-length:")) {
                length = Long.parseLong(field.substring(15).strip());
            }
            chunked |= field.startsWith("transfer-encoding:");
        }
        if (!chunked) {
            skip(in, length);
            return length;
        }
        long whole = 0;
        for (long chunk = chunk(in); chunk > 0; chunk = chunk(in)) {
            skip(in, chunk);
            line(in);
            whole += chunk;
        }
        line(in);
        return whole;
    }

    private static long chunk(InputStream in) throws IOException {
        return Long.parseLong(line(in), 16);
    }

    private static void skip(InputStream in, long bytes) throws IOException {
        byte[] buffer = new byte[(int) Math.min(bytes, BUFFER)];
        for (long left = bytes; left > 0; ) {
            int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) {
                throw new EOFException(left + " bytes of " + bytes + " are missing");
            }
            left -= read;
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection ended within a head");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
