package io.spdytunnel.options;

import io.spdytunnel.net.AddressText;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A plain service that gets exchanges after the route, as the option or the header {@code forwardTo} names it. */
public final class ServiceUri {

    private static final String HTTP_2 = "h2c";
    private static final Set<String> SCHEMES = Set.of("http", "https", HTTP_2);

    private ServiceUri() {}

    /**
     * Reads such a value.
     *
     * @param option the option's or the header's name, for the message
     * @throws IllegalArgumentException naming the option, its value and what is allowed
     */
    public static URI parse(String option, String value) {
        URI uri;
        try {
            uri = URI.create(AddressText.asciiUrl(value.trim()));
        } catch (IllegalArgumentException noUri) {
            throw wrong(option, value);
        }
        @Nullable String scheme = uri.getScheme();
        boolean plainPath = uri.getRawQuery() == null && uri.getRawFragment() == null && uri.getRawUserInfo() == null;
        if (scheme == null || !SCHEMES.contains(scheme) || uri.getHost() == null || !plainPath) {
            throw wrong(option, value);
        }
        return uri;
    }

    /** Whether the connection to the service uses HTTP/2. */
    public static boolean isHttp2(URI service) {
        return HTTP_2.equals(service.getScheme());
    }

    private static IllegalArgumentException wrong(String option, String value) {
        return new IllegalArgumentException(
                "option " + option + " is \"" + value + "\"; it must be http://, https:// or h2c://host[:port][/path]");
    }
}
