package io.spdytunnel.spi;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An origin's request for a name at the tunnel port: everything that an {@link Authenticator} can use to decide. */
@Api
public interface Registration {

    /** The name asked for, in lower case. */
    String name();

    /** The process of the origin; empty if it did not say. Not proved by anything. */
    String instance();

    /** The number of the connection in that process, from 1; 0 if it did not say. */
    int connection();

    /** Where the connection comes from. */
    InetSocketAddress remoteAddress();

    /** Whether the connection is encrypted. */
    boolean isSecure();

    /** The values of a header of the registration, in order, its name in any letter case; empty if there is none. */
    List<String> headers(String header);

    /** The only value of a header; null if there is none, or more than one. */
    default @Nullable String header(String header) {
        List<String> values = headers(header);
        return values.size() == 1 ? values.get(0) : null;
    }

    /**
     * The credentials after a scheme in {@code Authorization}; the scheme's letter case does not count (RFC 9110 11.4).
     * Null if the scheme is missing or occurs more than once. An origin that has to prove several things sends one
     * field for each.
     */
    default @Nullable String credentials(String scheme) {
        String found = null;
        for (String value : headers("authorization")) {
            int space = value.indexOf(' ');
            String given = space < 0 ? "" : value.substring(space + 1).strip();
            if (space == scheme.length() && value.regionMatches(true, 0, scheme, 0, space) && !given.isEmpty()) {
                if (found != null) {
                    return null;
                }
                found = given;
            }
        }
        return found;
    }

    /**
     * A random value for this connection only. A challenge contains it, so that its answer is valid once, on this
     * connection.
     */
    String nonce();

    /** Whether this is the second request, after a challenge; there is no third. */
    boolean isChallenged();

    /** The certificate that this proxy has shown on the connection; null in plain text. */
    @Nullable
    X509Certificate proxyCertificate();

    /** The client certificate's chain, the origin's own first, as verified by TLS; empty without one. */
    List<X509Certificate> clientCertificates();
}
