package io.spdytunnel;

import io.spdytunnel.directory.Presence;
import io.spdytunnel.ends.TunnelPort;
import io.spdytunnel.tunnel.KeptSession;
import io.spdytunnel.tunnel.TunnelClient;
import io.spdytunnel.tunnel.TunnelStatus;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Up means that a request would work now. This is a readiness check only: a lost tunnel is no reason to restart. */
final class SpdyTunnelHealthCheck extends AbstractHealthCheck {

    private final Supplier<TunnelStatus> status;

    private SpdyTunnelHealthCheck(String id, Supplier<TunnelStatus> status) {
        super("camel", id);
        this.status = status;
    }

    /** Up while the origin is connected. For {@code *}: up while origins can dial in, even if none is connected. */
    static SpdyTunnelHealthCheck ofProducer(SpdyTunnelEndpoint endpoint, TunnelPort proxy) {
        String origin = endpoint.getOrigin();
        return new SpdyTunnelHealthCheck("producer:spdytunnel-" + origin, () -> {
            if (SpdyTunnelEndpoint.ANY.equals(origin)) {
                return new TunnelStatus(
                        proxy.isListening(),
                        proxy.isListening()
                                ? "tunnel port " + proxy.listen() + " is open"
                                : "tunnel port " + proxy.listen() + " is closed");
            }
            boolean here = proxy.directory().presence(origin) == Presence.HERE;
            return new TunnelStatus(here, here ? "origin " + origin + " is here" : "origin " + origin + " is away");
        });
    }

    /** Up while the port is open and the route is not suspended. */
    static SpdyTunnelHealthCheck ofServer(String routeId, SpdyTunnelServingConsumer server) {
        return new SpdyTunnelHealthCheck("consumer:spdytunnel-" + routeId, () -> {
            InetSocketAddress address = server.address();
            boolean suspended = server.isSuspendingOrSuspended();
            return new TunnelStatus(
                    address != null && !suspended,
                    address == null ? "not listening" : (suspended ? "suspended, on " : "serving on ") + address);
        });
    }

    /** Up while the session is connected. If it is not, the check starts a dial. */
    static SpdyTunnelHealthCheck ofConnected(SpdyTunnelEndpoint endpoint, KeptSession session) {
        return new SpdyTunnelHealthCheck("producer:spdytunnel-" + endpoint.getOrigin(), session::status);
    }

    /** Up while at least one of the tunnels is up. */
    static SpdyTunnelHealthCheck ofConsumer(String routeId, List<TunnelClient> clients) {
        return new SpdyTunnelHealthCheck("consumer:spdytunnel-" + routeId, () -> {
            TunnelStatus last = new TunnelStatus(false, "stopped");
            for (TunnelClient client : clients) {
                last = client.status();
                if (last.isUp()) {
                    return last;
                }
            }
            return last;
        });
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        TunnelStatus now = status.get();
        builder.message(now.sentence());
        if (now.isUp()) {
            builder.up();
        } else {
            builder.down();
        }
    }
}
