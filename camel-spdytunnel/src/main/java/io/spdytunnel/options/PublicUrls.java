package io.spdytunnel.options;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The URL at which visitors find an origin, from the options publicUrl and originDomain. */
public final class PublicUrls {

    private PublicUrls() {}

    /** @throws IllegalArgumentException if publicUrl is not a valid URL */
    static void check(@Nullable String url) {
        if (url != null && !url.matches("https?://[!-~]{1,300}")) {
            throw new IllegalArgumentException("option publicUrl is \"" + url
                    + "\"; it must be http:// or https://, a host and an optional path, with an asterisk for the"
                    + " origin's name");
        }
    }

    /** Null if neither option is set. An origin with dots in its name has no sub-domain. */
    public static @Nullable String of(EndpointOptions options, String origin) {
        if (options.getPublicUrl() != null) {
            return options.getPublicUrl().replace("*", origin);
        }
        String domain = options.getOriginDomain();
        return domain == null || origin.indexOf('.') >= 0
                ? null
                : "https://" + origin + "." + domain.trim().toLowerCase(Locale.ROOT) + "/";
    }
}
