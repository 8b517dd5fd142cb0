package io.spdytunnel.origin;

import static org.assertj.core.api.Assertions.assertThat;

import io.spdytunnel.http.OutcomeUnknown;
import io.spdytunnel.http.RequestNotSent;
import io.spdytunnel.http.TunnelFailure;
import io.spdytunnel.testing.RecordingLog;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** What an origin's operator reads of services that fail, and of visitors who leave. */
class ForwardLogTest {

    private final AtomicLong nanos = new AtomicLong();
    private final RecordingLog log = new RecordingLog();
    private final ForwardLog failures = new ForwardLog(log, nanos::get);

    private static TunnelFailure refused() {
        return new RequestNotSent(502, "connection refused");
    }

    @Test
    void theSameServiceAndStatusIsALineAMinuteThoughAnotherFailsInTurn() {
        for (int i = 0; i < 100; i++) {
            failures.failed("shop42", "127.0.0.1:8080", new OutcomeUnknown(502, "stream " + i + " was reset"), false);
            failures.failed("shop42", "127.0.0.1:8080", new OutcomeUnknown(504, "no answer"), false);
        }
        failures.failed("shop42", "127.0.0.1:9090", refused(), false);

        assertThat(log.lines(Level.WARN))
                .extracting(line -> line.substring(0, line.indexOf(" (")))
                .containsExactly(
                        "WARN origin shop42: forwardTo 127.0.0.1:8080: stream 0 was reset",
                        "WARN origin shop42: forwardTo 127.0.0.1:8080: no answer",
                        "WARN origin shop42: forwardTo 127.0.0.1:9090: connection refused");
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        failures.failed("shop42", "127.0.0.1:9090", refused(), false);
        assertThat(log.lines(Level.WARN)).hasSize(4);
    }

    @Test
    void allServicesTogetherAreNoMoreThanAnybodyReads() {
        for (int i = 0; i < 200; i++) {
            failures.failed("shop42", "tenant" + i + ":80", refused(), false);
        }

        assertThat(log.lines(Level.WARN)).hasSize(ForwardLog.LINES_PER_MINUTE);
    }

    @Test
    void aRequestThatWasGivenUpIsNoWarning() {
        failures.failed("shop42", "127.0.0.1:8080", new OutcomeUnknown(TunnelFailure.GIVEN_UP, "left"), false);
        failures.failed("shop42", "127.0.0.1:8080", new OutcomeUnknown(500, "abandoned"), true);

        assertThat(log.lines(Level.WARN)).isEmpty();
        assertThat(log.lines(Level.DEBUG)).hasSize(2);
    }
}
