package io.spdytunnel.spi;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An origin that asks for a name at the tunnel port: everything by which an {@link Authenticator} may judge it. */
public interface Registration {

    /** The name asked for, in lower case. */
    String name();

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

    /** The client certificate's chain, the origin's own first, as verified by TLS; empty without one. */
    List<X509Certificate> clientCertificates();
}
