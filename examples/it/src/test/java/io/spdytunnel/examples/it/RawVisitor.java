package io.spdytunnel.examples.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A visitor who does by hand what HTTP libraries never would: stop reading, read while it writes, ask for odd paths. */
final class RawVisitor implements AutoCloseable {

    private static final byte HEADERS = 1;
    private static final byte LAST_AND_WHOLE = 5;
    private static final byte SETTINGS = 4;
    private static final byte INITIAL_WINDOW_SIZE = 4;
    private static final byte WINDOW_UPDATE = 8;

    // RFC 7541 6.1, 6.2.2 and its appendix A
    private static final byte GET = (byte) 0x82;
    private static final byte HTTP = (byte) 0x86;
    private static final byte PATH = 4;
    private static final byte AUTHORITY = 1;

    private final Socket socket = new Socket();
    private final InputStream in;
    private final OutputStream out;

    /** The head of an answer; names in lower case. */
    record Head(int status, Map<String, String> headers) {

        long length() {
            return Long.parseLong(headers.getOrDefault("content-length", "-1"));
        }
    }

    /** @param receiveBuffer of the socket in bytes, 0 for the system's own */
    RawVisitor(int port, int receiveBuffer) throws IOException {
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
        socket.setSoTimeout(60_000);
        in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
        out = socket.getOutputStream();
    }

    RawVisitor asks(String requestLine, String... headers) throws IOException {
        StringBuilder head = new StringBuilder(requestLine).append(" HTTP/1.1\r\nHost: visited.example\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        out.write(head.append("\r\n").toString().getBytes(ISO_8859_1));
        return this;
    }

    /**
     * Asks by HTTP/2 with prior knowledge (RFC 9113 3.3), with windows as large as they can be: nothing but the socket
     * holds the answer back.
     *
     * @param path of at most 126 bytes
     */
    RawVisitor asksByHttp2(String path) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        DataOutputStream frames = new DataOutputStream(all);
        frames.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        frames.write(new byte[] {0, 0, 6, SETTINGS, 0, 0, 0, 0, 0, 0, INITIAL_WINDOW_SIZE});
        frames.writeInt(Integer.MAX_VALUE);
        frames.write(new byte[] {0, 0, 4, WINDOW_UPDATE, 0, 0, 0, 0, 0});
        frames.writeInt(Integer.MAX_VALUE - 65_535);
        String host = "visited.example";
        byte[] head = {0, 0, (byte) (6 + path.length() + host.length()), HEADERS, LAST_AND_WHOLE, 0, 0, 0, 1};
        frames.write(head);
        frames.write(new byte[] {GET, HTTP, PATH, (byte) path.length()});
        frames.write(path.getBytes(StandardCharsets.US_ASCII));
        frames.write(new byte[] {AUTHORITY, (byte) host.length()});
        frames.write(host.getBytes(StandardCharsets.US_ASCII));
        out.write(all.toByteArray());
        return this;
    }

    OutputStream out() {
        return out;
    }

    void sendsChunk(byte[] bytes) throws IOException {
        out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(ISO_8859_1));
        out.write(bytes);
        out.write("\r\n".getBytes(ISO_8859_1));
    }

    void endsChunks() throws IOException {
        out.write("0\r\n\r\n".getBytes(ISO_8859_1));
    }

    Head head() throws IOException {
        int status = Integer.parseInt(line().split(" ", 3)[1]);
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).trim());
        }
        return new Head(status, headers);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection ended within a line: " + line);
            }
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }

    /** The answer's body as it comes: never more bytes in one read than are there. */
    InputStream body(Head head) {
        return new Body(head.length());
    }

    /** Reads so many bytes of the connection as they are, framing and all. */
    int readsRaw(byte[] into) throws IOException {
        return in.read(into);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private final class Body extends InputStream {

        private final boolean chunked;
        private long left; // in this chunk, or at all
        private boolean over;

        Body(long length) {
            chunked = length < 0;
            left = chunked ? 0 : length;
            over = length == 0;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int size) throws IOException {
            if (size == 0) {
                return 0; // must not wait for the next chunk
            }
            if (left == 0 && !over) {
                nextChunk();
            }
            if (over) {
                return -1;
            }
            int count = in.read(into, offset, (int) Math.min(size, left));
            if (count < 0) {
                throw new EOFException("cut off, " + left + " bytes before the end");
            }
            left -= count;
            if (left == 0 && chunked) {
                line(); // behind the chunk
            }
            over = left == 0 && !chunked;
            return count;
        }

        private void nextChunk() throws IOException {
            left = Long.parseLong(line(), 16);
            if (left == 0) {
                line();
                over = true;
            }
        }
    }
}
