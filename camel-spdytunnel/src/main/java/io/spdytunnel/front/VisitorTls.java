package io.spdytunnel.front;

import io.netty.buffer.ByteBufAllocator;
import javax.net.ssl.SSLEngine;

/** Makes the TLS engine of each visitor's connection. What is offered by ALPN is set on it afterwards. */
@FunctionalInterface
public interface VisitorTls {

    /** A fresh engine, used for one connection, in the server's role. Called on an event loop; must not block. */
    SSLEngine newEngine(ByteBufAllocator allocator);
}
