package io.spdytunnel.options;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where visitors find an origin, by the options publicUrl and originDomain. */
public final class PublicUrls {

    private PublicUrls() {}

    /** @throws IllegalArgumentException for a publicUrl that is none */
    static void check(@Nullable String url) {
        if (url != null && !url.matches("https?://[!-~]{1,300}")) {
            throw new IllegalArgumentException(
                    "option publicUrl is \"" + url
                            + "\"; it must be http:// or https://, a host and perhaps a path, with an asterisk for the origin's name");
        }
    }

    /** Null if nobody said where. An origin with dots in its name is no sub-domain. */
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
