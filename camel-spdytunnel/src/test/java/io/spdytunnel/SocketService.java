package io.spdytunnel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** A service behind an origin that is nothing but a port: the test itself speaks for it. */
final class SocketService implements AutoCloseable {

    private final ServerSocket listening;

    SocketService() throws IOException {
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        listening.setSoTimeout(10_000);
    }

    int port() {
        return listening.getLocalPort();
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    SocketEnd accepts() throws IOException {
        return new SocketEnd(listening.accept());
    }

    /** Whether nobody comes, for as long as it takes to be sure. */
    boolean isLeftAlone() throws IOException {
        listening.setSoTimeout(300);
        try {
            listening.accept().close();
            return false;
        } catch (java.net.SocketTimeoutException nobody) {
            return true;
        } finally {
            listening.setSoTimeout(10_000);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
