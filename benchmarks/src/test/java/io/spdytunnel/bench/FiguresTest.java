package io.spdytunnel.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FiguresTest {

    private final Figures figures = new Figures("key", "title");

    @Test
    void medianOfAnOddNumberIsTheOneInTheMiddle() {
        add("one", 30, 10, 20);

        assertThat(figures.median("one", "requests/s")).isEqualTo(20);
        assertThat(figures.sorted("one", "requests/s")).containsExactly(10.0, 20.0, 30.0);
    }

    @Test
    void medianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
        add("one", 40, 10, 20, 30);

        assertThat(figures.median("one", "requests/s")).isEqualTo(25);
    }

    @Test
    void whatFailedIsLeftOut() {
        add("one", 10, Double.NaN);

        assertThat(figures.median("one", "requests/s")).isEqualTo(10);
    }

    @Test
    void ratioIsThatOfTheMedians() {
        add("one", 30);
        add("other", 10, 20, 30);

        assertThat(figures.ratio("one", "other", "requests/s")).isEqualTo(1.5);
    }

    @Test
    void thereIsNoRatioToNothingAndNoneToWhoIsAbsent() {
        add("one", 30);
        add("idle", 0);

        assertThat(figures.ratio("one", "idle", "requests/s")).isNaN();
        assertThat(figures.ratio("one", "absent", "requests/s")).isNaN();
    }

    @Test
    void ratesAndSharesAreBetterWhenGreaterAndCostsAreNot() {
        assertThat(new String[] {"requests/s", "MiB/s", "down MiB/s, undelayed", "share of the rate, never read"})
                .allMatch(Figures::moreIsBetter);
        assertThat(new String[] {"p99 ms", "CPU µs/request", "CPU s/GiB", "heap KiB/request", "KiB in all"})
                .noneMatch(Figures::moreIsBetter);
    }

    @Test
    void whatIsToldAsideIsNotCompared() {
        figures.add("one", "requests/s", 1);
        figures.addAside("one", "errors", 0);

        assertThat(figures.metrics()).containsExactly("requests/s", "errors");
        assertThat(figures.comparedMetrics()).containsExactly("requests/s");
    }

    private void add(String contestant, double... values) {
        for (double value : values) {
            figures.add(contestant, "requests/s", value);
        }
    }
}
