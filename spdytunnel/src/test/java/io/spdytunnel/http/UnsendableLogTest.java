package io.spdytunnel.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.spdytunnel.testing.RecordingLog;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** An application that always answers what cannot be sent, and visitors who ask it in a loop. */
class UnsendableLogTest {

    @Test
    void aMinuteHasOnlySoManyLines() {
        AtomicLong nanos = new AtomicLong();
        RecordingLog log = new RecordingLog();
        UnsendableLog unsendable = new UnsendableLog(log, nanos::get);

        for (int i = 0; i < 1000; i++) {
            unsendable.tell("the answer on stream " + i, "header x-mine: 0x0a in its value");
        }
        assertThat(log.lines(Level.WARN))
                .hasSize(UnsendableLog.LINES_PER_MINUTE)
                .startsWith("WARN the answer on stream 0 cannot be sent, 502 is sent instead:"
                        + " header x-mine: 0x0a in its value");
        assertThat(log.lines(Level.DEBUG)).hasSize(1000 - UnsendableLog.LINES_PER_MINUTE);

        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        unsendable.tell("the answer on stream 1001", "header x-mine: 0x0a in its value");
        assertThat(log.lines(Level.WARN)).hasSize(UnsendableLog.LINES_PER_MINUTE + 1);
    }
}
