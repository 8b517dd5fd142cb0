package io.spdytunnel.front;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A visitor with a real socket who says exactly what it is told to, and understands responses well enough to check. */
final class SocketVisitor implements AutoCloseable {

    /** What came back, the body's bytes as characters; the trailers are lines behind the last chunk. */
    record Reply(int status, List<String> headers, String text, List<String> trailers) {

        List<String> all(String name) {
            List<String> values = new ArrayList<>();
            for (String header : headers) {
                if (header.regionMatches(true, 0, name + ":", 0, name.length() + 1)) {
                    values.add(header.substring(name.length() + 1).trim());
                }
            }
            return values;
        }

        /** The header's only value, or the empty text. */
        String header(String name) {
            List<String> values = all(name);
            return values.isEmpty() ? "" : values.get(0);
        }
    }

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    SocketVisitor(InetSocketAddress door) throws IOException {
        this(new Socket(door.getAddress(), door.getPort()));
    }

    SocketVisitor(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    Socket socket() {
        return socket;
    }

    OutputStream out() {
        return out;
    }

    InputStream in() {
        return in;
    }

    void says(String text) throws IOException {
        out.write(text.getBytes(ISO_8859_1));
        out.flush();
    }

    void gets(String path) throws IOException {
        says(get(path));
    }

    static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: attic.example\r\n\r\n";
    }

    Reply reads() throws IOException {
        return reads("GET");
    }

    /** Reads one response; those with status 1xx are responses of their own. */
    Reply reads(String toMethod) throws IOException {
        String statusLine = line();
        int status = Integer.parseInt(statusLine.substring(9, 12));
        List<String> headers = lines();
        Reply head = new Reply(status, headers, "", List.of());
        if (toMethod.equals("HEAD") || status < 200 || status == 204 || status == 304) {
            return head;
        }
        if (head.header("Transfer-Encoding").equalsIgnoreCase("chunked")) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (int size = chunkSize(); size > 0; size = chunkSize()) {
                body.write(exactly(size));
                line();
            }
            return new Reply(status, headers, body.toString(ISO_8859_1), lines());
        }
        String length = head.header("Content-Length");
        byte[] body = length.isEmpty() ? in.readAllBytes() : exactly(Integer.parseInt(length));
        return new Reply(status, headers, new String(body, ISO_8859_1), List.of());
    }

    /** Reads head lines up to the empty one. */
    List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            lines.add(line);
        }
        return lines;
    }

    int chunkSize() throws IOException {
        return Integer.parseInt(line(), 16);
    }

    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the front door hung up behind: " + line);
            }
            line.append((char) b);
        }
        if (line.charAt(line.length() - 1) != '\r') {
            throw new IOException("a line that ends in LF alone: " + line);
        }
        return line.substring(0, line.length() - 1);
    }

    byte[] exactly(int size) throws IOException {
        byte[] bytes = in.readNBytes(size);
        if (bytes.length < size) {
            throw new EOFException("the front door hung up after " + bytes.length + " of " + size + " bytes");
        }
        return bytes;
    }

    /** Whether the front door has hung up, cleanly, with nothing more to say. */
    boolean isHungUpOn() throws IOException {
        return in.read() < 0;
    }

    /** Leaves with a reset: it has not merely ended its half. */
    void breaksOff() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    void leaves() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
