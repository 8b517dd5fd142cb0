package io.spdytunnel.tunnel;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How long an origin waits before it dials again. */
class RedialPaceTest {

    /** As close to one as no wait notices. */
    private static final double NEARLY_ONE = 1 - 1e-12;

    @Test
    void waitsDoubleUpToTheCap() {
        RedialPace pace = new RedialPace(Redial.DEFAULT, () -> NEARLY_ONE);

        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60, 60}) {
            assertThat(pace.afterFailure()).isBetween(ofSeconds(seconds).minusMillis(1), ofSeconds(seconds));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(pace.afterFailure()).isLessThanOrEqualTo(ofMinutes(1));
        }
    }

    @Test
    void jitterIsFull() {
        RedialPace pace = new RedialPace(Redial.DEFAULT, () -> 0);

        assertThat(pace.afterFailure()).isZero();
        assertThat(pace.afterLoss(ofMinutes(1))).isZero();
    }

    @Test
    void firstLossOfAHealthyTunnelAddsUpToFiveSeconds() {
        RedialPace pace = new RedialPace(Redial.DEFAULT, () -> NEARLY_ONE);

        assertThat(pace.afterLoss(ofSeconds(30))).isBetween(ofSeconds(6).minusMillis(1), ofSeconds(6));
    }

    @Test
    void tunnelLostBeforeItWasHealthyCountsAsFailure() {
        RedialPace pace = new RedialPace(Redial.DEFAULT, () -> NEARLY_ONE);
        pace.afterFailure();
        pace.afterFailure();

        assertThat(pace.afterLoss(ofSeconds(29))).isBetween(ofMillis(3999), ofSeconds(4));
        assertThat(pace.afterLoss(ofSeconds(30))).isBetween(ofMillis(5999), ofSeconds(6));
    }

    @Test
    void redialMaxCapsTheFirstWaitAndTheExtraToo() {
        Redial hasty = Redial.DEFAULT.atMost(ofMillis(200));
        RedialPace pace = new RedialPace(hasty, new Random(1)::nextDouble);

        for (int i = 0; i < 1000; i++) {
            assertThat(pace.afterLoss(ofMinutes(5))).isLessThanOrEqualTo(ofMillis(200));
            assertThat(pace.afterFailure()).isLessThanOrEqualTo(ofMillis(200));
            assertThat(pace.afterRefusal(401, null)).isLessThanOrEqualTo(ofMillis(200));
            assertThat(pace.afterRefusal(503, ofMinutes(3))).isLessThanOrEqualTo(ofMillis(200));
        }
    }

    @Test
    void refusalsWaitUpToTheirOwnCap() {
        RedialPace pace = new RedialPace(Redial.DEFAULT, () -> NEARLY_ONE);
        for (int i = 0; i < 12; i++) {
            pace.afterRefusal(401, null);
        }

        assertThat(pace.afterRefusal(403, null)).isBetween(ofSeconds(299), ofMinutes(5));
        assertThat(pace.afterRefusal(409, null)).isBetween(ofSeconds(59), ofMinutes(1));
    }

    @Test
    void retryAfterIsWaitedForAndSpread() {
        RedialPace prompt = new RedialPace(Redial.DEFAULT, () -> 0);
        RedialPace late = new RedialPace(Redial.DEFAULT, () -> NEARLY_ONE);

        assertThat(prompt.afterRefusal(429, ofSeconds(6))).isEqualTo(ofSeconds(6));
        assertThat(late.afterRefusal(429, ofSeconds(6))).isBetween(ofMillis(6999), ofSeconds(7));
        assertThat(late.afterRefusal(503, Duration.ofDays(400))).isEqualTo(ofMinutes(5));
    }

    @Test
    void originsThatLoseTheirProxyAtOnceComeBackSpread() {
        assertThat(peakOverMean(Redial.DEFAULT, 60)).isLessThan(2);
    }

    @Test
    void theyDoSoUnderALowCapToo() {
        assertThat(peakOverMean(Redial.DEFAULT.atMost(ofSeconds(2)), 20)).isLessThan(2);
    }

    private static double peakOverMean(Redial redial, int tenths) {
        int origins = 2000;
        Random random = new Random(42);
        int[] perTenth = new int[tenths];
        for (int i = 0; i < origins; i++) {
            Duration wait = new RedialPace(redial, random::nextDouble).afterLoss(ofMinutes(5));
            perTenth[(int) (wait.toMillis() / 100)]++;
        }
        return Arrays.stream(perTenth).max().orElseThrow() * (double) tenths / origins;
    }
}
