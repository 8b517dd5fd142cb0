package io.spdytunnel.door;

import io.spdytunnel.engine.TunnelEngine;
import io.spdytunnel.front.VisitorServerSettings;
import io.spdytunnel.options.HostPort;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.component.netty.http.NettyHttpConfiguration;
import org.apache.camel.component.netty.http.NettyHttpConsumer;
import org.apache.camel.spi.HeaderFilterStrategy;

/** The open ports of the front door, one for each address that consumers name; the last consumer closes it. */
public final class FrontDoorPorts {

    private final TunnelEngine engine;
    private final HeaderFilterStrategy usualFilter;
    private final Map<HostPort, FrontDoorPort> ports = new HashMap<>(); // guarded by this

    /**
     * Of one component.
     *
     * @param usualFilter for routes whose endpoint has no filter set by the user
     */
    public FrontDoorPorts(TunnelEngine engine, HeaderFilterStrategy usualFilter) {
        this.engine = engine;
        this.usualFilter = usualFilter;
    }

    public synchronized void add(NettyHttpConsumer consumer, VisitorServerSettings settings, long reloadInterval)
            throws IOException {
        FrontDoorRules.check(consumer);
        HostPort address = addressOf(consumer);
        FrontDoorPort port = ports.get(address);
        if (port == null) {
            port = FrontDoorPort.open(engine, address, consumer, settings, reloadInterval);
            ports.put(address, port);
        } else {
            port.checkAgreement(consumer, settings, reloadInterval);
        }
        port.add(consumer, usualFilter);
    }

    public void remove(NettyHttpConsumer consumer) {
        FrontDoorPort closing;
        synchronized (this) {
            HostPort address = addressOf(consumer);
            FrontDoorPort port = ports.get(address);
            if (port == null || !port.remove(consumer)) {
                return;
            }
            closing = ports.remove(address);
        }
        if (closing != null) {
            closing.close();
        }
    }

    private static HostPort addressOf(NettyHttpConsumer consumer) {
        NettyHttpConfiguration configuration = consumer.getConfiguration();
        return new HostPort(configuration.getHost(), configuration.getPort());
    }
}
