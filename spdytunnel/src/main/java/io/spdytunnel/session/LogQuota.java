package io.spdytunnel.session;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.event.Level;

/**
 * Limits the log lines of each subject per minute, so that no peer can fill the log. Lines above the limit belong to
 * DEBUG. Thread-safe.
 *
 * <p>Remembers the last 1000 subjects.
 */
public final class LogQuota {

    private static final long MINUTE_NANOS = 60_000_000_000L;
    private static final int MAX_SUBJECTS = 1000;

    private final int linesPerMinute;
    private final LongSupplier nanoTime;
    private final Map<String, Minute> minutes = new LinkedHashMap<>(); // guarded by this

    /** @param linesPerMinute for each subject, at least 1 */
    public LogQuota(int linesPerMinute) {
        this(linesPerMinute, System::nanoTime);
    }

    /** @param nanoTime the clock, as {@link System#nanoTime} */
    public LogQuota(int linesPerMinute, LongSupplier nanoTime) {
        this.linesPerMinute = linesPerMinute;
        this.nanoTime = nanoTime;
    }

    /** WARN as long as {@link #allows} is true of the subject, then DEBUG. */
    public Level warning(String subject) {
        return allows(subject) ? Level.WARN : Level.DEBUG;
    }

    /** Whether this subject may have one more line now; if so, it is counted. */
    public synchronized boolean allows(String subject) {
        long now = nanoTime.getAsLong();
        Minute minute = minutes.get(subject);
        if (minute == null || now - minute.began >= MINUTE_NANOS) {
            minute = new Minute(now);
            minutes.remove(subject); // to be the youngest again
            minutes.put(subject, minute);
            if (minutes.size() > MAX_SUBJECTS) {
                minutes.remove(minutes.keySet().iterator().next());
            }
        }
        if (minute.lines == linesPerMinute) {
            return false;
        }
        minute.lines++;
        return true;
    }

    private static final class Minute {
        private final long began;
        private int lines;

        private Minute(long began) {
            this.began = began;
        }
    }
}
