package io.spdytunnel.tls;

import io.netty.buffer.ByteBufAllocator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Makes the TLS engines of one port or dialling end, as its key and trust stores were when this was made. Any thread;
 * does not block. An engine that is reference-counted belongs to the caller, whose SslHandler then releases it.
 */
@FunctionalInterface
interface SslEngineSource {

    /**
     * A fresh engine, for one connection.
     *
     * @param allocator of the connection
     * @param host who is dialled; null for a port that listens
     */
    SSLEngine newEngine(ByteBufAllocator allocator, @Nullable String host, int port);

    /** The JDK's, for accepted connections. */
    static SslEngineSource ofListener(SSLContext context, SSLParameters parameters) {
        return (allocator, host, port) -> {
            SSLEngine engine = context.createSSLEngine();
            engine.setUseClientMode(false);
            engine.setSSLParameters(parameters);
            return engine;
        };
    }

    /** The JDK's, for dialled connections. */
    static SslEngineSource ofDialler(SSLContext context) {
        return (allocator, host, port) -> context.createSSLEngine(host, port);
    }
}
