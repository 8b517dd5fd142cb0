package io.spdytunnel.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How long and how often; {@code benchmarks/run} has a text on them all.
 *
 * @param cases that are run, in this order
 * @param contestants whose names begin so take part; empty for all
 * @param seconds of each measurement
 * @param warmSeconds of load before a contestant is measured for the first time
 * @param repeats of each measurement; contestants take turns
 * @param quick whether sizes and numbers are small, too: to see that all works, the figures mean nothing
 * @param jvm options of all Java programs, ours and others
 * @param results directory for what is written
 */
record Options(
        List<String> cases,
        List<String> contestants,
        int seconds,
        int warmSeconds,
        int repeats,
        boolean quick,
        List<String> jvm,
        Path results) {

    /**
     * @param allCases in the order in which they are run if none is named
     * @param allContestants names of those who could take part
     * @throws IllegalArgumentException for what cannot be understood or would find nothing
     */
    static Options parse(String[] arguments, List<String> allCases, List<String> allContestants) {
        Set<String> cases = new LinkedHashSet<>();
        List<String> only = new ArrayList<>();
        List<String> jvm = List.of("-Xmx1g");
        boolean quick = List.of(arguments).contains("--quick");
        Path results = Path.of(quick ? "benchmarks/target/results" : "benchmarks/results"); // those are committed
        int seconds = quick ? 2 : 5;
        int warm = quick ? 2 : 15;
        int repeats = quick ? 1 : 3;
        for (String argument : arguments) {
            if (argument.startsWith("--seconds=")) {
                seconds = number(argument, 1, 3600);
            } else if (argument.startsWith("--warm=")) {
                warm = number(argument, 0, 3600);
            } else if (argument.startsWith("--repeats=")) {
                repeats = number(argument, 1, 1000);
            } else if (argument.startsWith("--only=")) {
                only.add(contestant(argument, allContestants));
            } else if (argument.startsWith("--jvm=")) {
                jvm = jvm(argument);
            } else if (argument.startsWith("--results=")) {
                results = Path.of(valueOf(argument));
            } else if (allCases.contains(argument)) {
                cases.add(argument);
            } else if (!argument.equals("--quick")) {
                throw new IllegalArgumentException(
                        argument + ": neither an option nor a case; benchmarks/run --help lists them");
            }
        }
        List<String> wanted = cases.isEmpty() ? allCases : List.copyOf(cases);
        return new Options(wanted, only, seconds, warm, repeats, quick, jvm, results);
    }

    /** Not empty. */
    private static String valueOf(String argument) {
        String value = argument.substring(argument.indexOf('=') + 1);
        if (value.isEmpty()) {
            throw new IllegalArgumentException(argument + ": the value is missing");
        }
        return value;
    }

    private static int number(String argument, int least, int most) {
        String value = valueOf(argument);
        if (value.matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(value);
            if (least <= number && number <= most) {
                return number;
            }
        }
        throw new IllegalArgumentException(argument + ": must be a number from " + least + " to " + most);
    }

    /** One a time, since names have commas. */
    private static String contestant(String argument, List<String> all) {
        String begin = valueOf(argument);
        if (all.stream().noneMatch(name -> name.startsWith(begin))) {
            throw new IllegalArgumentException(
                    argument + ": no contestant's name begins so; there are\n  " + String.join("\n  ", all));
        }
        return begin;
    }

    private static List<String> jvm(String argument) {
        List<String> options = List.of(valueOf(argument).split(",", -1));
        for (String option : options) {
            if (!option.startsWith("-")) {
                throw new IllegalArgumentException(argument + ": \"" + option + "\" does not begin with a dash");
            }
        }
        return options;
    }

    /**
     * Finds out before the first program starts what would stop the last one.
     *
     * @throws IllegalArgumentException where results cannot be written, or no JVM starts with these options
     */
    void tryOut() throws InterruptedException {
        try {
            Files.createDirectories(results);
            Files.delete(Files.createTempFile(results, "bench", ".tmp")); // root may write where it cannot
        } catch (IOException unusable) {
            throw new IllegalArgumentException("--results=" + results + ": cannot be written: " + unusable, unusable);
        }
        List<String> java = new ArrayList<>();
        java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        java.addAll(jvm);
        java.add("-version");
        try {
            Command.run(30, java);
        } catch (IOException refused) {
            throw new IllegalArgumentException(
                    "--jvm=" + String.join(",", jvm) + ": no JVM starts so: " + refused.getMessage(), refused);
        }
    }
}
