package io.spdytunnel;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A visitor with nothing but a socket: says exactly what the test wants, a char for a byte. */
final class RawVisitor implements AutoCloseable {

    private final Socket socket;

    RawVisitor(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
    }

    RawVisitor says(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    /** Sends bytes, and waits as long as nobody takes them. */
    void sends(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A chunked body without trailers (RFC 9112 7.1). */
    byte[] readsChunked() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        InputStream buffered = new BufferedInputStream(in(), 64 * 1024);
        while (true) {
            StringBuilder line = new StringBuilder();
            for (int next = buffered.read(); next != '\n'; next = buffered.read()) {
                if (next < 0) {
                    throw new IOException("hung up after " + body.size() + " bytes of a chunked body");
                }
                line.append((char) next);
            }
            int size = Integer.parseInt(line.toString().trim(), 16);
            body.write(buffered.readNBytes(size));
            buffered.skipNBytes(2);
            if (size == 0) {
                return body.toByteArray();
            }
        }
    }

    InputStream in() throws IOException {
        return socket.getInputStream();
    }

    /** Everything until the other end hangs up. */
    String readsAll() throws IOException {
        try (socket) {
            return new String(in().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    /** As much as it takes to have this text. */
    String readsUntil(String end) throws IOException {
        StringBuilder seen = new StringBuilder();
        while (seen.indexOf(end) < 0) {
            int next = in().read();
            if (next < 0) {
                throw new IOException("hung up after: " + seen);
            }
            seen.append((char) next);
        }
        return seen.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
