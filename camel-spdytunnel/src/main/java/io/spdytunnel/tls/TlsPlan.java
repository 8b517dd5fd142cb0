package io.spdytunnel.tls;

import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;

/**
 * All that engines which are not the JDK's must be told, with the JDK's answer as the model.
 *
 * @param where which port or origin it is for, for messages
 * @param listens whether connections are accepted rather than dialled
 * @param parameters what the user has set; null for what the JVM trusts
 * @param provider who would make the JDK's engines
 * @param model protocols, cipher suites, names and client authentication of the JDK's engines
 * @param keys what is shown, already chosen among as it should be; empty for nothing
 * @param trust who is believed; null for whom the JVM trusts
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
