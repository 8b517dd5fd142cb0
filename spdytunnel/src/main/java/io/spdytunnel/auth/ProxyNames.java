package io.spdytunnel.auth;

import io.netty.util.NetUtil;
import io.spdytunnel.spi.Registration;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The names of this proxy. An origin's signature must be for one of them. Otherwise another proxy, at which the origin
 * registers too, could have it sign our challenge, and act as the origin here.
 */
final class ProxyNames {

    private static final int DNS = 2;
    private static final int IP = 7;

    private final Set<String> names;

    /**
     * @param names if empty, the names in the certificate of the connection; in plain text, the Host of the request
     */
    ProxyNames(Collection<String> names) {
        this.names = names.stream().map(RegistrationProof::audienceOf).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether this host is a name of this proxy. */
    boolean contain(String audience, Registration registration) {
        String host = RegistrationProof.audienceOf(audience);
        if (!names.isEmpty()) {
            return names.contains(host);
        }
        if (registration.isSecure()) {
            X509Certificate certificate = registration.proxyCertificate();
            return certificate != null && isNamed(certificate, host);
        }
        return host.equals(hostOf(registration.header("host")));
    }

    private static boolean isNamed(X509Certificate certificate, String host) {
        Collection<List<?>> alternatives;
        try {
            alternatives = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException unreadable) {
            return false;
        }
        byte @Nullable [] address = NetUtil.createByteArrayFromIpAddressString(host);
        for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
            String name = String.valueOf(alternative.get(1));
            boolean fits =
                    switch ((Integer) alternative.get(0)) {
                        case DNS -> address == null && covers(RegistrationProof.audienceOf(name), host);
                        case IP ->
                            address != null && Arrays.equals(address, NetUtil.createByteArrayFromIpAddressString(name));
                        default -> false; // mail, directory and other names are no host's
                    };
            if (fits) {
                return true;
            }
        }
        return false;
    }

    /** An asterisk stands for one whole label, the first (RFC 9525 6.3). */
    private static boolean covers(String pattern, String host) {
        int dot = host.indexOf('.');
        return pattern.equals(host)
                || (pattern.startsWith("*.") && dot > 0 && pattern.substring(1).equals(host.substring(dot)));
    }

    private static @Nullable String hostOf(@Nullable String header) {
        if (header == null) {
            return null;
        }
        int colon = header.lastIndexOf(':');
        String host = colon > header.lastIndexOf(']') && colon >= 0 ? header.substring(0, colon) : header;
        boolean six = host.startsWith("[") && host.endsWith("]");
        return RegistrationProof.audienceOf(six ? host.substring(1, host.length() - 1) : host);
    }
}
