package io.spdytunnel.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Where and with what a result was found. Without that a figure says nothing. */
final class Machine {

    private Machine() {}

    /** A few lines of Markdown. */
    static String describe() {
        return "* "
                + ZonedDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT))
                + " UTC, commit " + System.getProperty("bench.commit", "unknown") + "\n"
                + "* " + Runtime.getRuntime().availableProcessors() + " cores of " + cpu() + ", " + memory()
                + " GiB, Linux "
                + System.getProperty("os.version") + "\n"
                + "* Java " + Runtime.version() + ", load average before: " + loadAverage() + "\n";
    }

    /** What else is at work: figures of a machine that has other things to do are noise. */
    static String loadAverage() {
        return firstOf("/proc/loadavg", "").replaceAll(" \\d+/\\d+ \\d+$", "");
    }

    private static String cpu() {
        return firstOf("/proc/cpuinfo", "model name").replaceAll("^[^:]*: *", "");
    }

    private static long memory() {
        String kilobytes = firstOf("/proc/meminfo", "MemTotal").replaceAll("\\D", "");
        return kilobytes.isEmpty() ? 0 : Long.parseLong(kilobytes) >> 20;
    }

    private static String firstOf(String file, String begin) {
        try {
            List<String> lines = Files.readAllLines(Path.of(file));
            return lines.stream()
                    .filter(line -> line.startsWith(begin))
                    .findFirst()
                    .orElse("");
        } catch (IOException notLinux) {
            return "";
        }
    }
}
