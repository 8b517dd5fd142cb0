package io.spdytunnel.http;

import io.spdytunnel.session.LogQuota;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs answers that cannot be sent, and that are replaced by 502: a mistake of the application, which visitors are not
 * told. A limit keeps requests in a loop from filling the log; lines above it are logged at DEBUG. Thread-safe.
 */
public final class UnsendableLog {

    /** The one for all visitors and tunnels. */
    public static final UnsendableLog SHARED =
            new UnsendableLog(LoggerFactory.getLogger(UnsendableLog.class), System::nanoTime);

    static final int LINES_PER_MINUTE = 20;

    private final Logger log;
    private final LogQuota lines;

    UnsendableLog(Logger log, LongSupplier nanoTime) {
        this.log = log;
        this.lines = new LogQuota(LINES_PER_MINUTE, nanoTime);
    }

    /**
     * Logs one of them.
     *
     * @param why without values of headers
     */
    public void tell(String answer, String why) {
        log.atLevel(lines.warning("")).log("{} cannot be sent, 502 is sent instead: {}", answer, why);
    }
}
