package io.spdytunnel.tls;

import io.netty.handler.ssl.OpenSsl;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether OpenSSL can replace the JDK. If the two would accept different peers or show different certificates,
 * OpenSSL is not used.
 */
final class OpenSslRules {

    private static final String TLS_1_3 = "TLSv1.3";

    /** The protocols in order. OpenSSL has a lowest and a highest protocol, and enables all between. */
    private static final List<String> PROTOCOLS = List.of("TLSv1", "TLSv1.1", "TLSv1.2", TLS_1_3);

    /** BoringSSL's cipher suites of TLS 1.3. They can only be enabled together. */
    private static final Set<String> SUITES_1_3 =
            Set.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

    private static final String RENEGOTIATION_SIGNAL = "TLS_EMPTY_RENEGOTIATION_INFO_SCSV";

    private static final String[] KEY_TYPES = {"EC", "RSA", "RSASSA-PSS", "EdDSA", "DSA"};
    private static final Set<String> KNOWN_KEYS = Set.of("EC", "RSA");

    private static final List<String> JVM_SETTINGS =
            List.of("jdk.tls.namedGroups", "jdk.tls.client.SignatureSchemes", "jdk.tls.server.SignatureSchemes");

    private OpenSslRules() {}

    /** Why OpenSSL cannot do what the plan says; null if it can. */
    static @Nullable String objection(TlsPlan plan) {
        String objection = objectionToParameters(plan);
        if (objection == null) {
            objection = objectionToProtocols(plan);
        }
        if (objection == null) {
            objection = objectionToKeys(plan.keys());
        }
        return objection == null ? objectionToTrust(plan.trust()) : objection;
    }

    private static @Nullable String objectionToParameters(TlsPlan plan) {
        SSLContextParameters parameters = plan.parameters();
        if (parameters != null && parameters.getProvider() != null) {
            return "the sslContextParameters name the provider " + plan.provider();
        }
        if (parameters != null && parameters.getSecureRandom() != null) {
            return "the sslContextParameters name a secureRandom";
        }
        if (!plan.provider().equals("SunJSSE")) {
            return "this JVM prefers the provider " + plan.provider();
        }
        for (String setting : JVM_SETTINGS) {
            if (System.getProperty(setting) != null) {
                return "the system property " + setting + " is set";
            }
        }
        return null;
    }

    private static @Nullable String objectionToProtocols(TlsPlan plan) {
        Set<String> suites = new LinkedHashSet<>(Arrays.asList(plan.model().getCipherSuites()));
        suites.remove(RENEGOTIATION_SIGNAL);
        boolean isList = plan.parameters() != null && plan.parameters().getCipherSuites() != null;
        for (String suite : isList ? suites : Set.<String>of()) {
            if (!OpenSsl.availableJavaCipherSuites().contains(suite)) {
                return "it does not know the cipher suite " + suite;
            }
        }
        Set<String> enabled = new LinkedHashSet<>(Arrays.asList(plan.model().getProtocols()));
        Set<String> of13 = suites.stream().filter(OpenSslRules::isOf13).collect(Collectors.toSet());
        if (enabled.contains(TLS_1_3) && !of13.isEmpty() && !of13.equals(SUITES_1_3)) {
            return "it cannot disable single cipher suites of TLSv1.3, and only " + of13 + " are enabled";
        }
        List<String> usable = protocols(plan);
        if (usable.isEmpty()) {
            return "it knows none of the enabled cipher suites, or none of the protocols " + enabled;
        }
        int first = PROTOCOLS.indexOf(usable.get(0));
        int last = PROTOCOLS.indexOf(usable.get(usable.size() - 1));
        return last - first + 1 == usable.size() ? null : "it cannot disable the protocols between those of " + usable;
    }

    private static boolean isOf13(String suite) {
        return !suite.contains("_WITH_");
    }

    /** The model's protocols, the oldest first, for which there are cipher suites. */
    static List<String> protocols(TlsPlan plan) {
        List<String> enabled = Arrays.asList(plan.model().getProtocols());
        List<String> suites = cipherSuites(plan);
        boolean has13 = suites.stream().anyMatch(OpenSslRules::isOf13);
        boolean hasOlder = suites.stream().anyMatch(suite -> !isOf13(suite));
        return PROTOCOLS.stream()
                .filter(enabled::contains)
                .filter(protocol -> protocol.equals(TLS_1_3) ? has13 : hasOlder)
                .toList();
    }

    /** The model's cipher suites, in its order, that OpenSSL knows. */
    static List<String> cipherSuites(TlsPlan plan) {
        return Arrays.stream(plan.model().getCipherSuites())
                .filter(OpenSsl.availableJavaCipherSuites()::contains)
                .toList();
    }

    /** BoringSSL has no other key types, and needs the key itself, which a hardware module does not export. */
    private static @Nullable String objectionToKeys(List<KeyManager> managers) {
        X509KeyManager keys = keyManager(managers);
        if (keys == null) {
            return null;
        }
        for (String type : KEY_TYPES) {
            String[] aliases = keys.getServerAliases(type, null);
            for (String alias : aliases == null ? new String[0] : aliases) {
                PrivateKey key = keys.getPrivateKey(alias);
                if (!KNOWN_KEYS.contains(type)) {
                    return "it has no keys of the type " + type;
                }
                if (key != null && key.getEncoded() == null) {
                    return "a private key cannot be exported from its store";
                }
            }
        }
        return null;
    }

    /**
     * To a plain trust manager the JDK adds the check of the host name; with Netty's OpenSSL the check might be
     * missing.
     */
    private static @Nullable String objectionToTrust(@Nullable List<TrustManager> managers) {
        X509TrustManager trust = trustManager(managers);
        return managers == null || trust instanceof X509ExtendedTrustManager
                ? null
                : "none of the trust managers is an X509ExtendedTrustManager";
    }

    /** The one that the JDK would take: the first. */
    static @Nullable X509KeyManager keyManager(List<KeyManager> managers) {
        return firstOf(managers, X509KeyManager.class);
    }

    /** The one that the JDK would take: the first. */
    static @Nullable X509TrustManager trustManager(@Nullable List<TrustManager> managers) {
        return managers == null ? null : firstOf(managers, X509TrustManager.class);
    }

    private static <T> @Nullable T firstOf(List<?> managers, Class<T> type) {
        return managers.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElse(null);
    }
}
