package io.spdytunnel.tls;

import io.netty.buffer.ByteBufAllocator;
import io.spdytunnel.tunnel.TlsEngines;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import org.apache.camel.CamelContext;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;

/** TLS of an origin that dials: the certificates it trusts, and optionally its client certificate. */
public final class OriginTls implements TlsEngines {

    private final CamelContext camel;
    private final TlsLibrary library;
    private final String where;
    private final @Nullable SSLContextParameters parameters;
    private final List<String> protocols;
    private final RenewedStores<SslEngineSource> stores;

    /**
     * Makes the first engines at once.
     *
     * @param parameters null to trust what the JVM trusts
     * @param protocols offered by ALPN, preferred ones first
     */
    public OriginTls(
            CamelContext camel,
            TlsLibrary library,
            String where,
            @Nullable SSLContextParameters parameters,
            List<String> protocols) {
        this.camel = camel;
        this.library = library;
        this.where = where;
        this.parameters = parameters;
        this.protocols = protocols;
        this.stores = parameters == null
                ? new RenewedStores<>(where, new StoreFiles(List.of()), this::ofPlatform)
                : new RenewedStores<>(where, StoreFiles.of(camel, parameters), () -> make(parameters));
    }

    public List<Runnable> readers() {
        return stores.readers();
    }

    private SslEngineSource ofPlatform() {
        SSLContext platform = TunnelTlsContexts.platform();
        // A default context that the application has set, or one with a key, says more than its engines tell.
        boolean isPlain = platform.getProtocol().equals("Default")
                && System.getProperty("javax.net.ssl.keyStore", "").isEmpty();
        String provider = isPlain ? platform.getProvider().getName() : "of the application's default SSLContext";
        return library.make(() -> plan(platform, provider, null, null), () -> SslEngineSource.ofDialler(platform));
    }

    private SslEngineSource make(SSLContextParameters said) {
        SSLContext camels = TunnelTlsContexts.create(camel, where, said);
        try {
            KeyManager[] keys = TlsKeys.ofDialler(camel, said);
            TrustManager[] trust = TlsKeys.trust(said);
            return library.make(
                    () -> plan(camels, camels.getProvider().getName(), keys, trust),
                    () -> SslEngineSource.ofDialler(camels));
        } catch (GeneralSecurityException | IOException unreadable) {
            throw new IllegalArgumentException(
                    where + ": TLS cannot be set up: " + unreadable.getMessage(), unreadable);
        }
    }

    private TlsPlan plan(
            SSLContext context, String provider, KeyManager @Nullable [] keys, TrustManager @Nullable [] trust) {
        SSLEngine model = context.createSSLEngine();
        model.setUseClientMode(true);
        return new TlsPlan(
                where,
                false,
                parameters,
                provider,
                model.getSSLParameters(),
                TlsKeys.listOf(keys),
                TlsKeys.listOf(trust),
                context.getClientSessionContext().getSessionTimeout(),
                protocols);
    }

    @Override
    public SSLEngine forProxy(ByteBufAllocator allocator) {
        throw new UnsupportedOperationException("an origin does not listen");
    }

    @Override
    public SSLEngine forOrigin(ByteBufAllocator allocator, String host, int port) {
        return stores.current().newEngine(allocator, host, port);
    }
}
