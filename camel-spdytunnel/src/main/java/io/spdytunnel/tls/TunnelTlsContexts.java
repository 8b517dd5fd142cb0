package io.spdytunnel.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.apache.camel.CamelContext;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;

/** TLS as Camel's {@link SSLContextParameters} describe it. */
public final class TunnelTlsContexts {

    private TunnelTlsContexts() {}

    /**
     * Engines of a port that listens.
     *
     * @param where the endpoint, for the message
     * @param protocols offered by ALPN, preferred ones first
     * @throws IllegalArgumentException if there are no parameters: a proxy must show a certificate
     */
    public static ListenerTls ofListener(
            CamelContext context,
            TlsLibrary library,
            String where,
            @Nullable SSLContextParameters parameters,
            List<String> protocols) {
        if (parameters == null) {
            throw new IllegalArgumentException(where + " has tls=true but no key store; set sslContextParameters"
                    + " (or useGlobalSslContextParameters on the component), or tls=false for plain text");
        }
        if (parameters.getKeyManagers() == null || parameters.getKeyManagers().getKeyStore() == null) {
            throw new IllegalArgumentException(where + " has tls=true but its sslContextParameters have no key store:"
                    + " a listening port must show a certificate; give them keyManagers");
        }
        return new ListenerTls(context, library, where, parameters, protocols);
    }

    /** The context that trusts what the JVM trusts. */
    public static SSLContext platform() {
        try {
            return SSLContext.getDefault();
        } catch (GeneralSecurityException broken) {
            throw new IllegalArgumentException("the JVM has no TLS: " + broken.getMessage(), broken);
        }
    }

    static SSLContext create(CamelContext context, String where, SSLContextParameters parameters) {
        try {
            return parameters.createSSLContext(context);
        } catch (GeneralSecurityException | IOException | RuntimeException unreadable) {
            throw new IllegalArgumentException(
                    where + ": TLS cannot be set up from " + stores(parameters) + ": " + rootMessage(unreadable),
                    unreadable);
        }
    }

    /** Names the files, because Java's own messages do not. */
    private static String stores(SSLContextParameters parameters) {
        StringBuilder stores = new StringBuilder();
        if (parameters.getKeyManagers() != null) {
            stores.append("key store ")
                    .append(resource(parameters.getKeyManagers().getKeyStore()));
        }
        if (parameters.getTrustManagers() != null) {
            stores.append(stores.isEmpty() ? "" : " and ")
                    .append("trust store ")
                    .append(resource(parameters.getTrustManagers().getKeyStore()));
        }
        return stores.isEmpty() ? "the sslContextParameters" : stores.toString();
    }

    private static String resource(@Nullable KeyStoreParameters store) {
        return store == null || store.getResource() == null ? "(in memory)" : store.getResource();
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            if (String.valueOf(root.getMessage()).contains("password was incorrect")) {
                break; // what lies below tells of ciphers and padding
            }
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }
}
