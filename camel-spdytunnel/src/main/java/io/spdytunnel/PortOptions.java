package io.spdytunnel;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The options that belong to a tunnel port, so that endpoints which share it must agree on them. */
final class PortOptions {

    private record Option(String name, Function<SpdyTunnelConfiguration, Object> value) {}

    private static final List<Option> OPTIONS = List.of(
            new Option("plainCredentials", SpdyTunnelConfiguration::isPlainCredentials),
            new Option("tokens", SpdyTunnelConfiguration::getTokens),
            new Option("users", SpdyTunnelConfiguration::getUsers),
            new Option("keys", SpdyTunnelConfiguration::getKeys),
            new Option("keyNames", SpdyTunnelConfiguration::isKeyNames),
            new Option("claim", SpdyTunnelConfiguration::getClaim),
            new Option("claims", SpdyTunnelConfiguration::getClaims),
            new Option("certificateName", SpdyTunnelConfiguration::getCertificateName),
            new Option("proxyNames", SpdyTunnelConfiguration::getProxyNames),
            new Option("authentication", SpdyTunnelConfiguration::getAuthentication),
            new Option("reloadInterval", SpdyTunnelConfiguration::getReloadInterval),
            new Option("legacyOrigin", SpdyTunnelConfiguration::getLegacyOrigin),
            new Option("legacyOriginAddresses", SpdyTunnelConfiguration::getLegacyOriginAddresses),
            new Option("legacyBuffer", SpdyTunnelConfiguration::getLegacyBuffer),
            new Option("registrationTimeout", SpdyTunnelConfiguration::getRegistrationTimeout),
            new Option("maxRegistrationSize", SpdyTunnelConfiguration::getMaxRegistrationSize),
            new Option("maxUnregistered", SpdyTunnelConfiguration::getMaxUnregistered),
            new Option("maxUnregisteredPerAddress", SpdyTunnelConfiguration::getMaxUnregisteredPerAddress),
            new Option("maxFailedRegistrations", SpdyTunnelConfiguration::getMaxFailedRegistrations),
            new Option("keepAliveInterval", SpdyTunnelConfiguration::getKeepAliveInterval),
            new Option("keepAlivePatience", SpdyTunnelConfiguration::getKeepAlivePatience),
            new Option("spdyVersion", SpdyTunnelConfiguration::getSpdyVersion),
            new Option("push", SpdyTunnelConfiguration::isPush),
            new Option("maxPushes", SpdyTunnelConfiguration::getMaxPushes),
            new Option("maxStreamWindow", SpdyTunnelConfiguration::getMaxStreamWindow),
            new Option("maxHeaderSize", SpdyTunnelConfiguration::getMaxHeaderSize),
            new Option("maxHeaderFields", SpdyTunnelConfiguration::getMaxHeaderFields),
            new Option("maxControlFrameSize", SpdyTunnelConfiguration::getMaxControlFrameSize),
            new Option("maxSettings", SpdyTunnelConfiguration::getMaxSettings),
            new Option("maxResets", SpdyTunnelConfiguration::getMaxResets),
            new Option("maxStreamErrors", SpdyTunnelConfiguration::getMaxStreamErrors),
            new Option("maxSettingsFrames", SpdyTunnelConfiguration::getMaxSettingsFrames),
            new Option("maxPings", SpdyTunnelConfiguration::getMaxPings),
            new Option("maxEmptyData", SpdyTunnelConfiguration::getMaxEmptyData),
            new Option("maxUpdatesPerData", SpdyTunnelConfiguration::getMaxUpdatesPerData),
            new Option("spareUpdates", SpdyTunnelConfiguration::getSpareUpdates),
            new Option("maxUnreadReplies", SpdyTunnelConfiguration::getMaxUnreadReplies),
            new Option("maxDataFrameSize", SpdyTunnelConfiguration::getMaxDataFrameSize));

    private PortOptions() {}

    /** The first option in which two endpoints of one port differ, as {@code name: one against other}, or null. */
    static @Nullable String difference(SpdyTunnelConfiguration one, SpdyTunnelConfiguration other) {
        for (Option option : OPTIONS) {
            Object first = option.value().apply(one);
            Object second = option.value().apply(other);
            if (!Objects.equals(first, second)) {
                return option.name() + ": " + first + " against " + second;
            }
        }
        return null;
    }
}
