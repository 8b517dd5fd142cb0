package io.spdytunnel;

import io.spdytunnel.auth.KeyAlgorithm;
import io.spdytunnel.http.AddressRanges;
import io.spdytunnel.http.ConnectRules;
import io.spdytunnel.session.AddressText;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.util.URISupport;
import org.jspecify.annotations.Nullable;

/** What the values of options must be: a wrong one fails at start, naming option, value and what is allowed. */
final class OptionRules {

    private static final String HTTP_2 = "h2c";
    private static final Set<String> FORWARD_SCHEMES = Set.of("http", "https", HTTP_2);

    private static final Set<String> WEB_SOCKETS = Set.of("forward", "messages");

    /** What only a tunnel has, by the option that does without one. */
    private static final Map<String, List<String>> EXCLUDED = Map.of(
            "serve", with("connect"),
            "connect", with("serve"));

    private OptionRules() {}

    private static List<String> with(String other) {
        List<String> excluded = new ArrayList<>(List.of(
                "proxy",
                "connections",
                "token",
                "username",
                "password",
                "key",
                "keyAlgorithm",
                "keySession",
                "listen",
                "authenticator",
                "anyName",
                "tokens",
                "users",
                "keys",
                "keyNames",
                "claim",
                "claims",
                "certificateName",
                "proxyNames",
                "authentication",
                "publicUrl",
                "legacyOrigin",
                "legacyOriginAddresses",
                "legacyProxy"));
        excluded.add(0, other);
        return excluded;
    }

    /**
     * Checks that an endpoint without a tunnel is given no option that needs one. What the component has as defaults
     * for its other endpoints does not count.
     *
     * @param where whose options these are, for the message
     * @param given the options of the URI
     */
    static void checkPlain(String where, Map<String, Object> given) {
        EXCLUDED.forEach((plain, excluded) -> {
            for (String option : excluded) {
                if (given.containsKey(plain) && given.containsKey(option)) {
                    throw new IllegalArgumentException(URISupport.sanitizeUri(where) + ": option " + plain
                            + " does without a tunnel and excludes option " + option + "; leave one of them out");
                }
            }
        });
    }

    /** @param where whose options these are, for the message */
    static void check(String where, SpdyTunnelConfiguration options) {
        try {
            checkTimes(options);
            checkSizes(options);
            checkAbuse(options);
            ProxyAuthentication.check(options);
            KeyAlgorithm.ofCurve(options.getKeyAlgorithm());
            PublicUrls.check(options);
            checkOriginLimits(options);
            TrustedPins.parse(options.getTrustedPin());
            if (options.getTrustedAddresses() != null) {
                checkRanges("trustedAddresses", options.getTrustedAddresses());
            }
            FloorSettings.legacyOrigins(options);
            if (options.getOriginDomain() != null) {
                new OriginDomain(options.getOriginDomain());
            }
            if (options.getListen() != null) {
                HostPort.parse("listen", options.getListen());
            }
            if (options.getProxy() != null) {
                HostPort.parseAll("proxy", options.getProxy());
            }
            if (options.getForwardTo() != null) {
                service("forwardTo", options.getForwardTo());
            }
            if (options.getConnectTo() != null) {
                ConnectRules.parse(options.getConnectTo());
            }
            RawExchanges.protocols(options.getUpgradeProtocols());
            FloorSettings.sessionSettings(options);
            FloorSettings.callSettings(options);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(URISupport.sanitizeUri(where) + ": " + wrong.getMessage(), wrong);
        }
    }

    /** @param value of the option {@code webSocket} */
    static void checkWebSocket(String where, String value) {
        if (!WEB_SOCKETS.contains(value)) {
            throw new IllegalArgumentException(URISupport.sanitizeUri(where) + ": option webSocket is \"" + value
                    + "\"; it must be forward or messages");
        }
    }

    private static void checkTimes(SpdyTunnelConfiguration options) {
        atLeast("drainTimeout", options.getDrainTimeout(), 0, "ms");
        atLeast("awaitOrigin", options.getAwaitOrigin(), 0, "ms");
        atLeast("awaitSlot", options.getAwaitSlot(), 0, "ms");
        atLeast("connectTimeout", options.getConnectTimeout(), 1, "ms");
        atLeast("redialMax", options.getRedialMax(), 1, "ms");
        atLeast("redialRefusedMax", options.getRedialRefusedMax(), 1, "ms");
        atLeast("redialStep", options.getRedialStep(), 0, "ms");
        atLeast("redialSpread", options.getRedialSpread(), 0, "ms");
        atLeast("redialHealthyAfter", options.getRedialHealthyAfter(), 0, "ms");
        atLeast("reloadInterval", options.getReloadInterval(), 0, "ms");
        atLeast("registrationTimeout", options.getRegistrationTimeout(), 1, "ms");
    }

