package io.spdytunnel.spi;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An origin that asks for a name at the tunnel port: everything by which an {@link Authenticator} may judge it. */
@Api
public interface Registration {

    /** The name asked for, in lower case. */
    String name();

    /** Which process of the origin asks; empty if it did not say. Not proved by anything. */
    String instance();

    /** Which connection of that process this is, from 1; 0 if it did not say. */
    int connection();

    /** Where the connection comes from. */
    InetSocketAddress remoteAddress();

    /** Whether the connection is encrypted. */
    boolean isSecure();

    /** The values of a header of the registration, in order, its name in any letter case; empty if there is none. */
    List<String> headers(String header);

    /** The only value of a header; null if there is none, or more than one, which nobody should have to choose from. */
    default @Nullable String header(String header) {
        List<String> values = headers(header);
        return values.size() == 1 ? values.get(0) : null;
    }

    /**
     * What stands behind a scheme in {@code Authorization}, whose letter case does not count (RFC 9110 11.4); null if it
     * is not there, or more than once. An origin that has to prove several things at once sends one field for each.
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
     * A word that nobody can guess, made for this connection and never used on another: what a challenge holds, so that
     * its answer is good here, once, and nowhere else.
     */
    String nonce();

    /** Whether this is the second request, after a challenge; there is no third. */
    boolean isChallenged();

    /** The certificate this proxy has shown on the connection; null in plain text. */
    @Nullable
    X509Certificate proxyCertificate();

    /** The client certificate's chain, the origin's own first, as verified by TLS; empty without one. */
    List<X509Certificate> clientCertificates();
}
