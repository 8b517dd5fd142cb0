package io.spdytunnel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;

/** One end of a TCP connection, visitor's or service's: says exactly what the test wants, a char for a byte. */
final class SocketEnd implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;

    SocketEnd(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
    }

    static SocketEnd to(int port) throws IOException {
        return new SocketEnd(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    SocketEnd says(String text) throws IOException {
        return sends(text.getBytes(ISO_8859_1));
    }

    SocketEnd sends(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** A GET that asks for an upgrade. */
    SocketEnd asksFor(String protocol, String... headers) throws IOException {
        StringBuilder head =
                new StringBuilder("GET /chat?room=1 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: ");
        head.append(protocol).append("\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return says(head.append("\r\n").toString());
    }

    /** Reads a head and grants what it asks for. */
    String grants(String protocol) throws IOException {
        String head = head();
        says("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: " + protocol + "\r\n\r\n");
        return head;
    }

    /** For who reads otherwise. */
    InputStream in() {
        return in;
    }

    String head() throws IOException {
        return readsUntil("\r\n\r\n");
    }

    String readsUntil(String end) throws IOException {
        StringBuilder seen = new StringBuilder();
        while (seen.indexOf(end) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the connection ended behind: " + seen);
            }
            seen.append((char) next);
        }
        return seen.toString();
    }

    byte[] reads(int bytes) throws IOException {
        return in.readNBytes(bytes);
    }

    String readsText(int bytes) throws IOException {
        return new String(reads(bytes), ISO_8859_1);
    }

    /** Whether the other end has said its last, cleanly. */
    boolean isToldTheEnd() throws IOException {
        return in.read() < 0;
    }

    /** Whether the connection breaks, which must not look like an end. */
    boolean isCutOff() throws IOException {
        try {
            while (in.read() >= 0) {
                // what came before counts not
            }
            return false;
        } catch (SocketException reset) {
            return true;
        }
    }

    /** Whether not a byte, nor an end, comes in this time. */
    boolean hearsNothingFor(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            in.read();
            return false;
        } catch (SocketTimeoutException silent) {
            return true;
        } finally {
            socket.setSoTimeout(PATIENCE_MILLIS);
        }
    }

    void saysItsLast() throws IOException {
        socket.shutdownOutput();
    }

    /** Goes without a goodbye: TCP's RST. */
    void vanishes() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
