package io.spdytunnel.tunnel;

import io.netty.buffer.ByteBufAllocator;
import io.spdytunnel.spi.Api;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * Makes the TLS engines of one end. What every tunnel needs is set on them afterwards: the origin's verify host name
 * and chain, protocols older than TLS 1.2 are off, ALPN is as the wire contract says.
 */
@Api
public interface TlsEngines {

    /** What the ends of a tunnel offer by ALPN, for engines that must be told when their context is made. */
    List<String> TUNNEL_PROTOCOLS = List.of("http/1.1", "spdy/3.1");

    /** The same for who connects to a SPDY server. */
    List<String> CONNECTOR_PROTOCOLS = List.of("spdy/3.1");

    /**
     * An engine for a connection that the proxy accepted. One that is reference-counted is released with its connection.
     *
     * @param allocator of that connection
     */
    SSLEngine forProxy(ByteBufAllocator allocator);

    /** The same for one that the origin dialled; host and port are those the settings name. */
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
                throw new UnsupportedOperationException("a listening port dials nobody");
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
