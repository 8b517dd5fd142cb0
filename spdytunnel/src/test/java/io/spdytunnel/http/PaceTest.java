package io.spdytunnel.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bodies that share a pace, by the clock of an event loop that only the test turns. */
class PaceTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private long now;
    private int first;
    private int second;

    @BeforeEach
    void freeze() {
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void pass(Duration time) {
        for (long left = time.toMillis(); left > 0; left -= 10) {
            now += TimeUnit.MILLISECONDS.toNanos(10);
            channel.advanceTimeBy(10, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
        }
    }

    @Test
    void creditComesBackNoFasterThanThePaceAndAllOfIt() {
        PacedCredit credit = new PacedCredit(channel.eventLoop(), new Pace(10_000, () -> now), bytes -> first += bytes);

        credit.consumed(60_000);

        assertThat(first).as("a second's worth is spare").isBetween(9_000, 10_000);
        pass(Duration.ofSeconds(2));
        assertThat(first).isBetween(28_000, 30_000);
        pass(Duration.ofSeconds(4));
        assertThat(first).isEqualTo(60_000);
    }

    @Test
    void twoBodiesHaveHalfOfItEach() {
        Pace pace = new Pace(10_000, () -> now);
        PacedCredit one = new PacedCredit(channel.eventLoop(), pace, bytes -> first += bytes);
        PacedCredit other = new PacedCredit(channel.eventLoop(), pace, bytes -> second += bytes);
        one.consumed(500_000);
        other.consumed(500_000);
        int spare = first;

        pass(Duration.ofSeconds(20));

        assertThat(first - spare).isBetween(95_000, 105_000);
        assertThat(second).isBetween(95_000, 105_000);
    }

    @Test
    void whatABodyStillOwesAtItsEndIsOwedAllTheSame() {
        Pace pace = new Pace(10_000, () -> now);
        PacedCredit credit = new PacedCredit(channel.eventLoop(), pace, bytes -> first += bytes);
        credit.consumed(40_000);

        credit.end();
        credit.consumed(20_000);

        assertThat(first).as("nothing is held back for a stream that is over").isEqualTo(60_000);
        assertThat(pace.owed()).isBetween(Duration.ofMillis(4990), Duration.ofSeconds(5));
        pass(Duration.ofSeconds(60));
        assertThat(first).as("and nothing comes twice").isEqualTo(60_000);
    }
}
