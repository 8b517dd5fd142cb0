package io.spdytunnel.origin;

import io.spdytunnel.http.TunnelFailure;
import io.spdytunnel.session.LogQuota;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Logs why a service did not answer, for the origin's operator: with addresses and errors, which visitors do not get.
 * WARN at most once a minute for each service and status, with an upper limit for all together. Everything else, and
 * requests that their sender gave up, is logged at DEBUG. Thread-safe.
 */
final class ForwardLog {

    static final int LINES_PER_MINUTE = 60;

    private final Logger log;
    private final LogQuota each;
    private final LogQuota all;

    ForwardLog() {
        this(LoggerFactory.getLogger(ForwardLog.class), System::nanoTime);
    }

    ForwardLog(Logger log, LongSupplier nanoTime) {
        this.log = log;
        this.each = new LogQuota(1, nanoTime);
        this.all = new LogQuota(LINES_PER_MINUTE, nanoTime);
    }

    /** @param givenUp whether the request has ended already, without an answer */
    void failed(String origin, String service, TunnelFailure failure, boolean givenUp) {
        int status = failure.status();
        boolean loud = !givenUp
                && status != TunnelFailure.GIVEN_UP
                && each.allows(service + " " + status)
                && all.allows("all");
        log.atLevel(loud ? Level.WARN : Level.DEBUG)
                .log(
                        "origin {}: forwardTo {}: {} (at most once a minute; others are logged at DEBUG)",
                        origin,
                        service,
                        failure.getMessage());
    }
}
