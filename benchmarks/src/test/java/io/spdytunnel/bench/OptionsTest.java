package io.spdytunnel.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {

    private static final List<String> CASES = List.of("small", "big");

    private static Options parsed(String... arguments) {
        return Options.parse(arguments, CASES);
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
    void whatIsNeitherOptionNorCaseIsNamedTogetherWithTheUsage() {
        assertThatThrownBy(() -> parsed("smal"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("smal\n")
                .hasMessageContaining("--repeats=N");
    }
}
