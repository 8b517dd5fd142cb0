package io.spdytunnel.http;

import io.spdytunnel.session.LogQuota;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of answers that cannot be sent as they are, and for which 502 goes out: an application's mistake, about which its
 * visitors are told nothing. Asked in a loop it shall not fill the log; what is beyond goes to DEBUG. Thread-safe.
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
     * Tells of one of them.
     *
     * @param why without values of headers
     */
    public void tell(String answer, String why) {
        log.atLevel(lines.warning("")).log("{} cannot be sent, 502 goes out for it: {}", answer, why);
    }
}
