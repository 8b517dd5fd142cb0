package io.spdytunnel.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.NullUnmarked;

/**
 * Chooses the certificate in a key store that is issued for the visitor's host (SNI, RFC 6066 3). Exact names come
 * before wildcards, which stand for one label. Without SNI, or with an unknown host, the first certificate of the store
 * is used, or another one with the same names and a key type that the visitor supports.
 *
 * <p>The platform's own key managers do not look at the name, or choose at random among those that do not fit.
 */
@NullUnmarked // as the interface is
final class SniKeyManager extends X509ExtendedKeyManager {

    private static final String[] KEY_TYPES = {"EC", "RSA", "RSASSA-PSS", "EdDSA", "DSA"};
    private static final int SAN_DNS = 2;

    private record Entry(String alias, String keyType, Set<String> names) {}

    private final X509ExtendedKeyManager keys;
    private final List<Entry> entries;

    /**
     * Chooses among the keys of a store.
     *
     * @param keys holds the keys
     * @param order the certificates of the store in its order
     */
    SniKeyManager(X509ExtendedKeyManager keys, List<X509Certificate> order) {
        this.keys = keys;
        List<Entry> found = new ArrayList<>();
        for (X509Certificate certificate : order) {
            for (String type : KEY_TYPES) {
                String alias = aliasOf(type, certificate);
                if (alias != null) {
                    found.add(new Entry(alias, type, namesOf(certificate)));
                }
            }
        }
        this.entries = List.copyOf(found);
    }

    private String aliasOf(String keyType, X509Certificate certificate) {
        String[] aliases = keys.getServerAliases(keyType, null);
        if (aliases != null) {
            for (String alias : aliases) {
                X509Certificate[] chain = keys.getCertificateChain(alias);
                if (chain != null && chain.length > 0 && chain[0].equals(certificate)) {
                    return alias;
                }
            }
        }
        return null;
    }

    private static Set<String> namesOf(X509Certificate certificate) {
        Set<String> names = new HashSet<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            if (all != null) {
                for (List<?> name : all) {
                    if (name.get(0).equals(SAN_DNS)) {
                        names.add(name.get(1).toString().toLowerCase(Locale.ROOT));
                    }
                }
            }
        } catch (CertificateParsingException unreadable) {
            return Set.of(); // it can still be the first, for everybody
        }
        return names;
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        String host = engine != null && engine.getHandshakeSession() instanceof ExtendedSSLSession session
                ? session.getRequestedServerNames().stream()
                        .filter(SNIHostName.class::isInstance)
                        .map(name -> ((SNIHostName) name).getAsciiName().toLowerCase(Locale.ROOT))
                        .findFirst()
                        .orElse("")
                : "";
        return choose(keyType, host);
    }

    /** The alias of the certificate for that host with that key type; null if another key type has to be tried. */
    String choose(String keyType, String host) {
        for (Entry entry : candidates(host)) {
            if (entry.keyType().equals(keyType)) {
                return entry.alias();
            }
        }
        return null;
    }

    private List<Entry> candidates(String host) {
        List<Entry> exact = having(Set.of(host));
        if (!exact.isEmpty()) {
            return exact;
        }
        int dot = host.indexOf('.');
        List<Entry> wild = dot < 0 ? List.of() : having(Set.of("*" + host.substring(dot)));
        if (!wild.isEmpty() || entries.isEmpty()) {
            return wild;
        }
        Entry first = entries.get(0);
        return first.names().isEmpty() ? List.of(first) : having(first.names());
    }

    private List<Entry> having(Set<String> names) {
        return entries.stream()
                .filter(entry -> entry.names().stream().anyMatch(names::contains))
                .toList();
    }

    /** The number of certificates to choose from. */
    int size() {
        return entries.size();
    }

    /** The key store's certificates that have a key, in the store's order. */
    static List<X509Certificate> certificatesOf(java.security.KeyStore store) throws java.security.KeyStoreException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Enumeration<String> aliases = store.aliases(); aliases.hasMoreElements(); ) {
            String alias = aliases.nextElement();
            if (store.isKeyEntry(alias) && store.getCertificate(alias) instanceof X509Certificate certificate) {
                certificates.add(certificate);
            }
        }
        return certificates;
    }

    // ---- the rest is the store's affair

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return choose(keyType, "");
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return keys.getServerAliases(keyType, issuers);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return keys.getClientAliases(keyType, issuers);
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return keys.chooseClientAlias(keyTypes, issuers, socket);
    }

    @Override
    public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        return keys.chooseEngineClientAlias(keyTypes, issuers, engine);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return keys.getCertificateChain(alias);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return keys.getPrivateKey(alias);
    }
}
