package io.spdytunnel.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.spdytunnel.http.OutcomeUnknown;
import io.spdytunnel.http.RequestNotSent;
import io.spdytunnel.http.TunnelFailure;
import io.spdytunnel.testing.RecordingLog;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

/** What the operator reads of failures, and what visitors do. */
class FailureLogTest {

    private final AtomicLong nanos = new AtomicLong();
    private final RecordingLog log = new RecordingLog();
    private final FailureLog failures = new FailureLog(log, nanos::get);

    private static TunnelFailure broken() {
        return new OutcomeUnknown(502, "the tunnel failed: stream 3: reset", "the tunnel failed");
    }

    @Test
    void theSameOriginAndStatusIsALineAMinute() {
        for (int i = 0; i < 100; i++) {
            failures.replied("shop42", broken());
        }
        failures.replied("shop42", new OutcomeUnknown(504, "no answer within 30000 ms (responseTimeout)"));
        failures.replied("attic", broken());

        assertThat(log.lines(Level.WARN))
                .containsExactly(
                        "WARN origin shop42: a visitor got 502: the tunnel failed: stream 3: reset",
                        "WARN origin shop42: a visitor got 504: no answer within 30000 ms (responseTimeout)",
                        "WARN origin attic: a visitor got 502: the tunnel failed: stream 3: reset");
        assertThat(log.lines(Level.DEBUG)).hasSize(99);

        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        failures.replied("shop42", broken());
        assertThat(log.lines(Level.WARN)).hasSize(4);
    }

    @Test
    void allOriginsTogetherAreNoMoreThanAnybodyReads() {
        for (int i = 0; i < 200; i++) {
            failures.replied("origin" + i, broken());
        }

        assertThat(log.lines(Level.WARN)).hasSize(FailureLog.LINES_PER_MINUTE);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 413, 431, 499})
    void whatVisitorsDoThemselvesIsNoWarning(int status) {
        failures.replied("shop42", new RequestNotSent(status, "its own doing"));

        assertThat(log.lines(Level.WARN)).isEmpty();
        assertThat(log.lines()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504})
    void visitorsReadNothingOfWhatIsInside(int status) {
        String inside = "stream 3 of spdytunnel:shop42 [bodyIdleTimeout]";

        assertThat(new RequestNotSent(status, inside).forVisitor())
                .isNotBlank()
                .doesNotContain("stream", "shop42", "[");
        assertThat(new OutcomeUnknown(status, inside).forVisitor())
                .isNotBlank()
                .doesNotContain("stream", "shop42", "[");
        assertThat(new OutcomeUnknown(status, inside)).hasMessage(inside);
    }
}
