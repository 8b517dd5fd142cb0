package io.spdytunnel.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** When a proxy says that an origin may come again (RFC 9110, 10.2.3). */
class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static Duration wait(String retryAfter, String date) {
        HttpHeaders answer = new DefaultHttpHeaders().add("Retry-After", retryAfter);
        if (date != null) {
            answer.add("Date", date);
        }
        return RetryAfter.of(answer, NOW);
    }

    @Test
    void secondsAreSeconds() {
        assertThat(wait("90", null)).isEqualTo(Duration.ofSeconds(90));
        assertThat(wait("0", null)).isZero();
    }

    @Test
    void aDateIsComparedWithTheAnswersOwn() {
        assertThat(wait("Sun, 01 Mar 2026 09:01:00 GMT", "Sun, 01 Mar 2026 09:00:00 GMT"))
                .isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void orWithOurClockWhereThereIsNone() {
        assertThat(wait("Sun, 01 Mar 2026 12:02:00 GMT", null)).isEqualTo(Duration.ofMinutes(2));
        assertThat(wait("Sun, 01 Mar 2026 11:00:00 GMT", null)).isZero();
    }

    @Test
    void whatIsNeitherSaysNothing() {
        assertThat(wait("soon", null)).isNull();
        assertThat(wait("-5", null)).isNull();
        assertThat(wait("12345678901", null)).isNull();
        assertThat(RetryAfter.of(new DefaultHttpHeaders(), NOW)).isNull();
    }
}
