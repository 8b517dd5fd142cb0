package io.spdytunnel.ends;

import io.spdytunnel.auth.AllOf;
import io.spdytunnel.auth.AnyOf;
import io.spdytunnel.auth.BasicUsers;
import io.spdytunnel.auth.BearerTokens;
import io.spdytunnel.auth.CertificateNames;
import io.spdytunnel.auth.ClaimedNames;
import io.spdytunnel.auth.KeyLists;
import io.spdytunnel.auth.LiveFile;
import io.spdytunnel.auth.SignedKeys;
import io.spdytunnel.options.AuthenticationMethod;
import io.spdytunnel.options.EndpointOptions;
import io.spdytunnel.spi.Authenticator;
import io.spdytunnel.tunnel.ClientCertificate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The proofs that a tunnel port requires of origins, from the port's options. */
final class ProxyAuthentication {

    private static final Logger LOG = LoggerFactory.getLogger(ProxyAuthentication.class);

    private final EndpointOptions options;
    private final Authenticator endpointTokens;
    private final Executor workers;
    private final List<Set<AuthenticationMethod>> alternatives;
    private final List<Runnable> readers = new ArrayList<>();

    /** @param endpointTokens the tokens of the endpoints that share the port, as they come and go */
    ProxyAuthentication(EndpointOptions options, Authenticator endpointTokens, Executor workers) {
        this.options = options;
        this.endpointTokens = endpointTokens;
        this.workers = workers;
        this.alternatives = AuthenticationMethod.alternatives(options);
        if (options.getClaims() != null && !options.getClaim().equals(AuthenticationMethod.FIRST)) {
            throw new IllegalArgumentException("option claims has no effect without claim=first");
        }
    }

    /** Whether the port accepts tokens. The endpoints have the tokens. */
    boolean takesTokens() {
        return alternatives.stream().anyMatch(all -> all.contains(AuthenticationMethod.TOKEN));
    }

    ClientCertificate clientCertificate() {
        if (options.getCertificateName() == null) {
            return ClientCertificate.AS_TLS_SAYS;
        }
        boolean always = alternatives.stream().allMatch(all -> all.contains(AuthenticationMethod.CERTIFICATE));
        return always ? ClientCertificate.NEEDED : ClientCertificate.WANTED;
    }

    /** Reads files, and so blocks. Null if no proof is configured. */
    @Nullable
    Authenticator open(String port) {
        if (alternatives.isEmpty()) {
            return null;
        }
        if (options.getCertificateName() != null) {
            requireTrust(port);
        }
        if (AuthenticationMethod.KEY.isConfigured(options) && !options.isTls() && options.getProxyNames() == null) {
            LOG.warn(
                    "tunnel port {} has tls=false and no proxyNames: if an origin also registers at another proxy, that"
                            + " proxy can use the origin's signature to register here",
                    port);
        }
        List<Authenticator> ways = new ArrayList<>();
        Map<AuthenticationMethod, Authenticator> made = new EnumMap<>(AuthenticationMethod.class);
        for (Set<AuthenticationMethod> together : alternatives) {
            List<Authenticator> all = new ArrayList<>();
            for (AuthenticationMethod method : together) {
                all.add(made.computeIfAbsent(method, this::make));
            }
            ways.add(all.size() == 1 ? all.get(0) : new AllOf(all));
        }
        return ways.size() == 1 ? ways.get(0) : new AnyOf(ways);
    }

    /** What has to be called now and then, where it may block. */
    List<Runnable> readers() {
        return readers;
    }

    private Authenticator make(AuthenticationMethod method) {
        return switch (method) {
            case TOKEN ->
                options.getTokens() == null
                        ? endpointTokens
                        : new AnyOf(List.of(
                                endpointTokens,
                                BearerTokens.of(live("tokens", options.getTokens(), BearerTokens::parse))));
            case BASIC -> new BasicUsers(live("users", options.getUsers(), BasicUsers::parse));
            case CERTIFICATE -> new CertificateNames(options.getCertificateName());
            case BEAN -> options.getAuthenticator();
            case KEY -> signedKeys();
        };
    }

    private SignedKeys signedKeys() {
        SignedKeys.Builder keys =
                SignedKeys.builder().keyNames(options.isKeyNames()).workers(workers);
        if (options.getKeys() != null) {
            keys.keys(KeyLists.of(live("keys", options.getKeys(), KeyLists::parse)));
        }
        if (options.getProxyNames() != null) {
            keys.proxyNames(List.of(options.getProxyNames().trim().split("\\s*,\\s*", -1)));
        }
        if (options.getClaim().equals(AuthenticationMethod.FIRST)) {
            ClaimedNames claims = options.getClaims() == null
                    ? ClaimedNames.inMemory()
                    : ClaimedNames.in(SecretFiles.path(options.getClaims()));
            readers.add(claims::reread);
            keys.claims(claims);
        }
        return keys.build();
    }

    private <T> LiveFile<T> live(String option, String value, Function<String, T> parser) {
        Path file = SecretFiles.path(value);
        LiveFile<T> live = LiveFile.open("option " + option + ": file", file, parser);
        readers.add(live);
        return live;
    }

    /** Otherwise any certificate of any public authority would be accepted for any origin. */
    private void requireTrust(String port) {
        SSLContextParameters tls = options.isTls() ? options.getSslContextParameters() : null;
        boolean trusts = tls != null
                && tls.getTrustManagers() != null
                && (tls.getTrustManagers().getKeyStore() != null
                        || tls.getTrustManagers().getTrustManager() != null);
        if (!trusts) {
            throw new IllegalArgumentException("the tunnel port " + port + " has certificateName, but its"
                    + " sslContextParameters have no trust store for the issuers of origins' certificates");
        }
    }
}
