package io.spdytunnel.tunnel;

import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/** When a refusal says to come again (RFC 9110, 10.2.3): in so many seconds, or at a date. */
final class RetryAfter {

    private RetryAfter() {}

    /**
     * How long to wait; null if the answer does not say, or nothing that can be understood. A date is compared with the
     * answer's own, so that clocks need not agree; with {@code now} where it has none.
     */
    static @Nullable Duration of(HttpHeaders answer, Instant now) {
        String value = answer.get(HttpHeaderNames.RETRY_AFTER);
        if (value == null) {
            return null;
        }
        String text = value.strip();
        if (text.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        Instant until = date(text);
        if (until == null) {
            return null;
        }
        Instant said = date(answer.get(HttpHeaderNames.DATE));
        Duration wait = Duration.between(said == null ? now : said, until);
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    private static @Nullable Instant date(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        Date date = DateFormatter.parseHttpDate(text);
        return date == null ? null : date.toInstant();
    }
}
