package io.spdytunnel.call;

import io.spdytunnel.http.TunnelFailure;
import io.spdytunnel.session.LogQuota;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Tells the proxy's operator why visitors got 500 to 504 for a reply, which is more than the visitors are told. Once a
 * minute for each origin and status, and no more than anybody reads for all of them; the rest, and what is the visitor's
 * own doing, goes to DEBUG. Where a failure stays the exchange's exception, Camel's error handler tells of it. Thread-safe.
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
