package io.spdytunnel;

import io.spdytunnel.http.HttpCallSettings;
import io.spdytunnel.session.KeepAlive;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.wire.FrameLimits;
import java.time.Duration;

/** The configuration's numbers as the settings of the floors below. */
final class FloorSettings {

    private FloorSettings() {}

    static HttpCallSettings callSettings(SpdyTunnelConfiguration configuration) {
        return new HttpCallSettings(
                Duration.ofMillis(configuration.getResponseTimeout()),
                Duration.ofMillis(configuration.getBodyIdleTimeout()),
                configuration.getMaxRequestBodySize(),
                configuration.getMaxResponseBodySize());
    }

    static SessionSettings sessionSettings(SpdyTunnelConfiguration configuration) {
        return SessionSettings.DEFAULT
                .withKeepAlive(new KeepAlive(
                        Duration.ofMillis(configuration.getKeepAliveInterval()),
                        Duration.ofMillis(configuration.getKeepAlivePatience())))
                .withMaxConcurrentStreams(configuration.getMaxConcurrentStreams())
                .withMaxStreamWindowBytes(configuration.getMaxStreamWindow())
                .withFrames(FrameLimits.DEFAULT
                        .withMaxBlockBytes(configuration.getMaxHeaderSize())
                        .withMaxFields(configuration.getMaxHeaderFields()));
    }
}
