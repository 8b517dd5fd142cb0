package io.spdytunnel.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs JMH as its own main does, and writes what it found as a table, too: time and allocation side by side. */
final class Jmh {

    private static final Logger LOG = LoggerFactory.getLogger(Jmh.class);
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private Jmh() {}

    /**
     * JMH takes each option once, so those not given get their value here. The first argument is the table's file, the others
     * are JMH's.
     */
    public static void main(String[] arguments) throws CommandLineOptionException, RunnerException, IOException {
        String[] options = new String[arguments.length - 1];
        System.arraycopy(arguments, 1, options, 0, options.length);
        CommandLineOptions given = new CommandLineOptions(options);
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .parent(given)
                        .addProfiler(GCProfiler.class)
                        .forks(given.getForkCount().orElse(1))
                        .warmupIterations(given.getWarmupIterations().orElse(3))
                        .warmupTime(given.getWarmupTime().orElse(TimeValue.seconds(2)))
                        .measurementIterations(given.getMeasurementIterations().orElse(5))
                        .measurementTime(given.getMeasurementTime().orElse(TimeValue.seconds(2)))
                        .build())
                .run();
        String table = Machine.describe() + "\n"
                + "| benchmark | parameters | time | ± | unit | allocated bytes |\n|---|---|---:|---:|---|---:|\n"
                + results.stream().map(Jmh::row).collect(Collectors.joining());
        Files.writeString(Path.of(arguments[0]), table);
        LOG.info("written to {}\n{}", arguments[0], table);
    }

    private static String row(RunResult run) {
        Result<?> time = run.getPrimaryResult();
        BenchmarkParams of = run.getParams();
        String parameters = of.getParamsKeys().stream()
                .map(name -> name + " " + of.getParam(name))
                .collect(Collectors.joining(", "));
        Result<?> allocated = run.getSecondaryResults().get(ALLOCATED);
        String name = of.getBenchmark().replaceAll("^.*\\.(\\w+\\.\\w+)$", "$1");
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.1f | %.1f | %s | %s |%n",
                name,
                parameters,
                time.getScore(),
                Double.isNaN(time.getScoreError()) ? 0 : time.getScoreError(),
                time.getScoreUnit(),
                allocated == null ? "" : String.format(Locale.ROOT, "%.0f", allocated.getScore()));
    }
}
