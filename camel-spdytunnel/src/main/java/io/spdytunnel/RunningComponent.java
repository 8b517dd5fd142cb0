package io.spdytunnel;

import io.spdytunnel.directory.DirectorySettings;
import io.spdytunnel.directory.OriginDirectory;
import io.spdytunnel.door.FrontDoorPorts;
import io.spdytunnel.ends.OpenEnds;
import io.spdytunnel.engine.EngineSettings;
import io.spdytunnel.engine.TunnelEngine;
import io.spdytunnel.limits.OriginMeters;
import io.spdytunnel.origin.OpenWebSockets;
import io.spdytunnel.tunnel.TunnelObserver;
import java.time.Duration;
import org.apache.camel.CamelContext;

/** The running parts of a component: one of each, shared by all its endpoints. */
final class RunningComponent {

    private final TunnelEngine engine;
    private final OriginDirectory directory;
    private final OpenEnds ends;
    private final FrontDoorPorts doors;
    private final OriginMeters meters = new OriginMeters(System::nanoTime);
    private final OpenWebSockets webSockets = new OpenWebSockets();

    RunningComponent(CamelContext context, EngineSettings settings, SpdyTunnelConfiguration defaults, int perMinute) {
        this.engine = new TunnelEngine(context, settings, defaults.sessionSettings());
        this.directory =
                new OriginDirectory(directorySettings(defaults, perMinute), engine.loops(), TunnelObserver.NONE);
        this.ends = new OpenEnds(engine, context, directory);
        this.doors = new FrontDoorPorts(engine, new SpdyTunnelHeaderFilterStrategy());
    }

    private static DirectorySettings directorySettings(SpdyTunnelConfiguration defaults, int perMinute) {
        DirectorySettings usual = DirectorySettings.DEFAULT;
        return new DirectorySettings(
                usual.rememberFor(),
                usual.maxWaiting(),
                usual.maxTunnelsPerName(),
                Duration.ofMillis(defaults.getDrainTimeout()),
                perMinute);
    }

    TunnelEngine engine() {
        return engine;
    }

    OriginDirectory directory() {
        return directory;
    }

    OpenEnds ends() {
        return ends;
    }

    FrontDoorPorts doors() {
        return doors;
    }

    OriginMeters meters() {
        return meters;
    }

    OpenWebSockets webSockets() {
        return webSockets;
    }

    void close() {
        ends.close();
        engine.close();
    }
}
