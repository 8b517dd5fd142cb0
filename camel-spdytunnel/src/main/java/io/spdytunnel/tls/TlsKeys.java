package io.spdytunnel.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509KeyManager;
import org.apache.camel.CamelContext;
import org.apache.camel.support.jsse.AliasedX509ExtendedKeyManager;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;

/**
 * Key and trust managers of parameters. An SSLContext has been made from the parameters before, so they have their
 * Camel context.
 */
final class TlsKeys {

    private TlsKeys() {}

    /** For a port: certAlias chooses among several certificates, or else the host name does. */
    static KeyManager @Nullable [] ofListener(CamelContext camel, SSLContextParameters parameters)
            throws GeneralSecurityException, IOException {
        KeyManager[] managers = ofDialler(camel, parameters);
        KeyManagersParameters keys = parameters.getKeyManagers();
        if (managers == null || keys == null || parameters.getCertAlias() != null || keys.getKeyStore() == null) {
            return managers;
        }
        for (int i = 0; i < managers.length; i++) {
            if (managers[i] instanceof X509ExtendedKeyManager all) {
                SniKeyManager byName = new SniKeyManager(
                        all, SniKeyManager.certificatesOf(keys.getKeyStore().createKeyStore()));
                if (byName.size() > 1) {
                    managers[i] = byName;
                }
            }
        }
        return managers;
    }

    /** For a dialling end: certAlias chooses, or else the platform. */
    static KeyManager @Nullable [] ofDialler(CamelContext camel, SSLContextParameters parameters)
            throws GeneralSecurityException, IOException {
        if (parameters.getKeyManagers() == null) {
            return null;
        }
        KeyManager[] managers = parameters.getKeyManagers().createKeyManagers();
        if (parameters.getCertAlias() != null) {
            String alias = camel.resolvePropertyPlaceholders(parameters.getCertAlias());
            for (int i = 0; i < managers.length; i++) {
                if (managers[i] instanceof X509KeyManager all) {
                    managers[i] = new AliasedX509ExtendedKeyManager(alias, all);
                }
            }
        }
        return managers;
    }

    static List<KeyManager> listOf(KeyManager @Nullable [] managers) {
        return managers == null ? List.of() : List.of(managers);
    }

    static @Nullable List<TrustManager> listOf(TrustManager @Nullable [] managers) {
        return managers == null ? null : List.of(managers);
    }

    static boolean chooseByName(KeyManager @Nullable [] managers) {
        return managers != null && Arrays.stream(managers).anyMatch(SniKeyManager.class::isInstance);
    }

    static TrustManager @Nullable [] trust(SSLContextParameters parameters)
            throws GeneralSecurityException, IOException {
        return parameters.getTrustManagers() == null
                ? null
                : parameters.getTrustManagers().createTrustManagers();
    }
}
