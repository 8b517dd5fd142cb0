package io.spdytunnel;

import io.spdytunnel.auth.AllOf;
import io.spdytunnel.auth.AnyOf;
import io.spdytunnel.auth.BasicUsers;
import io.spdytunnel.auth.BearerTokens;
import io.spdytunnel.auth.CertificateNames;
import io.spdytunnel.auth.ClaimedNames;
import io.spdytunnel.auth.KeyLists;
import io.spdytunnel.auth.LiveFile;
import io.spdytunnel.auth.SignedKeys;
import io.spdytunnel.spi.Authenticator;
import io.spdytunnel.tunnel.ClientCertificate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an origin must show at a tunnel port, by that port's options. */
final class ProxyAuthentication {

    private static final Logger LOG = LoggerFactory.getLogger(ProxyAuthentication.class);

    private static final String FIRST = "first";

    /** In the order in which they are asked: who may note something down is the last. */
    private enum Method {
        TOKEN("token or tokens"),
        BASIC("users"),
        CERTIFICATE("certificateName"),
        BEAN("authenticator"),
        KEY("keys, keyNames or claim=first");

        private final String by;

        Method(String by) {
            this.by = by;
        }

        private boolean isConfigured(SpdyTunnelConfiguration options) {
            return switch (this) {
                case TOKEN -> options.getToken() != null || options.getTokens() != null;
                case BASIC -> options.getUsers() != null;
                case CERTIFICATE -> options.getCertificateName() != null;
                case BEAN -> options.getAuthenticator() != null;
                case KEY -> hasKeys(options);
            };
        }

        private static Method of(String name) {
            for (Method method : values()) {
                if (method.text().equals(name)) {
                    return method;
                }
            }
            throw new IllegalArgumentException("option authentication names \"" + name
                    + "\"; it must be token, basic, certificate, key and bean, joined by + or separated by comma");
        }

        private String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final SpdyTunnelConfiguration options;
    private final Authenticator endpointTokens;
    private final Executor workers;
    private final List<Set<Method>> alternatives;
    private final List<Runnable> readers = new ArrayList<>();

    /** @param endpointTokens the tokens of the endpoints that share the port, as they come and go */
    ProxyAuthentication(SpdyTunnelConfiguration options, Authenticator endpointTokens, Executor workers) {
        this.options = options;
        this.endpointTokens = endpointTokens;
        this.workers = workers;
        this.alternatives = alternatives(options);
        if (options.getClaims() != null && !options.getClaim().equals(FIRST)) {
            throw new IllegalArgumentException("option claims remembers who came first, but claim is not first");
        }
    }

    /** Checks each option by itself. @throws IllegalArgumentException naming the option */
    static void check(SpdyTunnelConfiguration options) {
        if (options.getCertificateName() != null) {
            new CertificateNames(options.getCertificateName());
        }
        if (!options.getClaim().equals(FIRST) && !options.getClaim().equals("listed")) {
            throw new IllegalArgumentException(
                    "option claim is " + options.getClaim() + "; it must be listed or first");
        }
        parse(options.getAuthentication());
    }

    /** Whether the port takes tokens; which ones, its endpoints say. */
    boolean takesTokens() {
        return alternatives.stream().anyMatch(all -> all.contains(Method.TOKEN));
    }

    ClientCertificate clientCertificate() {
        if (options.getCertificateName() == null) {
            return ClientCertificate.AS_TLS_SAYS;
        }
        boolean always = alternatives.stream().allMatch(all -> all.contains(Method.CERTIFICATE));
        return always ? ClientCertificate.NEEDED : ClientCertificate.WANTED;
    }

    /** Reads files: blocks. Null if nothing is configured. */
    @Nullable
    Authenticator open(String port) {
        if (alternatives.isEmpty()) {
            return null;
        }
        if (options.getCertificateName() != null) {
            requireTrust(port);
        }
        if (hasKeys(options) && !options.isTls() && options.getProxyNames() == null) {
            LOG.warn(
                    "tunnel port {} has tls=false and no proxyNames: another proxy, at which an origin registers too,"
                            + " could have it sign what lets in here",
                    port);
        }
        List<Authenticator> ways = new ArrayList<>();
        Map<Method, Authenticator> made = new EnumMap<>(Method.class);
        for (Set<Method> together : alternatives) {
            List<Authenticator> all = new ArrayList<>();
            for (Method method : together) {
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

    private Authenticator make(Method method) {
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
        if (options.getClaim().equals(FIRST)) {
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

    private static boolean hasKeys(SpdyTunnelConfiguration options) {
        return options.getKeys() != null
                || options.isKeyNames()
                || options.getClaim().equals(FIRST);
    }

    /** Which methods together will do; all that is configured, unless the option says otherwise. */
    private static List<Set<Method>> alternatives(SpdyTunnelConfiguration options) {
        Set<Method> configured = EnumSet.noneOf(Method.class);
        for (Method method : Method.values()) {
            if (method.isConfigured(options)) {
                configured.add(method);
            }
        }
        if (options.getAuthentication() == null) {
            return configured.isEmpty() ? List.of() : List.of(configured);
        }
        List<Set<Method>> alternatives = parse(options.getAuthentication());
        Set<Method> unnamed = EnumSet.allOf(Method.class);
        alternatives.forEach(unnamed::removeAll);
        requireNamed(configured, unnamed);
        return alternatives;
    }

    private static List<Set<Method>> parse(@Nullable String authentication) {
        List<Set<Method>> alternatives = new ArrayList<>();
        if (authentication != null) {
            for (String together : authentication.split(",", -1)) {
                Set<Method> all = EnumSet.noneOf(Method.class);
                // A + becomes a space where Camel reads it from a URI.
                for (String name : together.trim().split("[+ ]+", -1)) {
                    all.add(Method.of(name));
                }
                alternatives.add(all);
            }
        }
        return alternatives;
    }

    private static void requireNamed(Set<Method> configured, Set<Method> unnamed) {
        for (Method method : Method.values()) {
            boolean named = !unnamed.contains(method);
            if (named != configured.contains(method)) {
                throw new IllegalArgumentException(
                        named
                                ? "option authentication wants " + method.text() + ", which needs option " + method.by
                                : "option authentication does not name " + method.text() + ", so option " + method.by
                                        + " would have no effect");
            }
        }
    }

    /** Else whoever has any certificate of any public authority would be any origin. */
    private void requireTrust(String port) {
        SSLContextParameters tls = options.isTls() ? options.getSslContextParameters() : null;
        boolean trusts = tls != null
                && tls.getTrustManagers() != null
                && (tls.getTrustManagers().getKeyStore() != null
                        || tls.getTrustManagers().getTrustManager() != null);
        if (!trusts) {
            throw new IllegalArgumentException("the tunnel port " + port + " has certificateName, but its"
                    + " sslContextParameters have no trust store that says who may sign origins' certificates");
        }
    }
}
