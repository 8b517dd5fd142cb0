package io.spdytunnel.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What is to be reached, judged by what was measured, and where others are faster. */
final class Targets {

    static final String DOOR = "tunnel, front door";
    static final String DOOR_JDK_TLS = "tunnel, front door, JDK TLS";
    private static final String ANSWERS = "tunnel, origin answers";
    private static final String NETTY = "netty-http, no tunnel";
    private static final String CRANKER = "Cranker";
    private static final String HAPROXY = "HAProxy reversed h2";
    private static final String SMALL = SmallCase.KEY + 32;
    private static final String[] BIG = {TransferCases.DOWN, TransferCases.UP};

    /** At the first measurement, see NOTES.md. */
    private static final double FIRST_HEAP_KIB = 31.8;

    /** The figures of all cases that have been run, by their key. */
    private record Found(Map<String, Figures> cases) {
        Figures of(String key) {
            return cases.getOrDefault(key, NOTHING);
        }

        double median(String key, String contestant, String metric) {
            return of(key).median(contestant, metric);
        }
    }

    private static final Figures NOTHING = new Figures("", "");

    /**
     * One line.
     *
     * @param unit behind the figures, which are a ratio or an amount
     * @param measured from what was found; NaN where a contestant or the case is missing
     */
    private record Target(String what, boolean atLeast, double bound, String unit, Function<Found, Double> measured) {

        boolean isMetBy(double value) {
            return atLeast ? value >= bound : value <= bound;
        }
    }

    private static final List<Target> ALL = all();

    private Targets() {}

    private static List<Target> all() {
        List<Target> all = new ArrayList<>();
        String requests = "requests/s, 1 KiB, 32 connections, ";
        all.add(ratio(requests + "to " + NETTY, 1.2, true, SMALL, DOOR, NETTY, SmallCase.REQUESTS));
        all.add(ratio(requests + "to " + CRANKER, 6, true, SMALL, DOOR, CRANKER, SmallCase.REQUESTS));
        all.add(ratio(requests + "to " + HAPROXY, 0.85, true, SMALL, DOOR, HAPROXY, SmallCase.REQUESTS));
        all.add(ratio(requests + "origin answers, to " + NETTY, 2.5, true, SMALL, ANSWERS, NETTY, SmallCase.REQUESTS));
        all.add(ratio("p50 there, to " + NETTY, 1, false, SMALL, DOOR, NETTY, SmallCase.P50));
        all.add(ratio("p99 there, to " + NETTY, 1, false, SMALL, DOOR, NETTY, SmallCase.P99));
        all.add(amount("CPU a request there, both ends", 50, false, " µs", SMALL, DOOR, SmallCase.CPU));
        all.add(amount(
                "heap allocated a request there, both ends (half of the first measurement)",
                FIRST_HEAP_KIB / 2,
                false,
                " KiB",
                SMALL,
                DOOR,
                SmallCase.HEAP));
        addMore(all);
        return all;
    }

    private static void addMore(List<Target> all) {
        for (String key : BIG) {
            String way = "one large transfer, " + key.substring(key.indexOf('-') + 1) + ", ";
            all.add(amount(way + "OpenSSL", 600, true, " MiB/s", key, DOOR, TransferCases.RATE));
            all.add(amount(way + "JDK TLS", 400, true, " MiB/s", key, DOOR_JDK_TLS, TransferCases.RATE));
            all.add(ratio(way + "to " + HAPROXY, 1, true, key, DOOR, HAPROXY, TransferCases.RATE));
            all.add(amount(way + "CPU a GiB, both ends", 2, false, " s", key, DOOR, TransferCases.CPU));
        }
        for (String how : StalledCase.HOWS) {
            all.add(amount(
                    "share of requests/s beside 64 visitors who " + how,
                    0.8,
                    true,
                    "",
                    StalledCase.KEY,
                    DOOR,
                    StalledCase.SHARE + how));
            all.add(amount(
                    "memory these take, at the proxy",
                    StalledCase.mostMebibytes(how),
                    false,
                    " MiB",
                    StalledCase.KEY,
                    DOOR,
                    StalledCase.GROWN_PROXY + how));
        }
        for (String way : List.of(DelayCase.DOWN, DelayCase.UP)) {
            all.add(new Target(
                    "25 ms each way, " + way + " to those undelayed or to 100, whichever is less",
                    true,
                    0.8,
                    " ×",
                    found -> delayed(found, way)));
        }
        all.add(new Target(
                "idle origin at the proxy, heap + direct + native",
                false,
                64,
                " KiB",
                found -> found.median(IdleCase.KEY, IdleCase.UNUSED, IdleCase.IN_ALL)));
    }

