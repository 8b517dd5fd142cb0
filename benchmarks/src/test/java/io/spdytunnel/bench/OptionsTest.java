package io.spdytunnel.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptionsTest {

    private static final List<String> CASES = List.of("small", "big");
    private static final List<String> CONTESTANTS = List.of("direct", "tunnel, front door", "Cranker");

    @TempDir
    private Path directory;

    private static Options parsed(String... arguments) {
        return Options.parse(arguments, CASES, CONTESTANTS);
    }

    @Test
    void withoutArgumentsAllCasesAreRun() {
        assertThat(parsed().cases()).containsExactly("small", "big");
        assertThat(parsed().contestants()).isEmpty();
        assertThat(parsed().quick()).isFalse();
    }

    @Test
    void casesAreRunInTheOrderGiven() {
        assertThat(parsed("big", "small").cases()).containsExactly("big", "small");
    }

    @Test
    void contestantsAreNamedOneAtATimeAndKeepTheirCommas() {
        assertThat(parsed("--only=tunnel, front door", "--only=Cranker").contestants())
                .containsExactly("tunnel, front door", "Cranker");
    }

    @Test
    void quickIsShortUnlessSaidOtherwiseInWhateverOrder() {
        Options options = parsed("--seconds=7", "--quick");

        assertThat(options.seconds()).isEqualTo(7);
        assertThat(options.warmSeconds()).isEqualTo(2);
        assertThat(options.repeats()).isEqualTo(1);
    }

    @Test
    void jvmOptionsAreTakenApartAtCommas() {
        assertThat(parsed("--jvm=-Xmx2g,-XX:+UseParallelGC").jvm()).containsExactly("-Xmx2g", "-XX:+UseParallelGC");
    }

    @Test
    void resultsGoWhereTheyAreWanted() {
        assertThat(parsed("--results=elsewhere").results()).isEqualTo(Path.of("elsewhere"));
    }

    @Test
    void resultsOfAQuickRunDoNotGoAmongThoseThatAreCommitted() {
        assertThat(parsed().results()).isEqualTo(Path.of("benchmarks/results"));
        assertThat(parsed("--quick").results()).isEqualTo(Path.of("benchmarks/target/results"));
        assertThat(parsed("--results=elsewhere", "--quick").results()).isEqualTo(Path.of("elsewhere"));
    }

    @Test
    void caseThatIsNamedTwiceIsRunOnce() {
        assertThat(parsed("big", "small", "big").cases()).containsExactly("big", "small");
    }

    @Test
    void whatIsNeitherOptionNorCaseIsNamed() {
        refused("smal", "smal: neither an option nor a case; benchmarks/run --help lists them");
    }

    @Test
    void numbersOutOfTheirRangeAreNamedWithIt() {
        refused("--repeats=0", "--repeats=0: must be a number from 1 to 1000");
        refused("--seconds=0", "--seconds=0: must be a number from 1 to 3600");
        refused("--seconds=abc", "--seconds=abc: must be a number from 1 to 3600");
        refused("--seconds=99999999999", "from 1 to 3600");
        refused("--warm=-1", "--warm=-1: must be a number from 0 to 3600");
        refused("--warm=", "--warm=: the value is missing");
        assertThat(parsed("--warm=0").warmSeconds()).isZero();
    }

    @Test
    void contestantWhomNobodyKnowsIsAnsweredWithThoseWhoAreThere() {
        refused("--only=foo", "--only=foo: no contestant's name begins so; there are\n  direct\n  tunnel, front door");
        refused("--only=", "--only=: the value is missing");
    }

    @Test
    void optionsOfJavaProgramsAreTriedBeforeTheyAreNeeded() {
        refused("--jvm=Xmx1g", "\"Xmx1g\" does not begin with a dash");
        Options options = parsed("--jvm=-XX:NoSuchThing", "--results=" + directory);
        assertThatThrownBy(options::tryOut)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--jvm=-XX:NoSuchThing: no JVM starts so")
                .hasMessageContaining("NoSuchThing");
    }

    @Test
    void directoryThatCannotBeMadeIsNamedBeforeAnythingStarts() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        Options options = parsed("--results=" + file.resolve("below"));
        assertThatThrownBy(options::tryOut)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--results=" + file.resolve("below") + ": cannot be written");
    }

    private static void refused(String argument, String sentence) {
        assertThatThrownBy(() -> parsed(argument))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sentence);
    }
}
