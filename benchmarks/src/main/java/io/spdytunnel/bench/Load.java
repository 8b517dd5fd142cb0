package io.spdytunnel.bench;

import java.io.IOException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Small requests as fast as they are answered, a number of connections at a time: by wrk, or by our own generator. */
final class Load {

    /**
     * What came of it.
     *
     * @param rate answered requests per second
     * @param requests answered requests
     * @param p50 milliseconds that half of them took at most
     * @param p99 milliseconds that 99 % of them took at most
     * @param errors requests that failed, or had another status than 200
     */
    record Result(double rate, long requests, double p50, double p99, long errors) {}

    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in");
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([\\d.]+)");
    private static final Pattern NOT_200 = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");
    private static final Pattern SOCKET =
            Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");

    private final boolean wrk = Command.exists("wrk");

    String generator() {
        return wrk ? Command.version("wrk", "-v") : "built in";
    }

    /** @param seconds more than zero */
    Result run(Site site, String path, int connections, int seconds) throws IOException, InterruptedException {
        if (!wrk) {
            return BuiltInLoad.run(site, path, connections, seconds, Long.MAX_VALUE, true);
        }
        String output = Command.run(
                seconds + 30,
                "wrk",
                "-t1",
                "-c" + connections,
                "-d" + seconds + "s",
                "--timeout",
                "10s",
                "--latency",
                "-H",
                "Host: " + site.hostHeader(),
                "http://" + site.host() + ":" + site.port() + path);
        return parsed(output);
    }

    /** @throws IOException for what wrk would not say */
    static Result parsed(String output) throws IOException {
        Matcher sockets = SOCKET.matcher(output);
        long errors = number(NOT_200, output);
        if (sockets.find()) {
            for (int i = 1; i <= sockets.groupCount(); i++) {
                errors += Long.parseLong(sockets.group(i));
            }
        }
        Matcher rate = RATE.matcher(output);
        if (!rate.find()) {
            throw new IOException("wrk has said no rate: " + output);
        }
        return new Result(
                Double.parseDouble(rate.group(1)),
                number(REQUESTS, output),
                percentile("50", output),
                percentile("99", output),
                errors);
    }

    private static long number(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }

    private static double percentile(String percent, String output) {
        Matcher found =
                Pattern.compile("\\s" + percent + "%\\s+([\\d.]+)(us|ms|s|m)").matcher(output);
        if (!found.find()) {
            return Double.NaN;
        }
        double value = Double.parseDouble(found.group(1));
        return switch (found.group(2).toLowerCase(Locale.ROOT)) {
            case "us" -> value / 1000;
            case "ms" -> value;
            case "s" -> value * 1000;
            default -> value * 60_000;
        };
    }
}
