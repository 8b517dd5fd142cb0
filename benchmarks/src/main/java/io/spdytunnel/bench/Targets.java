package io.spdytunnel.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
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

    /** What an undelayed transfer counts as at most, in MiB/s: nobody's line is faster. */
    private static final double UNDELAYED_AT_MOST = 100;

    private static final double SHARE_LEFT = 0.8;

    private static final Figures NOTHING = new Figures("", "");

    /** The figures of all cases that have been run, by their key. */
    private record Found(Map<String, Figures> cases) {
        Figures of(String key) {
            return cases.getOrDefault(key, NOTHING);
        }
    }

    /**
     * One line.
     *
     * @param key of the figures that it is judged by
     * @param who must have been measured
     * @param unit behind the figures, which are a ratio or an amount
     * @param bound what is to be reached; NaN where it depends on what is missing
     * @param measured NaN where something is missing
     */
    private record Target(
            String what,
            String key,
            List<String> who,
            boolean atLeast,
            String unit,
            ToDoubleFunction<Figures> bound,
            ToDoubleFunction<Figures> measured) {

        boolean isMetBy(double value, double bound) {
            return atLeast ? value >= bound : value <= bound;
        }

        /** Why it cannot be judged. */
        String missing(Found found) {
            if (!found.cases.containsKey(key)) {
                return "the case \"" + key.replaceAll("-.*", "") + "\" has not been run";
            }
            List<String> absent = who.stream()
                    .filter(name -> !found.of(key).contestants().contains(name))
                    .map(name -> '"' + name + '"')
                    .toList();
            return absent.isEmpty() ? "the case has no figure" : "not measured: " + String.join(" and ", absent);
        }
    }

    private static final List<Target> ALL = all();

    private Targets() {}

    private static List<Target> all() {
        List<Target> all = new ArrayList<>();
        String front = "1 KiB, 32 connections, front door: ";
        String answers = "1 KiB, 32 connections, origin answers: ";
        all.add(ratio(front + "requests/s to " + NETTY, 1.2, true, SMALL, DOOR, NETTY, SmallCase.REQUESTS));
        all.add(ratio(front + "requests/s to " + CRANKER, 6, true, SMALL, DOOR, CRANKER, SmallCase.REQUESTS));
        all.add(ratio(front + "requests/s to " + HAPROXY, 0.85, true, SMALL, DOOR, HAPROXY, SmallCase.REQUESTS));
        all.add(ratio(answers + "requests/s to " + NETTY, 2.5, true, SMALL, ANSWERS, NETTY, SmallCase.REQUESTS));
        all.add(ratio(front + "p50 to " + NETTY, 1, false, SMALL, DOOR, NETTY, SmallCase.P50));
        all.add(ratio(front + "p99 to " + NETTY, 1, false, SMALL, DOOR, NETTY, SmallCase.P99));
        all.add(amount(front + "CPU a request, both ends", 50, false, " µs", SMALL, DOOR, SmallCase.CPU));
        all.add(amount(
                front + "heap allocated a request, both ends (half of the first measurement, "
                        + Report.number(FIRST_HEAP_KIB) + " KiB)",
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
            String way = "one large transfer, " + key.substring(key.indexOf('-') + 1) + ", front door: ";
            all.add(amount(way + "with OpenSSL", 600, true, " MiB/s", key, DOOR, TransferCases.RATE));
            all.add(amount(way + "with JDK TLS", 400, true, " MiB/s", key, DOOR_JDK_TLS, TransferCases.RATE));
            all.add(ratio(way + "MiB/s to " + HAPROXY, 1, true, key, DOOR, HAPROXY, TransferCases.RATE));
            all.add(amount(way + "CPU a GiB, both ends", 2, false, " s", key, DOOR, TransferCases.CPU));
        }
        for (String how : StalledCase.HOWS) {
            String key = StalledCase.KEY;
            String readers = "64 visitors who " + how + ": ";
            double memory = StalledCase.mostMebibytes(how);
            String share = StalledCase.SHARE + how;
            String held = StalledCase.GROWN_PROXY + how;
            all.add(amount(readers + "share of requests/s left to others", SHARE_LEFT, true, "", key, DOOR, share));
            all.add(amount(readers + "memory they take at the proxy", memory, false, " MiB", key, DOOR, held));
        }
        all.add(delayed("down", DelayCase.DOWN));
        all.add(delayed("up", DelayCase.UP));
        all.add(amount(
                "an idle origin at the proxy: heap + direct + native",
                64,
                false,
                " KiB",
                IdleCase.KEY,
                IdleCase.UNUSED,
                IdleCase.IN_ALL));
    }

    private static Target ratio(
            String what, double bound, boolean atLeast, String key, String who, String other, String metric) {
        return new Target(
                what,
                key,
                List.of(who, other),
                atLeast,
                " ×",
                figures -> bound,
                figures -> figures.ratio(who, other, metric));
    }

    private static Target amount(
            String what, double bound, boolean atLeast, String unit, String key, String who, String metric) {
        return new Target(
                what, key, List.of(who), atLeast, unit, figures -> bound, figures -> figures.median(who, metric));
    }

    private static Target delayed(String way, String metric) {
        return new Target(
                "one large transfer, " + way + ", over 25 ms each way: "
                        + Report.number(SHARE_LEFT * UNDELAYED_AT_MOST) + " MiB/s, or "
                        + Report.number(SHARE_LEFT * 100) + " % of the undelayed rate if that is below "
                        + Report.number(UNDELAYED_AT_MOST) + " MiB/s",
                DelayCase.KEY,
                List.of(DOOR),
                true,
                " MiB/s",
                figures -> SHARE_LEFT * Math.min(UNDELAYED_AT_MOST, figures.median(DOOR, metric + DelayCase.UNDELAYED)),
                figures -> figures.median(DOOR, metric));
    }

    // ---- what is said of it

    /** A table of all targets of which something was measured, and sentences on the others and on who is faster. */
    static String table(List<Figures> cases) {
        Found found = new Found(cases.stream().collect(Collectors.toMap(Figures::key, figures -> figures)));
        StringBuilder rows = new StringBuilder();
        List<String> missing = new ArrayList<>();
        for (Target target : ALL) {
            double value = target.measured.applyAsDouble(found.of(target.key));
            double bound = target.bound.applyAsDouble(found.of(target.key));
            if (Double.isNaN(value) || Double.isNaN(bound)) {
                missing.add(target.what + " – " + target.missing(found));
            } else {
                rows.append(row(target, value, bound));
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
            text.append("<details><summary>Not judged: " + missing.size() + " of " + ALL.size() + "</summary>\n\n* ")
                    .append(String.join("\n* ", missing))
                    .append("\n\n</details>\n\n");
        }
        return text.append(faster(cases)).append('\n').toString();
    }

    private static String row(Target target, double value, double bound) {
        return String.format(
                Locale.ROOT,
                "| %s | %s %s%s | %s%s | %s |%n",
                target.what,
                target.atLeast ? "≥" : "≤",
                Report.number(bound),
                target.unit,
                Report.number(value),
                target.unit,
                target.isMetBy(value, bound) ? "met" : "**not met**");
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
                    String better = Figures.moreIsBetter(metric) ? " (more is better): " : " (less is better): ";
                    where.add("* " + figures.title() + ", " + metric + better + who + "\n");
                }
            }
        }
        if (!compared) {
            return "";
        }
        return where.isEmpty()
                ? "Nobody who took part was better than \"" + DOOR + "\" in what was compared.\n"
                : "Others are better than \"" + DOOR + "\" here; figures are in proportion to its own:\n\n"
                        + String.join("", where);
    }

    private static boolean isComparable(Figures figures, String name, String metric) {
        return !name.startsWith("tunnel") && !Double.isNaN(figures.ratio(name, DOOR, metric));
    }

    private static boolean isBetter(Figures figures, String name, String metric) {
        double ratio = figures.ratio(name, DOOR, metric);
        return Figures.moreIsBetter(metric) ? ratio > 1 : ratio < 1;
    }
}
