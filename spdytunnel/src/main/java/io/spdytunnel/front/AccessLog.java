package io.spdytunnel.front;

import io.netty.handler.codec.http.HttpRequest;
import io.spdytunnel.http.Arrival;
import io.spdytunnel.http.RequestObserver;
import io.spdytunnel.net.AddressRanges;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each request of a visitor, written when it is over, whatever the visitor speaks: the combined log format and
 * behind it what a tunnel has to say. {@link AccessEntry} has the fields. Thread-safe.
 */
final class AccessLog {

    /** Off, and free. */
    static final AccessLog OFF = new AccessLog(null, AddressRanges.NONE, InstantSource.system(), System::nanoTime);

    private static final Logger LINES = LoggerFactory.getLogger("spdytunnel.access");

    private final @Nullable Logger log;
    private final AddressRanges trusted;
    private final InstantSource clock;
    private final LongSupplier nanoTime;

    /** @param trusted whose {@code X-Forwarded-For} says who the visitor is */
    static AccessLog to(AddressRanges trusted) {
        return new AccessLog(LINES, trusted, InstantSource.system(), System::nanoTime);
    }

    AccessLog(@Nullable Logger log, AddressRanges trusted, InstantSource clock, LongSupplier nanoTime) {
        this.log = log;
        this.trusted = trusted;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /**
     * A request has begun. Nothing is kept of it while the logger is off.
     *
     * @param protocol what the visitor speaks, as in a request line
     * @param head as sent, before anything changes it; null if it cannot be told
     */
    RequestObserver began(Arrival arrival, String protocol, @Nullable HttpRequest head) {
        Logger lines = log;
        return lines == null || !lines.isInfoEnabled()
                ? RequestObserver.NONE
                : new AccessEntry(
                        lines, AccessEntry.visitor(arrival, head, trusted), protocol, head, clock.instant(), nanoTime);
    }
}
