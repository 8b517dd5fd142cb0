package io.spdytunnel;

import io.spdytunnel.front.VisitorServerSettings;
import io.spdytunnel.http.AddressRanges;
import io.spdytunnel.http.HttpCallSettings;
import io.spdytunnel.http.StreamingTypes;
import io.spdytunnel.session.KeepAlive;
import io.spdytunnel.session.SessionLimits;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.tunnel.LegacyOrigins;
import io.spdytunnel.tunnel.Redial;
import io.spdytunnel.tunnel.TunnelServerSettings;
import io.spdytunnel.wire.FrameLimits;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The configuration's numbers as the settings of the floors below. */
final class FloorSettings {

    private FloorSettings() {}

    static HttpCallSettings callSettings(SpdyTunnelConfiguration configuration) {
        return new HttpCallSettings(
                Duration.ofMillis(configuration.getResponseTimeout()),
                Duration.ofMillis(configuration.getBodyIdleTimeout()),
                Duration.ofMillis(configuration.getRawIdleTimeout()),
                configuration.getMaxRequestBodySize(),
                configuration.getMaxResponseBodySize(),
                StreamingTypes.parse(configuration.getStreamingTypes()));
    }

    /** For a session between a proxy and an origin. */
    static SessionSettings sessionSettings(SpdyTunnelConfiguration configuration) {
        return sessionSettings(configuration, SessionSettings.DEFAULT);
    }

    /** For the session of a visitor who comes without a tunnel. */
    static SessionSettings visitorSettings(SpdyTunnelConfiguration configuration) {
        return sessionSettings(configuration, VisitorServerSettings.DEFAULT.spdy());
    }

    private static SessionSettings sessionSettings(SpdyTunnelConfiguration configuration, SessionSettings defaults) {
        int streams = configuration.getMaxConcurrentStreams();
        return defaults.withKeepAlive(new KeepAlive(
                        Duration.ofMillis(configuration.getKeepAliveInterval()),
                        Duration.ofMillis(configuration.getKeepAlivePatience())))
                .withVersion(spdyVersion(configuration.getSpdyVersion()))
                .withMaxPushes(configuration.isPush() ? configuration.getMaxPushes() : 0)
                .withMaxConcurrentStreams(streams > 0 ? streams : defaults.maxConcurrentStreams())
                .withLegacyBufferBytes(configuration.getLegacyBuffer())
                .withMaxStreamWindowBytes(configuration.getMaxStreamWindow())
                .withFrames(new FrameLimits(
                        configuration.getMaxControlFrameSize(),
                        configuration.getMaxSettings(),
                        configuration.getMaxHeaderSize(),
                        configuration.getMaxHeaderFields()))
                .withLimits(new SessionLimits(
                        configuration.getMaxResets(),
                        configuration.getMaxStreamErrors(),
                        configuration.getMaxSettingsFrames(),
                        configuration.getMaxPings(),
                        configuration.getMaxEmptyData(),
                        configuration.getMaxUpdatesPerData(),
                        configuration.getSpareUpdates(),
                        configuration.getMaxUnreadReplies(),
                        configuration.getMaxDataFrameSize()));
    }

    private static SessionSettings.Version spdyVersion(String option) {
        return switch (option) {
            case "3.1" -> SessionSettings.Version.SPDY_3_1;
            case "3" -> SessionSettings.Version.SPDY_3;
            default -> throw new IllegalArgumentException("option spdyVersion is " + option + "; it must be 3.1 or 3");
        };
    }

    /** For the session of an origin, whose proxy may be an old one. */
    static SessionSettings originSettings(SpdyTunnelConfiguration configuration) {
        SessionSettings settings = sessionSettings(configuration);
        return configuration.isLegacyProxy() ? settings.withPeer(SessionSettings.Peer.LEGACY) : settings;
    }

    static TunnelServerSettings serverSettings(
            HostPort listen,
            SpdyTunnelConfiguration configuration,
            TunnelServerSettings.ClientCertificate clientCertificate,
            Function<String, @Nullable String> publicUrl) {
        return new TunnelServerSettings(
                listen.host(),
                listen.port(),
                Duration.ofMillis(configuration.getRegistrationTimeout()),
                configuration.getMaxRegistrationSize(),
                configuration.getMaxUnregistered(),
                configuration.getMaxUnregisteredPerAddress(),
                configuration.getMaxFailedRegistrations(),
                configuration.isPlainCredentials(),
                clientCertificate,
                publicUrl,
                legacyOrigins(configuration),
                sessionSettings(configuration));
    }

    /** Null if none are taken. @throws IllegalArgumentException naming the option that is wrong */
    static @Nullable LegacyOrigins legacyOrigins(SpdyTunnelConfiguration configuration) {
        AddressRanges from;
        try {
            from = AddressRanges.parse(configuration.getLegacyOriginAddresses());
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("option legacyOriginAddresses: " + wrong.getMessage(), wrong);
        }
        String name = configuration.getLegacyOrigin();
        if (name == null) {
            return null;
        }
        try {
            return new LegacyOrigins(name, from::contains);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("option legacyOrigin: " + wrong.getMessage(), wrong);
        }
    }

    static Redial redial(SpdyTunnelConfiguration configuration) {
        return new Redial(
                Duration.ofMillis(configuration.getRedialStep()),
                Duration.ofMillis(configuration.getRedialSpread()),
                Duration.ofMillis(configuration.getRedialHealthyAfter()),
                Duration.ofMillis(configuration.getRedialMax()),
                Duration.ofMillis(configuration.getRedialRefusedMax()));
    }
}
