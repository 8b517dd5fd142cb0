package io.spdytunnel;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A line between an origin and its proxy that can lose whatever is sent one way, or both ways, without either end being
 * told: what a firewall does that has forgotten a connection. Ends of connections get lost on it, too.
 */
final class DroppingRelay implements AutoCloseable {

    private final ServerSocket door = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final int proxyPort;
    volatile boolean dropsToProxy;
    volatile boolean dropsToOrigin;

    DroppingRelay(int proxyPort) throws IOException {
        this.proxyPort = proxyPort;
        var unused = threads.submit(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    private Void accept() throws IOException {
        while (true) {
            Socket origin = door.accept();
            Socket proxy = new Socket(InetAddress.getLoopbackAddress(), proxyPort);
            sockets.add(origin);
            sockets.add(proxy);
            var unused = threads.submit(() -> pass(origin, proxy, true));
            var unusedToo = threads.submit(() -> pass(proxy, origin, false));
        }
    }

    private Void pass(Socket from, Socket to, boolean towardsProxy) throws IOException {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] bytes = new byte[16 * 1024];
        for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
            if (!drops(towardsProxy)) {
                out.write(bytes, 0, count);
            }
        }
        if (!drops(towardsProxy)) {
            to.shutdownOutput();
        }
        return null;
    }

    private boolean drops(boolean towardsProxy) {
        return towardsProxy ? dropsToProxy : dropsToOrigin;
    }

    /** Delivers again; what was lost stays lost. */
    void heals() throws IOException {
        for (Socket old = sockets.poll(); old != null; old = sockets.poll()) {
            old.close();
        }
        dropsToProxy = false;
        dropsToOrigin = false;
    }

    @Override
    public void close() throws IOException {
        door.close();
        heals();
        threads.shutdownNow();
    }
}
