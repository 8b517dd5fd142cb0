package io.spdytunnel.tunnel;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.spdytunnel.session.SessionLimits;
import io.spdytunnel.wire.FrameDecoder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** The TLS rules of a tunnel, for engines of any source. */
public final class TunnelTls {

    private static final List<String> MODERN = List.of("TLSv1.2", "TLSv1.3");

    /** One DATA frame for each TLS record, so that the peer need not join parts of a frame. */
    private static final int RECORD_BYTES = FrameDecoder.HEADER_BYTES + SessionLimits.TUNNEL.maxDataBytes();

    private TunnelTls() {}

    /** For the tunnel port: http/1.1, or spdy/3.1 for an origin that offers nothing else; h2 only fails to connect. */
    public static SslHandler forProxy(TlsEngines engines, ClientCertificate wanted, ByteBufAllocator allocator) {
        return handler(engines.forProxy(allocator), engine -> {
            engine.setUseClientMode(false);
            switch (wanted) {
                case AS_TLS_SAYS -> {}
                case WANTED -> {
                    if (!engine.getNeedClientAuth()) { // to want is less than to need
                        engine.setWantClientAuth(true);
                    }
                }
                case NEEDED -> engine.setNeedClientAuth(true);
            }
            engine.setEnabledProtocols(modernOf(engine));
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setApplicationProtocols(TlsEngines.TUNNEL_PROTOCOLS.toArray(String[]::new));
            engine.setSSLParameters(parameters);
        });
    }

    /** For the dialling origin: the handshake succeeds only if the certificate is valid and for this host. */
    static SslHandler forOrigin(TlsEngines engines, String host, int port, ByteBufAllocator allocator) {
        return dialling(engines.forOrigin(allocator, host, port), TlsEngines.TUNNEL_PROTOCOLS);
    }

    /** The same for a connection to a SPDY server: only SPDY is accepted. */
    static SslHandler forConnector(TlsEngines engines, String host, int port, ByteBufAllocator allocator) {
        return dialling(engines.forOrigin(allocator, host, port), TlsEngines.CONNECTOR_PROTOCOLS);
    }

    private static SslHandler dialling(SSLEngine made, List<String> protocols) {
        return handler(made, engine -> {
            engine.setUseClientMode(true);
            engine.setEnabledProtocols(modernOf(engine));
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setApplicationProtocols(protocols.toArray(String[]::new));
            engine.setSSLParameters(parameters);
        });
    }

    /** An engine may hold native memory. The handler releases it; if making the handler fails, this method must. */
    private static SslHandler handler(SSLEngine engine, Consumer<SSLEngine> settings) {
        try {
            settings.accept(engine);
            SslHandler handler = new SslHandler(engine);
            handler.setWrapDataSize(RECORD_BYTES);
            return withoutOwnTimeout(handler);
        } catch (RuntimeException refused) {
            ReferenceCountUtil.release(engine);
            throw refused;
        }
    }

    /** Fails unless the peer's own certificate has one of the pinned keys. Without pins, every key is accepted. */
    static void checkPins(SSLEngine engine, Set<String> pins) throws SSLException {
        if (pins.isEmpty()) {
            return;
        }
        List<X509Certificate> chain = peerCertificates(engine);
        if (chain.isEmpty() || !pins.contains(pinOf(chain.get(0)))) {
            throw new SSLException("the proxy's key is not the pinned one");
        }
    }

    /** Base64 of the SHA-256 of a certificate's SubjectPublicKeyInfo, as in RFC 7469. */
    static String pinOf(X509Certificate certificate) {
        try {
            byte[] key = certificate.getPublicKey().getEncoded();
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** The verified chain of the peer, its own certificate first; empty in plain text or when it showed none. */
    public static List<X509Certificate> peerCertificates(ChannelPipeline pipeline) {
        SslHandler tls = pipeline.get(SslHandler.class);
        return tls == null ? List.of() : peerCertificates(tls.engine());
    }

    /** The certificate that this end has shown; null in plain text or if it showed none. */
    public static @Nullable X509Certificate ownCertificate(ChannelPipeline pipeline) {
        SslHandler tls = pipeline.get(SslHandler.class);
        @Nullable
        Certificate[] chain = tls == null ? null : tls.engine().getSession().getLocalCertificates();
        return chain != null && chain.length > 0 && chain[0] instanceof X509Certificate own ? own : null;
    }

    private static List<X509Certificate> peerCertificates(SSLEngine engine) {
        @Nullable Certificate[] chain;
        try {
            chain = engine.getSession().getPeerCertificates();
        } catch (SSLPeerUnverifiedException none) {
            return List.of();
        }
        return Arrays.stream(chain)
                .filter(X509Certificate.class::isInstance)
                .map(X509Certificate.class::cast)
                .toList();
    }

    private static String[] modernOf(SSLEngine engine) {
        String[] modern = Arrays.stream(engine.getEnabledProtocols())
                .filter(MODERN::contains)
                .toArray(String[]::new);
        if (modern.length == 0) {
            throw new IllegalArgumentException("the TLS settings enable "
                    + String.join(", ", engine.getEnabledProtocols()) + "; the tunnel needs TLSv1.2 or TLSv1.3");
        }
        return modern;
    }

    /** Without a timeout of its own: the registration's timeout covers the handshake. */
    private static SslHandler withoutOwnTimeout(SslHandler tls) {
        tls.setHandshakeTimeoutMillis(0);
        return tls;
    }
}
