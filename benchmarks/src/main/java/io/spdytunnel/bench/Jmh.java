package io.spdytunnel.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs JMH as its own main does, and writes what it found as a table, too: time and allocation side by side. */
final class Jmh {

    private static final Logger LOG = LoggerFactory.getLogger(Jmh.class);
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private Jmh() {}

    /** The first argument is the table's file, the others are JMH's. */
    public static void main(String[] arguments) throws RunnerException, IOException {
        Path table = Path.of(arguments[0]);
        try {
            run(table, new CommandLineOptions(Arrays.copyOfRange(arguments, 1, arguments.length)));
        } catch (CommandLineOptionException | IllegalArgumentException wrong) {
            LOG.error("{}; benchmarks/jmh --help tells more", wrong.getMessage());
            System.exit(2);
        }
    }

    /**
     * JMH takes each option once, so those not given get their value here.
     *
     * @throws IllegalArgumentException for names that no benchmark has; JMH itself would leave an empty file of results
     */
    static void run(Path table, CommandLineOptions given) throws RunnerException, IOException {
        if (found(given).isEmpty()) {
            throw new IllegalArgumentException("no benchmark's name has " + String.join(" or ", given.getIncludes()));
        }
        Path directory = table.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
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
        String said = Machine.describe() + "\n"
                + "| benchmark | parameters | time | ± | unit | allocated bytes |\n|---|---|---:|---:|---|---:|\n"
                + results.stream().map(Jmh::row).collect(Collectors.joining());
        Files.writeString(table, said);
        LOG.info("written to {}\n{}", table, said);
    }

    private static Set<BenchmarkListEntry> found(CommandLineOptions given) {
        OutputFormat nowhere = OutputFormatFactory.createFormatInstance(
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8), VerboseMode.SILENT);
        return BenchmarkList.defaultList().find(nowhere, given.getIncludes(), given.getExcludes());
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
