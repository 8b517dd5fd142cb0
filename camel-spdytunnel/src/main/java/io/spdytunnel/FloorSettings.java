package io.spdytunnel;

import io.spdytunnel.http.HttpCallSettings;
import io.spdytunnel.session.KeepAlive;
import io.spdytunnel.session.SessionSettings;
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
        return new SessionSettings(
                new KeepAlive(
                        Duration.ofMillis(configuration.getKeepAliveInterval()),
                        Duration.ofMillis(configuration.getKeepAlivePatience())),
                configuration.getMaxConcurrentStreams(),
                configuration.getMaxStreamWindow(),
                configuration.getMaxHeaderSize(),
                configuration.getMaxHeaderFields(),
                SessionSettings.DEFAULT.peer());
    }
}
