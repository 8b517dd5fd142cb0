package io.spdytunnel.front;

import io.spdytunnel.net.AddressText;
import io.spdytunnel.session.LogQuota;
import java.net.SocketAddress;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Tells of connections that were closed before anything was spoken on them. Once a minute for each address and reason,
 * and no more than anybody reads from all addresses; the rest goes to DEBUG. Thread-safe.
 */
final class EdgeLog {

    static final int LINES_PER_MINUTE = 60;

    private final Logger log;
    private final LogQuota each;
    private final LogQuota all;

    EdgeLog() {
        this(LoggerFactory.getLogger(EdgeLog.class), System::nanoTime);
    }

    EdgeLog(Logger log, LongSupplier nanoTime) {
        this.log = log;
        this.each = new LogQuota(1, nanoTime);
        this.all = new LogQuota(LINES_PER_MINUTE, nanoTime);
    }

    /** As the operator wants it. */
    void notAdmitted(@Nullable SocketAddress visitor) {
        tell(Level.INFO, visitor, "allow and deny do not admit it");
    }

    /** A listed balancer does not do what it is listed for: somebody must look at one of the two. */
    void proxyBrokeTheRule(@Nullable SocketAddress balancer, String why) {
        tell(Level.WARN, balancer, why + " (proxyProtocolFrom)");
    }

    private void tell(Level level, @Nullable SocketAddress from, String why) {
        String address = AddressText.of(from);
        boolean loud = each.allows(address + " " + why) && all.allows("all");
        log.atLevel(loud ? level : Level.DEBUG).log("front door: closed a connection from {}: {}", address, why);
    }
}
