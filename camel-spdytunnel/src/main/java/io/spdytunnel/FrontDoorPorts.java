package io.spdytunnel;

import io.spdytunnel.front.VisitorServerSettings;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.component.netty.http.NettyHttpConfiguration;
import org.apache.camel.component.netty.http.NettyHttpConsumer;

/** The open ports of the front door, one for each address that consumers name; the last consumer closes it. */
final class FrontDoorPorts {

    private final TunnelEngine engine;
    private final Map<HostPort, FrontDoorPort> ports = new HashMap<>(); // guarded by this

    FrontDoorPorts(TunnelEngine engine) {
        this.engine = engine;
    }

    synchronized void add(NettyHttpConsumer consumer, VisitorServerSettings settings, long reloadInterval)
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
        port.add(consumer);
    }

    void remove(NettyHttpConsumer consumer) {
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
