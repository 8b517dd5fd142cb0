package io.spdytunnel.fields;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The value of the Date header, made once a second. */
public final class HttpDate {

    private record Text(long second, String value) {}

    private static final Clock CLOCK = Clock.systemUTC();

    /** RFC 9110 5.6.7; the constant RFC_1123_DATE_TIME writes days of one digit. */
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static volatile Text last = new Text(-1, "");

    private HttpDate() {}

    public static String now() {
        long millis = CLOCK.millis();
        Text text = last;
        if (text.second() != millis / 1000) {
            text = new Text(millis / 1000, FORMAT.format(Instant.ofEpochMilli(millis)));
            last = text;
        }
        return text.value();
    }
}
