package io.spdytunnel.tls;

import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.apache.camel.CamelContext;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;

/**
 * TLS of one port, as Camel's {@link SSLContextParameters} describe it. If the key store has several certificates, a
 * visitor gets the one for its host ({@link SniKeyManager}). If a store's file is renewed, new connections use the new
 * content, and open connections are not affected. A file that cannot be read changes nothing.
 */
public final class ListenerTls {

    private final CamelContext camel;
    private final TlsLibrary library;
    private final String where;
    private final SSLContextParameters parameters;
    private final List<String> protocols;
    private final RenewedStores<SslEngineSource> stores;

    /**
     * Makes the first engines at once.
     *
     * @param where which port it is, for messages
     * @param protocols offered by ALPN, preferred ones first
     * @throws IllegalArgumentException if TLS cannot be set up from the parameters
     */
    public ListenerTls(
            CamelContext camel,
            TlsLibrary library,
            String where,
            SSLContextParameters parameters,
            List<String> protocols) {
        this.camel = camel;
        this.library = library;
        this.where = where;
        this.parameters = parameters;
        this.protocols = protocols;
        this.stores = new RenewedStores<>(where, StoreFiles.of(camel, parameters), this::make);
    }

    /** An engine for one accepted connection. Any thread; does not block. */
    public SSLEngine newEngine(ByteBufAllocator allocator) {
        return stores.current().newEngine(allocator, null, 0);
    }

    /** What has to be called now and then, where it may block. */
    public List<Runnable> readers() {
        return stores.readers();
    }

    private SslEngineSource make() {
        SSLContext camels = TunnelTlsContexts.create(camel, where, parameters);
        SSLEngine engine = camels.createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters model = engine.getSSLParameters();
        int sessionTimeout = camels.getServerSessionContext().getSessionTimeout();
        try {
            KeyManager[] keys = TlsKeys.ofListener(camel, parameters);
            TrustManager[] trust = TlsKeys.trust(parameters);
            SSLContext jdks = TlsKeys.chooseByName(keys) ? choosing(keys, trust, sessionTimeout) : camels;
            return library.make(
                    () -> new TlsPlan(
                            where,
                            true,
                            parameters,
                            camels.getProvider().getName(),
                            model,
                            TlsKeys.listOf(keys),
                            TlsKeys.listOf(trust),
                            sessionTimeout,
                            protocols),
                    () -> SslEngineSource.ofListener(jdks, model));
        } catch (GeneralSecurityException | IOException | IllegalStateException unreadable) {
            throw new IllegalArgumentException(
                    where + ": TLS cannot be set up: " + unreadable.getMessage(), unreadable);
        }
    }

    /** Camel's own context has key managers that do not choose by name. */
    private SSLContext choosing(KeyManager @Nullable [] keys, TrustManager @Nullable [] trust, int sessionTimeout)
            throws GeneralSecurityException {
        String protocol = camel.resolvePropertyPlaceholders(parameters.getSecureSocketProtocol());
        String provider = parameters.getProvider();
        SSLContext context = provider == null
                ? SSLContext.getInstance(protocol)
                : SSLContext.getInstance(protocol, camel.resolvePropertyPlaceholders(provider));
        context.init(
                keys,
                trust,
                parameters.getSecureRandom() == null
                        ? null
                        : parameters.getSecureRandom().createSecureRandom());
        context.getServerSessionContext().setSessionTimeout(sessionTimeout);
        return context;
    }
}
