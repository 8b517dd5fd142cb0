package io.spdytunnel.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How long and how often.
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

    static final String USAGE = """
            benchmarks/run [options] [cases]
              cases             small big parallel stalled delay idle churn; all of them if none is named
              --quick           2 s each, once, small sizes: to see that everything works
              --seconds=N       of each measurement (5)
              --warm=N          seconds of load before a program is measured (15)
              --repeats=N       of each measurement; contestants take turns (3)
              --only=NAME       contestants whose names begin so, such as "tunnel, front"; repeat it for more of them;
                                "direct" is always there
              --jvm=-XA,-XB     options of all Java programs (-Xmx1g)
              --results=DIR     where tables and plots go (benchmarks/results)
            """;

    /** @throws IllegalArgumentException for what cannot be understood */
    static Options parse(String[] arguments, List<String> allCases) {
        List<String> cases = new ArrayList<>();
        List<String> only = new ArrayList<>();
        List<String> jvm = List.of("-Xmx1g");
        Path results = Path.of("benchmarks/results");
        boolean quick = List.of(arguments).contains("--quick");
        int seconds = quick ? 2 : 5;
        int warm = quick ? 2 : 15;
        int repeats = quick ? 1 : 3;
        for (String argument : arguments) {
            String value = argument.substring(argument.indexOf('=') + 1);
            if (argument.startsWith("--seconds=")) {
                seconds = Integer.parseInt(value);
            } else if (argument.startsWith("--warm=")) {
                warm = Integer.parseInt(value);
            } else if (argument.startsWith("--repeats=")) {
                repeats = Integer.parseInt(value);
            } else if (argument.startsWith("--only=")) {
                only.add(value); // names have commas
            } else if (argument.startsWith("--jvm=")) {
                jvm = List.of(value.split(",", -1));
            } else if (argument.startsWith("--results=")) {
                results = Path.of(value);
            } else if (allCases.contains(argument)) {
                cases.add(argument);
            } else if (!argument.equals("--quick")) {
                throw new IllegalArgumentException(
                        (argument.equals("--help") ? "" : "neither an option nor a case: " + argument + "\n") + USAGE);
            }
        }
        return new Options(cases.isEmpty() ? allCases : cases, only, seconds, warm, repeats, quick, jvm, results);
    }
}
