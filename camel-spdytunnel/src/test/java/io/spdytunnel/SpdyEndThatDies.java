package io.spdytunnel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Accepts one connection, reads until a stream must have been opened on it, and hangs up without a word. */
final class SpdyEndThatDies implements AutoCloseable {

    /** SYN_STREAM's first bytes (SPDY/3.1 2.6.1). */
    private static final int[] SYN_STREAM = {0x80, 0x03, 0x00, 0x01};

    private final ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

    SpdyEndThatDies() throws IOException {
        Thread thread = new Thread(this::die, "spdy-end-that-dies");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return door.getLocalPort();
    }

    private void die() {
        try (Socket socket = door.accept()) {
            socket.setSoTimeout(20_000);
            int seen = 0;
            while (seen < SYN_STREAM.length) {
                int next = socket.getInputStream().read();
                seen = next == SYN_STREAM[seen] ? seen + 1 : next == SYN_STREAM[0] ? 1 : 0;
            }
        } catch (IOException over) {
            // the test is
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
