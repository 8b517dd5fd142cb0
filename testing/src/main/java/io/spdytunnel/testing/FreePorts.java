package io.spdytunnel.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for who must name one before anything listens there. They lie below those from which systems serve outgoing
 * connections, or one of a test's own might take the port in the meantime; and none is given twice.
 */
public final class FreePorts {

    private static final int FIRST = 20_000;
    private static final int NUMBER = 12_000;

    /** Other processes on this machine begin elsewhere. */
    private static final AtomicInteger NEXT =
            new AtomicInteger((int) (ProcessHandle.current().pid() * 97 % NUMBER));

    private FreePorts() {}

    public static int take() {
        for (int i = 0; i < NUMBER; i++) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), NUMBER);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no port from " + FIRST + " on is free");
    }

    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
