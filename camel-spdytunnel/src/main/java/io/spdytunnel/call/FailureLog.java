package io.spdytunnel.call;

import io.spdytunnel.http.TunnelFailure;
import io.spdytunnel.session.LogQuota;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Logs why visitors got a reply of 500 to 504, for the proxy's operator: with more details than visitors get. WARN at
 * most once a minute for each origin and status, with an upper limit for all together. Everything else, and what
 * visitors cause themselves, is logged at DEBUG. If a failure stays the exchange's exception, Camel's error handler
 * logs it. Thread-safe.
 */
final class FailureLog {

    static final int LINES_PER_MINUTE = 60;

    private final Logger log;
    private final LogQuota each;
    private final LogQuota all;

    FailureLog() {
        this(LoggerFactory.getLogger(FailureLog.class), System::nanoTime);
    }

    FailureLog(Logger log, LongSupplier nanoTime) {
        this.log = log;
        this.each = new LogQuota(1, nanoTime);
        this.all = new LogQuota(LINES_PER_MINUTE, nanoTime);
    }

    void replied(String origin, TunnelFailure failure) {
        int status = failure.status();
        boolean loud = status >= 500 && each.allows(origin + " " + status) && all.allows("all");
        log.atLevel(loud ? Level.WARN : Level.DEBUG)
                .log("origin {}: a visitor got {}: {}", origin, status, failure.getMessage());
    }
}
