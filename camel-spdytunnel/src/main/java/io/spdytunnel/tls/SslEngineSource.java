package io.spdytunnel.tls;

import io.netty.buffer.ByteBufAllocator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Makes the TLS engines of one port or dialling end, from its key and trust stores at the time this object was made.
 * Any thread; does not block. A reference-counted engine belongs to the caller, whose SslHandler releases it.
 */
@FunctionalInterface
interface SslEngineSource {

    /**
     * A fresh engine, for one connection.
     *
     * @param allocator of the connection
     * @param host the host that is dialled; null for a port that listens
     */
    SSLEngine newEngine(ByteBufAllocator allocator, @Nullable String host, int port);

    /** The engines of the JDK, for accepted connections. */
    static SslEngineSource ofListener(SSLContext context, SSLParameters parameters) {
        return (allocator, host, port) -> {
            SSLEngine engine = context.createSSLEngine();
            engine.setUseClientMode(false);
            engine.setSSLParameters(parameters);
            return engine;
        };
    }

    /** The engines of the JDK, for dialled connections. */
    static SslEngineSource ofDialler(SSLContext context) {
        return (allocator, host, port) -> context.createSSLEngine(host, port);
    }
}
