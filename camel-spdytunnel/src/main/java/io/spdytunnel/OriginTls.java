package io.spdytunnel;

import io.spdytunnel.tunnel.TlsEngines;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.apache.camel.CamelContext;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;

/** TLS of an origin that dials: whom it trusts, and perhaps what it shows of itself. */
final class OriginTls implements TlsEngines {

    private final RenewedStores<SSLContext> stores;

    /** @param parameters null for what the JVM trusts */
    OriginTls(CamelContext camel, String where, @Nullable SSLContextParameters parameters) {
        this.stores = parameters == null
                ? new RenewedStores<>(where, new StoreFiles(List.of()), TunnelTlsContexts::platform)
                : new RenewedStores<>(
                        where,
                        StoreFiles.of(camel, parameters),
                        () -> TunnelTlsContexts.create(camel, where, parameters));
    }

    List<Runnable> readers() {
        return stores.readers();
    }

    @Override
    public SSLEngine forProxy() {
        throw new UnsupportedOperationException("an origin listens to nobody");
    }

    @Override
    public SSLEngine forOrigin(String host, int port) {
        return stores.current().createSSLEngine(host, port);
    }
}
