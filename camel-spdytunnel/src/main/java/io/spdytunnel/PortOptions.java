package io.spdytunnel;

import java.util.List;
import java.util.Objects;
import org.apache.camel.spi.PropertyConfigurerGetter;
import org.jspecify.annotations.Nullable;

/** The options that belong to a tunnel port, so that endpoints which share it must agree on them. */
final class PortOptions {

    private static final List<String> NAMES = List.of(
            "plainCredentials",
            "registrationTimeout",
            "maxRegistrationSize",
            "maxUnregistered",
            "maxUnregisteredPerAddress",
            "maxFailedRegistrations",
            "keepAliveInterval",
            "keepAlivePatience",
            "spdyVersion",
            "push",
            "maxPushes",
            "maxStreamWindow",
            "maxHeaderSize",
            "maxHeaderFields",
            "maxControlFrameSize",
            "maxSettings",
            "maxResets",
            "maxStreamErrors",
            "maxSettingsFrames",
            "maxPings",
            "maxEmptyData",
            "maxUpdatesPerData",
            "spareUpdates",
            "maxUnreadReplies",
            "maxDataFrameSize");

    private static final PropertyConfigurerGetter GETTER = new SpdyTunnelConfigurationConfigurer();

    private PortOptions() {}

    /** The first option in which two endpoints of one port differ, as {@code name: one against other}, or null. */
    static @Nullable String difference(SpdyTunnelConfiguration one, SpdyTunnelConfiguration other) {
        for (String name : NAMES) {
            Object first = GETTER.getOptionValue(one, name, false);
            Object second = GETTER.getOptionValue(other, name, false);
            if (!Objects.equals(first, second)) {
                return name + ": " + first + " against " + second;
            }
        }
        return null;
    }
}
