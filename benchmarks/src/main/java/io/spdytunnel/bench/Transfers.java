package io.spdytunnel.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Large bodies, one way, by plain blocking sockets: what is measured must not be the measuring end. One that lasts longer
 * than {@link #LIMIT_SECONDS} is cut, and its rate is that of what went until then.
 */
final class Transfers {

    /** Some need minutes for 300 MiB over a delay, and a run has many. */
    static final int LIMIT_SECONDS = 20;

    private static final int BUFFER = 256 * 1024;
    private static final int TIMEOUT_MILLIS = 30_000;

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);

    private Transfers() {}

    /** MiB per second of one download. */
    static double down(Site site, long bytes) throws IOException {
        long begin = System.nanoTime();
        return rate(fetch(site, bytes, begin + LIMIT_NANOS), begin);
    }

    /** MiB per second of so many downloads at once, together. */
    static double downTogether(Site site, long bytes, int downloads) throws IOException {
        long begin = System.nanoTime();
        List<CompletableFuture<Long>> all = new ArrayList<>();
        for (int i = 0; i < downloads; i++) {
            CompletableFuture<Long> done = new CompletableFuture<>();
            all.add(done);
            Thread reader = new Thread(() -> {
                try {
                    done.complete(fetch(site, bytes, begin + LIMIT_NANOS));
                } catch (IOException | RuntimeException failed) {
                    done.completeExceptionally(failed);
                }
            });
            reader.setDaemon(true);
            reader.start();
        }
        try {
            long received = all.stream().mapToLong(CompletableFuture::join).sum();
            return rate(received, begin);
        } catch (CompletionException failed) {
            throw new IOException("a download failed: " + failed.getCause(), failed);
        }
    }

    /** MiB per second of one upload, until it is answered. */
    static double up(Site site, long bytes) throws IOException {
        return up(site, bytes, LIMIT_NANOS);
    }

    static double up(Site site, long bytes, long limitNanos) throws IOException {
        long begin = System.nanoTime();
        long sent = 0;
        try (Socket socket = connect(site)) {
            closeAfter(limitNanos, socket); // a write to one who does not read knows no time-out
            byte[] buffer = new byte[BUFFER];
            OutputStream out = socket.getOutputStream();
            out.write(head("POST", site, "/sink", "Content-Length: " + bytes + "\r\n"));
            while (sent < bytes) {
                int piece = (int) Math.min(bytes - sent, BUFFER);
                out.write(buffer, 0, piece);
                sent += piece;
            }
            readAnswer(new BufferedInputStream(socket.getInputStream()));
        } catch (SocketException broken) {
            if (System.nanoTime() - begin < limitNanos) {
                throw broken;
            }
        }
        return rate(sent, begin);
    }

    private static void closeAfter(long nanos, Socket socket) {
        CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS).execute(() -> {
            try {
                socket.close();
            } catch (IOException closed) {
                // nothing more is wanted of it
            }
        });
    }

    private static double rate(long bytes, long begin) {
        return bytes / 1048576.0 / ((System.nanoTime() - begin) / 1e9);
    }

    /** Returns how many bytes came. */
    private static long fetch(Site site, long bytes, long deadline) throws IOException {
        try (Socket socket = connect(site)) {
            socket.getOutputStream().write(head("GET", site, "/" + bytes, ""));
            long received = readAnswer(new BufferedInputStream(socket.getInputStream(), BUFFER), deadline);
            if (received != bytes && System.nanoTime() < deadline) {
                throw new IOException(received + " bytes came of " + bytes);
            }
            return received;
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
        return readAnswer(in, System.nanoTime() + LIMIT_NANOS);
    }

    /** The same, but reads no further once the time, as {@link System#nanoTime} tells it, is over. */
    static long readAnswer(InputStream in, long deadline) throws IOException {
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
            return read(in, length, deadline);
        }
        long whole = 0;
        for (long chunk = chunk(in); chunk > 0; chunk = chunk(in)) {
            long came = read(in, chunk, deadline);
            whole += came;
            if (came < chunk) {
                return whole;
            }
            line(in);
        }
        line(in);
        return whole;
    }

    private static long chunk(InputStream in) throws IOException {
        return Long.parseLong(line(in), 16);
    }

    /** Fewer than {@code bytes} only if the deadline has passed. */
    private static long read(InputStream in, long bytes, long deadline) throws IOException {
        byte[] buffer = new byte[(int) Math.min(bytes, BUFFER)];
        long left = bytes;
        while (left > 0 && System.nanoTime() < deadline) {
            int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) {
                throw new EOFException(left + " bytes of " + bytes + " are missing");
            }
            left -= read;
        }
        return bytes - left;
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
