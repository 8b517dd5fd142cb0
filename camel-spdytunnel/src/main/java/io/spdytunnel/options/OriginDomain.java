package io.spdytunnel.options;

import io.spdytunnel.directory.OriginName;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The option {@code originDomain}: each origin has the sub-domain of its name. */
public final class OriginDomain {

    private final String suffix;

    /**
     * Reads the option.
     *
     * @throws IllegalArgumentException if the option is no domain
     */
    public OriginDomain(String option) {
        String domain = option.trim().toLowerCase(Locale.ROOT);
        if (OriginName.fold(domain) == null || domain.contains("..")) {
            throw new IllegalArgumentException("option originDomain is \"" + option
                    + "\"; it must be a domain such as tunnel.example.com, without a port, and without a dot or"
                    + " asterisk at either end");
        }
        this.suffix = "." + domain;
    }

    /**
     * The one label before the domain, or null if the host is another one. Letter case, a port and the root's dot make
     * no difference (RFC 9110 4.2.3). A host that is not a plain host name has no origin.
     */
    @Nullable
    public String originOf(@Nullable String host) {
        if (host == null || !host.chars().allMatch(c -> c < 0x80)) {
            return null; // some letters beyond ASCII would fold into it
        }
        String name = withoutPort(host.trim().toLowerCase(Locale.ROOT));
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        if (!name.endsWith(suffix)) {
            return null;
        }
        String label = name.substring(0, name.length() - suffix.length());
        return label.indexOf('.') >= 0 ? null : OriginName.fold(label);
    }

    private static String withoutPort(String host) {
        int colon = host.indexOf(':');
        boolean isPort = colon >= 0 && host.substring(colon + 1).chars().allMatch(c -> c >= '0' && c <= '9');
        return isPort ? host.substring(0, colon) : host;
    }
}
