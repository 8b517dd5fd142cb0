package io.spdytunnel;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.apache.camel.CamelContext;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;

/**
 * TLS of one port, as Camel's {@link SSLContextParameters} describe it. Of several certificates in the key store a
 * visitor gets the one for the host it asks for ({@link SniKeyManager}). When a store's file has been renewed, new
 * connections are shown what it holds now; open ones go on as they are, and a file that cannot be used changes nothing.
 */
final class ListenerTls {

    /** @param parameters what every engine is set to: protocols, ciphers, whether visitors show certificates */
    private record Made(SSLContext context, SSLParameters parameters) {}

    private final CamelContext camel;
    private final String where;
    private final SSLContextParameters parameters;
    private final RenewedStores<Made> stores;

    /**
     * @param where which port it is, for messages
     * @throws IllegalArgumentException if no TLS can be made of the parameters
     */
    ListenerTls(CamelContext camel, String where, SSLContextParameters parameters) {
        this.camel = camel;
        this.where = where;
        this.parameters = parameters;
        this.stores = new RenewedStores<>(where, StoreFiles.of(camel, parameters), this::make);
    }

    /** An engine for one accepted connection. Any thread; does not block. */
    SSLEngine newEngine() {
        Made now = stores.current();
        SSLEngine engine = now.context().createSSLEngine();
        engine.setUseClientMode(false);
        engine.setSSLParameters(now.parameters());
        return engine;
    }

    /** What has to be called now and then, where it may block. */
    List<Runnable> readers() {
        return stores.readers();
    }

    private Made make() {
        SSLContext camels = TunnelTlsContexts.create(camel, where, parameters);
        SSLEngine model = camels.createSSLEngine();
        model.setUseClientMode(false);
        SSLContext choosing;
        try {
            choosing = choosingByName(camels);
        } catch (GeneralSecurityException | IOException | RuntimeException unreadable) {
            throw new IllegalArgumentException(
                    where + ": TLS cannot be set up: " + unreadable.getMessage(), unreadable);
        }
        return new Made(choosing == null ? camels : choosing, model.getSSLParameters());
    }

    /** Null where there is nothing to choose, or the parameters choose themselves, by certAlias. */
    private @Nullable SSLContext choosingByName(SSLContext camels) throws GeneralSecurityException, IOException {
        KeyManagersParameters keys = parameters.getKeyManagers();
        if (parameters.getCertAlias() != null || keys == null || keys.getKeyStore() == null) {
            return null;
        }
        KeyManager[] managers = keys.createKeyManagers();
        boolean several = false;
        for (int i = 0; i < managers.length; i++) {
            if (managers[i] instanceof X509ExtendedKeyManager all) {
                SniKeyManager byName = new SniKeyManager(
                        all, SniKeyManager.certificatesOf(keys.getKeyStore().createKeyStore()));
                managers[i] = byName;
                several |= byName.size() > 1;
            }
        }
        if (!several) {
            return null;
        }
        String protocol = camel.resolvePropertyPlaceholders(parameters.getSecureSocketProtocol());
        String provider = parameters.getProvider();
        SSLContext context = provider == null
                ? SSLContext.getInstance(protocol)
                : SSLContext.getInstance(protocol, camel.resolvePropertyPlaceholders(provider));
        TrustManager[] trust = parameters.getTrustManagers() == null
                ? null
                : parameters.getTrustManagers().createTrustManagers();
        context.init(
                managers,
                trust,
                parameters.getSecureRandom() == null
                        ? null
                        : parameters.getSecureRandom().createSecureRandom());
        context.getServerSessionContext()
                .setSessionTimeout(camels.getServerSessionContext().getSessionTimeout());
        return context;
    }
}
