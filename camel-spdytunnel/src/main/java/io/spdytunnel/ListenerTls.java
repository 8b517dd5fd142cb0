package io.spdytunnel;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of one port, as Camel's {@link SSLContextParameters} describe it. Of several certificates in the key store a
 * visitor gets the one for the host it asks for ({@link SniKeyManager}). When a store's file has been renewed, new
 * connections are shown what it holds now; open ones go on as they are, and a file that cannot be used changes nothing.
 */
final class ListenerTls implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerTls.class);

    /** @param parameters what every engine is set to: protocols, ciphers, whether visitors show certificates */
    private record Made(SSLContext context, SSLParameters parameters) {}

    private final CamelContext camel;
    private final String where;
    private final SSLContextParameters parameters;
    private final StoreFiles files;

    private volatile Made made;
    private volatile @Nullable ScheduledFuture<?> checks;

    // Guarded by this.
    private StoreFiles.Stamp seen;
    private boolean complained;

    /**
     * @param where which port it is, for messages
     * @throws IllegalArgumentException if no TLS can be made of the parameters
     */
    ListenerTls(CamelContext camel, String where, SSLContextParameters parameters) {
        this.camel = camel;
        this.where = where;
        this.parameters = parameters;
        this.files = StoreFiles.of(camel, parameters);
        this.seen = files.stamp();
        this.made = make();
    }

    /** An engine for one accepted connection. Any thread; does not block. */
    SSLEngine newEngine() {
        Made now = made;
        SSLEngine engine = now.context().createSSLEngine();
        engine.setUseClientMode(false);
        engine.setSSLParameters(now.parameters());
        return engine;
    }

    /** Looks for renewed files every {@code periodMillis} from now on, on a worker; 0 for never. */
    void checkEvery(long periodMillis, TunnelEngine engine) {
        if (periodMillis > 0 && !files.isEmpty()) {
            Executor workers = engine.workers(); // files block
            checks = engine.loops()
                    .next()
                    .scheduleWithFixedDelay(() -> checkOn(workers), periodMillis, periodMillis, TimeUnit.MILLISECONDS);
        }
    }

    private void checkOn(Executor workers) {
        try {
            workers.execute(this::check);
        } catch (RejectedExecutionException busyOrStopping) {
            LOG.debug("{}: no worker to look for renewed certificates, later then", where);
        }
    }

    /** Takes what the files hold now, if that has changed. */
    synchronized void check() {
        StoreFiles.Stamp now = files.stamp();
        if (now.equals(seen)) {
            return;
        }
        try {
            made = make();
            seen = now;
            complained = false;
            LOG.info("{}: new connections are shown what {} holds now", where, files);
        } catch (IllegalArgumentException unusable) {
            // Perhaps half written: it is tried again until it can be used, and one line is enough.
            LOG.atLevel(complained ? org.slf4j.event.Level.DEBUG : org.slf4j.event.Level.WARN)
                    .log("{}; going on with the certificates from before", unusable.getMessage());
            complained = true;
        }
    }

    /** Whether what is shown is what the files held when they were last looked at. */
    synchronized boolean isCurrent() {
        return !complained;
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

    /** Looks for nothing any more. */
    @Override
    public void close() {
        ScheduledFuture<?> running = checks;
        if (running != null) {
            running.cancel(false);
        }
    }
}
