package io.spdytunnel;

import io.spdytunnel.tunnel.TunnelObserver;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the proxy's operator of origins that were refused: a misconfigured one, or somebody who guesses. Once a minute
 * for each address and reason, so that neither can fill the log. Thread-safe.
 */
final class RefusalLog implements TunnelObserver {

    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);

    private static final long QUIET_NANOS = 60_000_000_000L;
    private static final int MAX_REMEMBERED = 1000;

    private final String listen;
    private final Map<String, Long> told = new LinkedHashMap<>(); // guarded by this

    RefusalLog(String listen) {
        this.listen = listen;
    }

    @Override
    public void registrationRefused(InetSocketAddress remote, int status, String reason) {
        String address = remote.getAddress() == null
                ? remote.getHostString()
                : remote.getAddress().getHostAddress();
        if (isNew(address + " " + status + " " + reason, System.nanoTime())) {
            LOG.warn("tunnel port {}: refused {} with {}: {}", listen, address, status, reason);
        }
    }

    private synchronized boolean isNew(String what, long now) {
        Long before = told.get(what);
        if (before != null && now - before < QUIET_NANOS) {
            return false;
        }
        told.remove(what);
        told.put(what, now);
        if (told.size() > MAX_REMEMBERED) {
            told.remove(told.keySet().iterator().next());
        }
        return true;
    }
}
