package io.spdytunnel.tunnel;

import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/** Reads Retry-After of a refusal (RFC 9110, 10.2.3): a number of seconds, or a date. */
final class RetryAfter {

    private RetryAfter() {}

    /**
     * How long to wait; null if the answer has no valid Retry-After. A date is compared with the answer's own Date, so
     * that the clocks need not agree; without one, with {@code now}.
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
