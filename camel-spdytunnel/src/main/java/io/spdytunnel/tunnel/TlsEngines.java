package io.spdytunnel.tunnel;

import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * Makes the TLS engines of one end. What every tunnel needs is set on them afterwards: the origin's verify host name
 * and chain, protocols older than TLS 1.2 are off, ALPN is as the wire contract says.
 */
public interface TlsEngines {

    /** An engine for a connection that the proxy accepted. */
    SSLEngine forProxy();

    /** An engine for a connection that the origin dialled; host and port are those the settings name. */
    SSLEngine forOrigin(String host, int port);

    /** Engines for accepted connections only. */
    static TlsEngines ofListener(Supplier<SSLEngine> engines) {
        return new TlsEngines() {
            @Override
            public SSLEngine forProxy() {
                return engines.get();
            }

            @Override
            public SSLEngine forOrigin(String host, int port) {
                throw new UnsupportedOperationException("a listening port dials nobody");
            }
        };
    }

    /** Engines as the context makes them. */
    static TlsEngines of(SSLContext context) {
        return new TlsEngines() {
            @Override
            public SSLEngine forProxy() {
                return context.createSSLEngine();
            }

            @Override
            public SSLEngine forOrigin(String host, int port) {
                return context.createSSLEngine(host, port);
            }
        };
    }
}
