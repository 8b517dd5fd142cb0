package io.spdytunnel.tls;

import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;

/**
 * All settings for engines that are not the JDK's, with a JDK engine's parameters as the model.
 *
 * @param where which port or origin it is for, for messages
 * @param listens whether connections are accepted rather than dialled
 * @param parameters the user's parameters; null to trust what the JVM trusts
 * @param provider the provider of the JDK's engines
 * @param model protocols, cipher suites, names and client authentication of the JDK's engines
 * @param keys the key managers, which choose the certificate; empty for no certificate
 * @param trust the trust managers; null to trust what the JVM trusts
 * @param sessionTimeout in seconds, 0 for the library's own
 * @param protocols offered by ALPN, preferred ones first
 */
record TlsPlan(
        String where,
        boolean listens,
        @Nullable SSLContextParameters parameters,
        String provider,
        SSLParameters model,
        List<KeyManager> keys,
        @Nullable List<TrustManager> trust,
        int sessionTimeout,
        List<String> protocols) {}
