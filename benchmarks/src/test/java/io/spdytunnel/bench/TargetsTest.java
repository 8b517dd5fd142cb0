package io.spdytunnel.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TargetsTest {

    private final Figures small = new Figures("small-32", "1 KiB, 32 connections");
    private final Figures delay = new Figures("delay", "delayed");

    @Test
    void ratioToAContestantIsJudged() {
        small.add("tunnel, front door", "requests/s", 130);
        small.add("netty-http, no tunnel", "requests/s", 100);

        assertThat(Targets.table(List.of(small)))
                .contains(
                        "| 1 KiB, 32 connections, front door: requests/s to netty-http, no tunnel | ≥ 1.20 × | 1.30 × | met |");
    }

    @Test
    void whatIsMissedIsSaidLoud() {
        small.add("tunnel, front door", "CPU µs/request", 51);

        assertThat(Targets.table(List.of(small)))
                .contains(
                        "| 1 KiB, 32 connections, front door: CPU a request, both ends | ≤ 50.0 µs | 51.0 µs | **not met** |");
    }

    @Test
    void halfOfTheFirstMeasurementSaysOfWhat() {
        small.add("tunnel, front door", "heap KiB/request", 16);

        assertThat(Targets.table(List.of(small)))
                .contains("heap allocated a request, both ends (half of the first measurement, 31.8 KiB) | ≤ 15.9 KiB");
    }

    @Test
    void eachTlsIsJudgedByTheContestantThatHasIt() {
        Figures big = new Figures("big-down", "300 MiB down");
        big.add("tunnel, front door", "MiB/s", 542);
        big.add("tunnel, front door, JDK TLS", "MiB/s", 472);

        assertThat(Targets.table(List.of(big)))
                .containsPattern("down.*OpenSSL.* \\| ≥ 600 MiB/s \\| 542 MiB/s \\| \\*\\*not met\\*\\*")
                .containsPattern("down.*JDK TLS.* \\| ≥ 400 MiB/s \\| 472 MiB/s \\| met");
    }

    @Test
    void whoTookNoPartIsNoMeasure() {
        small.add("tunnel, front door", "requests/s", 130);

        String table = Targets.table(List.of(small));

        assertThat(table).doesNotContain("| met |").doesNotContain("not met");
        assertThat(table.substring(table.indexOf("Not judged")))
                .contains("front door: requests/s to Cranker – not measured: \"Cranker\"\n")
                .contains(
                        "origin answers: requests/s to netty-http, no tunnel – not measured: \"tunnel, origin answers\""
                                + " and \"netty-http, no tunnel\"\n")
                .contains("front door: CPU a request, both ends – the case has no figure\n")
                .contains("with OpenSSL – the case \"big\" has not been run\n")
                .contains("heap + direct + native – the case \"idle\" has not been run\n");
    }

    @Test
    void delayedTransferIsToReach80OrItsShareOfASlowUndelayedOne() {
        delay.add("tunnel, front door", "down MiB/s", 85);
        delay.add("tunnel, front door", "down MiB/s, undelayed", 500);
        delay.add("tunnel, front door", "up MiB/s", 30);
        delay.add("tunnel, front door", "up MiB/s, undelayed", 40);

        String or = ", or 80.0 % of the undelayed rate if that is below 100 MiB/s";
        assertThat(Targets.table(List.of(delay)))
                .contains("down, over 25 ms each way: 80.0 MiB/s" + or + " | ≥ 80.0 MiB/s | 85.0 MiB/s | met |")
                .contains("up, over 25 ms each way: 80.0 MiB/s" + or + " | ≥ 32.0 MiB/s | 30.0 MiB/s | **not met** |");
    }

    @Test
    void othersWhoAreFasterAreNamed() {
        add("direct", 400, 1);
        add("Cranker", 50, 9);
        add("tunnel, front door", 100, 2);
        add("tunnel, origin answers", 300, 1);

        String table = Targets.table(List.of(small));

        assertThat(table)
                .contains("* 1 KiB, 32 connections, requests/s (more is better): direct 4.00 ×\n")
                .contains("* 1 KiB, 32 connections, p99 ms (less is better): direct 0.50 ×\n");
        assertThat(table.substring(table.indexOf("Others")))
                .doesNotContain("Cranker")
                .doesNotContain("answers");
    }

    @Test
    void nobodyIsBetterOnlyWhereSomebodyWasCompared() {
        small.add("tunnel, front door", "requests/s", 100);
        small.add("tunnel, front door, JDK TLS", "requests/s", 90);
        assertThat(Targets.table(List.of(small))).doesNotContain("Nobody").doesNotContain("Others");

        small.add("Cranker", "requests/s", 50);
        assertThat(Targets.table(List.of(small))).contains("Nobody who took part was better");
    }

    private void add(String contestant, double rate, double p99) {
        small.add(contestant, "requests/s", rate);
        small.add(contestant, "p99 ms", p99);
    }
}
