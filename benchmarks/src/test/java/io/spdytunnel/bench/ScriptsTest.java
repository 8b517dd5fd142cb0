package io.spdytunnel.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.runner.options.CommandLineOptions;

class ScriptsTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"-h", "--help"})
    void helpOfRunNamesAllThatCanBeSaid(String asked) throws Exception {
        List<String> lines = Command.run(10, "./run", "small", asked).lines().toList();

        assertThat(lines.get(0)).startsWith("benchmarks/run "); // nothing before it: no log, no building
        assertThat(lines)
                .containsAll(
                        Contestants.names().stream().map(name -> "  " + name).toList());
        assertThat(String.join("\n", lines))
                .contains(String.join(" ", Bench.caseNames()))
                .contains("--only=", "--quick", "--seconds=", "--warm=", "--repeats=", "--jvm=", "--results=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-h", "--help"})
    void helpOfJmhNamesAllClasses(String asked) throws Exception {
        List<String> lines = Command.run(10, "./jmh", asked).lines().toList();

        assertThat(lines.get(0)).startsWith("benchmarks/jmh ");
        assertThat(lines)
                .containsAll(
                        benchmarkClasses().stream().map(name -> "  " + name).toList());
    }

    @Test
    void readmeTellsWhatEachClassMeasures() throws Exception {
        String readme = Files.readString(Path.of("README.md"));

        assertThat(benchmarkClasses()).isNotEmpty().allSatisfy(name -> assertThat(readme)
                .contains("| `" + name.replace("Benchmark", "") + "` |"));
    }

    @Test
    void regexThatNobodyHasLeavesNoFile() throws Exception {
        Path results = directory.resolve("results.json");
        CommandLineOptions given = new CommandLineOptions("-rf", "json", "-rff", results.toString(), "NoSuchBenchmark");

        assertThatThrownBy(() -> Jmh.run(directory.resolve("table.md"), given))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no benchmark's name has NoSuchBenchmark");
        assertThat(directory).isEmptyDirectory();
    }

    private static List<String> benchmarkClasses() throws Exception {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("Benchmark.java"))
                    .map(name -> name.replace(".java", ""))
                    .toList();
        }
    }
}