    private static void checkSizes(SpdyTunnelConfiguration options) {
        atLeast("connections", options.getConnections(), 1, "");
        atLeast("maxConcurrentStreams", options.getMaxConcurrentStreams(), 0, "");
        atLeast("legacyBuffer", options.getLegacyBuffer(), 64 * 1024, "bytes");
        atLeast("maxStreamWindow", options.getMaxStreamWindow(), 64 * 1024, "bytes");
        atLeast("maxHeaderSize", options.getMaxHeaderSize(), 1024, "bytes");
        atLeast("maxHeaderFields", options.getMaxHeaderFields(), 10, "");
        atLeast("maxWebSocketMessage", options.getMaxWebSocketMessage(), 125, "bytes");
        atLeast("bufferedReplyLimit", options.getBufferedReplyLimit(), 0, "bytes");
        within("maxRegistrationSize", options.getMaxRegistrationSize(), 256, 1024 * 1024);
        atLeast("maxUnregistered", options.getMaxUnregistered(), 1, "");
        atLeast("maxUnregisteredPerAddress", options.getMaxUnregisteredPerAddress(), 1, "");
        atLeast("maxFailedRegistrations", options.getMaxFailedRegistrations(), 0, "");
    }

    private static void checkAbuse(SpdyTunnelConfiguration options) {
        within("maxControlFrameSize", options.getMaxControlFrameSize(), 8192, 0xFFFFFF);
        atLeast("maxPushes", options.getMaxPushes(), 1, "");
        atLeast("maxSettings", options.getMaxSettings(), 1, "");
        atLeast("maxResets", options.getMaxResets(), 0, "");
        atLeast("maxStreamErrors", options.getMaxStreamErrors(), 0, "");
        atLeast("maxSettingsFrames", options.getMaxSettingsFrames(), 1, "");
        atLeast("maxPings", options.getMaxPings(), 1, "");
        atLeast("maxEmptyData", options.getMaxEmptyData(), 0, "");
        within("maxUpdatesPerData", options.getMaxUpdatesPerData(), 2, 1_000_000);
        within("spareUpdates", options.getSpareUpdates(), 10, 1_000_000);
        atLeast("maxUnreadReplies", options.getMaxUnreadReplies(), 10, "");
        within("maxDataFrameSize", options.getMaxDataFrameSize(), 256, 1024 * 1024);
        if (options.getMaxHeaderSize() > options.getMaxControlFrameSize() - 32) {
            throw new IllegalArgumentException("option maxHeaderSize is " + options.getMaxHeaderSize()
                    + "; it must be at least 32 bytes less than maxControlFrameSize, which is "
                    + options.getMaxControlFrameSize());
        }
    }

    private static void checkOriginLimits(SpdyTunnelConfiguration options) {
        atLeast("requestsPerPeriod", options.getRequestsPerPeriod(), 0, "");
        atLeast("period", options.getPeriod(), 1000, "ms");
        atLeast("maxConcurrentRequests", options.getMaxConcurrentRequests(), 0, "");
        Stickiness.parse(options.getSticky());
        if (options.getBytesPerSecond() != 0) {
            atLeast("bytesPerSecond", options.getBytesPerSecond(), 1024, "");
        }
    }

    private static void checkRanges(String option, String value) {
        try {
            AddressRanges.parse(value);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("option " + option + ": " + wrong.getMessage(), wrong);
        }
    }

    private static void within(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "option " + option + " is " + value + "; it must be " + least + " to " + most);
        }
    }

    private static void atLeast(String option, long value, long least, String unit) {
        if (value < least) {
            throw new IllegalArgumentException(
                    ("option " + option + " is " + value + "; it must be at least " + least + " " + unit).trim());
        }
    }

    /** The service a consumer may hand its exchanges to. */
    static URI service(String option, String value) {
        URI uri;
        try {
            uri = URI.create(AddressText.asciiUrl(value.trim()));
        } catch (IllegalArgumentException noUri) {
            throw wrongService(option, value);
        }
        @Nullable String scheme = uri.getScheme();
        boolean plainPath = uri.getRawQuery() == null && uri.getRawFragment() == null && uri.getRawUserInfo() == null;
        if (scheme == null || !FORWARD_SCHEMES.contains(scheme) || uri.getHost() == null || !plainPath) {
            throw wrongService(option, value);
        }
        return uri;
    }

    /** Whether a {@link #service} is spoken to by HTTP/2. */
    static boolean isHttp2(URI service) {
        return HTTP_2.equals(service.getScheme());
    }

    private static IllegalArgumentException wrongService(String option, String value) {
        return new IllegalArgumentException(
                "option " + option + " is \"" + value + "\"; it must be http://, https:// or h2c://host[:port][/path]");
    }
}
