package io.spdytunnel;

import java.io.IOException;

/** A tunnel whose origin forwards to a service of raw sockets. */
final class RawRig implements AutoCloseable {

    final TunnelRig tunnel = new TunnelRig();
    final SocketService service;

    RawRig() throws IOException {
        service = new SocketService();
    }

    /** The tunnel with these options at either end; the origin's route forwards to the service. */
    void isUp(String atProxy, String atOrigin) throws Exception {
        tunnel.tunnelIsUp(
                tunnel.front(), atProxy, "forwardTo=" + service.url() + (atOrigin.isEmpty() ? "" : "&" + atOrigin));
    }

    SocketEnd visitor() throws Exception {
        return SocketEnd.to(tunnel.frontPort);
    }

    @Override
    public void close() throws IOException {
        service.close();
        tunnel.close();
    }
}
