package io.spdytunnel.ends;

import io.spdytunnel.net.AddressText;
import io.spdytunnel.session.LogQuota;
import io.spdytunnel.tunnel.TunnelObserver;
import java.net.InetSocketAddress;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Logs refused origins for the proxy's operator: a misconfigured origin, or an attacker who guesses. WARN at most once
 * a minute for each address and reason, with an upper limit for all addresses together, so that nobody can fill the
 * log. Everything else is logged at DEBUG. Thread-safe.
 */
final class RefusalLog implements TunnelObserver {

    static final int LINES_PER_MINUTE = 60;

    private final String listen;
    private final Logger log;
    private final LogQuota each;
    private final LogQuota all;

    RefusalLog(String listen) {
        this(listen, LoggerFactory.getLogger(RefusalLog.class), System::nanoTime);
    }

    RefusalLog(String listen, Logger log, LongSupplier nanoTime) {
        this.listen = listen;
        this.log = log;
        this.each = new LogQuota(1, nanoTime);
        this.all = new LogQuota(LINES_PER_MINUTE, nanoTime);
    }

    @Override
    public void registrationRefused(InetSocketAddress remote, int status, String reason) {
        String address = AddressText.of(remote);
        boolean loud = each.allows(address + " " + status + " " + reason) && all.allows("all");
        log.atLevel(loud ? Level.WARN : Level.DEBUG)
                .log("tunnel port {}: refused {} with {}: {}", listen, address, status, reason);
    }
}
