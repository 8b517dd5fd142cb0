package io.spdytunnel.front;

import io.netty.buffer.ByteBufAllocator;
import io.spdytunnel.spi.Api;
import javax.net.ssl.SSLEngine;

/**
 * Makes the TLS engine of each visitor's connection. What is offered by ALPN is set on it afterwards; Netty's OpenSSL
 * takes no notice of that and must have been told when its context was made ({@link VisitorServerSettings#alpn}).
 */
@Api
@FunctionalInterface
public interface VisitorTls {

    /**
     * A fresh engine, used for one connection, in the server's role. Called on an event loop; must not block. One that is
     * reference-counted is released with its connection.
     */
    SSLEngine newEngine(ByteBufAllocator allocator);
}