    private static Target ratio(
            String what, double bound, boolean atLeast, String key, String who, String other, String metric) {
        return new Target(what, atLeast, bound, " ×", found -> found.of(key).ratio(who, other, metric));
    }

    private static Target amount(
            String what, double bound, boolean atLeast, String unit, String key, String who, String metric) {
        return new Target(what, atLeast, bound, unit, found -> found.median(key, who, metric));
    }

    private static double delayed(Found found, String way) {
        double undelayed = found.median(DelayCase.KEY, DOOR, way + DelayCase.UNDELAYED);
        return found.median(DelayCase.KEY, DOOR, way) / Math.min(100, undelayed);
    }

    // ---- what is said of it

    /** A table of all targets of which something was measured, and sentences on the others and on who is faster. */
    static String table(List<Figures> cases) {
        Found found = new Found(cases.stream().collect(Collectors.toMap(Figures::key, figures -> figures)));
        StringBuilder rows = new StringBuilder();
        List<String> missing = new ArrayList<>();
        for (Target target : ALL) {
            double value = target.measured.apply(found);
            if (Double.isNaN(value)) {
                missing.add(target.what);
            } else {
                rows.append(row(target, value));
            }
        }
        StringBuilder text = new StringBuilder("## What was to be reached\n\n");
        if (!rows.isEmpty()) {
            text.append("Of \"" + DOOR + "\" unless the line says otherwise.\n\n");
            text.append("| | target | measured | |\n|---|---:|---:|---|\n")
                    .append(rows)
                    .append('\n');
        }
        if (!missing.isEmpty()) {
            text.append("<details><summary>Not judged, for want of the case or of a contestant: " + missing.size()
                            + " of " + ALL.size() + "</summary>\n\n* ")
                    .append(String.join("\n* ", missing))
                    .append("\n\n</details>\n\n");
        }
        return text.append(faster(cases)).append('\n').toString();
    }

    private static String row(Target target, double value) {
        return String.format(
                Locale.ROOT,
                "| %s | %s %s%s | %s%s | %s |%n",
                target.what,
                target.atLeast ? "≥" : "≤",
                Report.number(target.bound),
                target.unit,
                Report.number(value),
                target.unit,
                target.isMetBy(value) ? "met" : "**not met**");
    }

    /** Contestants other than ours that do better than the tunnel with front door, and by how much. */
    private static String faster(List<Figures> cases) {
        List<String> where = new ArrayList<>();
        boolean compared = false;
        for (Figures figures : cases) {
            for (String metric : figures.comparedMetrics()) {
                compared |= figures.contestants().stream().anyMatch(name -> isComparable(figures, name, metric));
                String who = figures.contestants().stream()
                        .filter(name -> isComparable(figures, name, metric) && isBetter(figures, name, metric))
                        .map(name -> String.format(Locale.ROOT, "%s %.2f ×", name, figures.ratio(name, DOOR, metric)))
                        .collect(Collectors.joining(", "));
                if (!who.isEmpty()) {
                    where.add("* " + figures.title() + ", " + metric + ": " + who + "\n");
                }
            }
        }
        if (!compared) {
            return "";
        }
        return where.isEmpty()
                ? "Nobody who took part was better than \"" + DOOR + "\" in what was compared.\n"
                : "Others are better than \"" + DOOR + "\" here:\n\n" + String.join("", where);
    }

    private static boolean isComparable(Figures figures, String name, String metric) {
        return !name.startsWith("tunnel") && !Double.isNaN(figures.ratio(name, DOOR, metric));
    }

    private static boolean isBetter(Figures figures, String name, String metric) {
        double ratio = figures.ratio(name, DOOR, metric);
        return Figures.moreIsBetter(metric) ? ratio > 1 : ratio < 1;
    }
}
