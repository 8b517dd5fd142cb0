package io.spdytunnel.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.KeyManagerFactoryWrapper;
import io.netty.util.ReferenceCountUtil;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Engines of OpenSSL. Each engine holds the native context, and its SslHandler releases the engine. The reference of
 * this object is released when this object is garbage-collected. No earlier moment is safe: an event loop may create an
 * engine from a context that has just been renewed, and a connection may live longer than its port. Netty's finalizers
 * would do the same, but they can be disabled, and Netty's leak detection does not see them.
 */
final class OpenSslEngines implements SslEngineSource {

    private static final Cleaner CLEANER = Cleaner.create();

    private final SslContext context;
    private final SSLParameters parameters;

    private OpenSslEngines(SslContext context, SSLParameters parameters) {
        this.context = context;
        this.parameters = parameters;
        CLEANER.register(this, () -> ReferenceCountUtil.release(context));
    }

    /** @throws SSLException if OpenSSL rejects the plan */
    static OpenSslEngines of(TlsPlan plan) throws SSLException {
        SslContextBuilder builder = plan.listens() ? listening(plan) : dialling(plan);
        X509TrustManager trust = OpenSslRules.trustManager(plan.trust());
        if (trust != null) {
            builder.trustManager(trust);
        }
        SslContext context = builder.sslProvider(SslProvider.OPENSSL_REFCNT)
                .protocols(OpenSslRules.protocols(plan))
                .ciphers(OpenSslRules.cipherSuites(plan))
                .applicationProtocolConfig(alpn(plan.protocols()))
                .sessionTimeout(plan.sessionTimeout())
                .build();
        return new OpenSslEngines(context, ofEachEngine(plan.model()));
    }

    private static SslContextBuilder listening(TlsPlan plan) {
        X509KeyManager keys = OpenSslRules.keyManager(plan.keys());
        if (keys == null) {
            throw new IllegalArgumentException("the key managers have no X.509 keys");
        }
        return SslContextBuilder.forServer(parsedOnce(keys)).clientAuth(clientAuth(plan.model()));
    }

    private static SslContextBuilder dialling(TlsPlan plan) {
        X509KeyManager keys = OpenSslRules.keyManager(plan.keys());
        SslContextBuilder builder = SslContextBuilder.forClient();
        return keys == null ? builder : builder.keyManager(parsedOnce(keys));
    }

    /** Parses the keys once, not for each handshake. */
    private static KeyManagerFactory parsedOnce(X509KeyManager keys) {
        return new OpenSslCachingX509KeyManagerFactory(new KeyManagerFactoryWrapper(keys));
    }

    private static ClientAuth clientAuth(SSLParameters model) {
        if (model.getNeedClientAuth()) {
            return ClientAuth.REQUIRE;
        }
        return model.getWantClientAuth() ? ClientAuth.OPTIONAL : ClientAuth.NONE;
    }

    /** RFC 7301 3.2 asks for an alert where nothing is in common; Netty's OpenSSL can only go on as if nothing was offered. */
    private static ApplicationProtocolConfig alpn(List<String> protocols) {
        return new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                protocols);
    }

    /** Parameters that are set on each engine. Protocols and cipher suites are set on the context. */
    private static SSLParameters ofEachEngine(SSLParameters model) {
        SSLParameters parameters = new SSLParameters();
        parameters.setUseCipherSuitesOrder(model.getUseCipherSuitesOrder());
        if (model.getServerNames() != null) {
            parameters.setServerNames(model.getServerNames());
        }
        if (model.getNeedClientAuth()) {
            parameters.setNeedClientAuth(true);
        } else {
            parameters.setWantClientAuth(model.getWantClientAuth());
        }
        return parameters;
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator, @Nullable String host, int port) {
        try {
            // An engine by itself would keep to the JDK's ways, one record at a time; a handler's takes as many as
            // came.
            SslHandler handler =
                    host == null ? context.newHandler(allocator) : context.newHandler(allocator, host, port);
            SSLEngine engine = handler.engine();
            engine.setSSLParameters(parameters);
            return engine;
        } finally {
            Reference.reachabilityFence(this); // or the context might be released under our hands
        }
    }

    /** For tests that check its reference count. */
    SslContext context() {
        return context;
    }
}
