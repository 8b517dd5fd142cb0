package io.spdytunnel.tunnel;

import io.netty.buffer.ByteBufAllocator;
import io.spdytunnel.spi.Api;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * Makes the TLS engines of one end. The settings that every tunnel needs are set on them afterwards: the origin's
 * engines verify host name and chain, protocols before TLS 1.2 are off, and ALPN follows the wire contract.
 */
@Api
public interface TlsEngines {

    /** The ALPN protocols of a tunnel, for engines that need them when their context is made. */
    List<String> TUNNEL_PROTOCOLS = List.of("http/1.1", "spdy/3.1");

    /** The ALPN protocols for a connection to a SPDY server. */
    List<String> CONNECTOR_PROTOCOLS = List.of("spdy/3.1");

    /**
     * An engine for a connection that the proxy has accepted. A reference-counted engine is released with its
     * connection.
     *
     * @param allocator of that connection
     */
    SSLEngine forProxy(ByteBufAllocator allocator);

    /** The same for a connection that the origin has dialled; host and port are those of the settings. */
    SSLEngine forOrigin(ByteBufAllocator allocator, String host, int port);

    /** Engines for accepted connections only. */
    static TlsEngines ofListener(Function<ByteBufAllocator, SSLEngine> engines) {
        return new TlsEngines() {
            @Override
            public SSLEngine forProxy(ByteBufAllocator allocator) {
                return engines.apply(allocator);
            }

            @Override
            public SSLEngine forOrigin(ByteBufAllocator allocator, String host, int port) {
                throw new UnsupportedOperationException("a listening port does not dial");
            }
        };
    }

    /** Engines as the context makes them. */
    static TlsEngines of(SSLContext context) {
        return new TlsEngines() {
            @Override
            public SSLEngine forProxy(ByteBufAllocator allocator) {
                return context.createSSLEngine();
            }

            @Override
            public SSLEngine forOrigin(ByteBufAllocator allocator, String host, int port) {
                return context.createSSLEngine(host, port);
            }
        };
    }
}
