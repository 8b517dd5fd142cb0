package io.spdytunnel.directory;

import io.spdytunnel.net.AddressText;
import io.spdytunnel.session.LogQuota;
import io.spdytunnel.session.SessionEnd;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs tunnels that come up and go down, for the proxy's operator. An origin that reconnects in a loop is logged too,
 * but with a limit per minute; the rest is logged at DEBUG. Thread-safe.
 */
public final class TunnelLog {

    /** Enough for a proxy that restarts while an origin holds some connections to it. */
    static final int LINES_PER_MINUTE = 20;

    private final Logger log;
    private final LogQuota quota;

    /** @param quota lines of one origin */
    TunnelLog(Logger log, LogQuota quota) {
        this.log = log;
        this.quota = quota;
    }

    /** A broken rule is a WARN, no matter which end broke it. The usual end of a tunnel is an INFO. */
    public static Level levelOf(SessionEnd.By by) {
        return switch (by) {
            case PROTOCOL_ERROR, ACCUSED -> Level.WARN;
            case US, PEER, LOST -> Level.INFO;
        };
    }

    void up(OriginTunnel tunnel, int inAll, boolean replacesAnother) {
        String who = tunnel.connection() == 0 ? "no connection number" : "connection " + tunnel.connection();
        String replacing = replacesAnother ? ", replacing the old one" : "";
        at(Level.INFO, tunnel)
                .log(
                        "origin {}: tunnel up from {}, {}, {} in all{}",
                        tunnel.name(),
                        hostOf(tunnel),
                        who,
                        inAll,
                        replacing);
    }

    void down(OriginTunnel tunnel, int left, SessionEnd end) {
        at(levelOf(end.by()), tunnel)
                .log("origin {}: tunnel down from {}, {} left: {}", tunnel.name(), hostOf(tunnel), left, end.reason());
    }

    /** Logs the end of a tunnel that was replaced before. */
    void replacedDown(OriginTunnel tunnel, SessionEnd end) {
        log.debug("origin {}: replaced tunnel from {} ended: {}", tunnel.name(), hostOf(tunnel), end.reason());
    }

    private LoggingEventBuilder at(Level loud, OriginTunnel tunnel) {
        return log.atLevel(quota.allows(tunnel.name()) ? loud : Level.DEBUG);
    }

    private static String hostOf(OriginTunnel tunnel) {
        return AddressText.of(tunnel.remoteAddress());
    }
}
