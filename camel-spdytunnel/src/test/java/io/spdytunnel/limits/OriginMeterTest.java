package io.spdytunnel.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spdytunnel.http.RequestNotSent;
import java.time.Duration;
import java.util.Objects;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultMessage;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** One origin's requests against its limits, by a clock that only the test turns. */
class OriginMeterTest {

    private long now = 1;

    private OriginMeter meter(int requestsPerPeriod, int maxConcurrentRequests, long bytesPerSecond) {
        return new OriginMeter("shop", limits(requestsPerPeriod, maxConcurrentRequests, bytesPerSecond), () -> now);
    }

    private static OriginLimits limits(int requestsPerPeriod, int maxConcurrentRequests, long bytesPerSecond) {
        return new OriginLimits(requestsPerPeriod, Duration.ofMinutes(5), maxConcurrentRequests, bytesPerSecond);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private static void refuses(ThrowingCallable entry, int status, int retryAfterSeconds) {
        assertThatThrownBy(entry).isInstanceOfSatisfying(RequestNotSent.class, refused -> {
            assertThat(refused.status()).isEqualTo(status);
            assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(retryAfterSeconds));
        });
    }

    @Test
    void beyondThePeriodsRequestsOneIsEarnedAtATime() throws Exception {
        OriginMeter meter = meter(500, 0, 0);
        for (int i = 0; i < 500; i++) {
            meter.enter();
        }

        refuses(meter::enter, 429, 1); // 600 ms each
        pass(Duration.ofMillis(601));
        meter.enter();
        refuses(meter::enter, 429, 1);
    }

    @Test
    void whatIsLeftIsTold() throws Exception {
        OriginMeter meter = meter(10, 0, 0);
        meter.enter();
        meter.enter();
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            Message reply = new DefaultMessage(context);

            meter.tellIn(reply);

            assertThat(reply.getHeaders())
                    .containsEntry("RateLimit-Limit", "10")
                    .containsEntry("RateLimit-Policy", "10;w=300")
                    .containsEntry("RateLimit-Remaining", "8")
                    .containsEntry("RateLimit-Reset", "60");
        }
    }

    @Test
    void oneMoreThanMayBeUnderWayIsRefusedUntilOneLeaves() throws Exception {
        OriginMeter meter = meter(0, 2, 0);
        meter.enter();
        meter.enter();

        refuses(meter::enter, 503, 1);
        meter.leave();
        meter.enter();
    }

    @Test
    void aRequestIsRefusedWhileTenSecondsWorthOfBytesIsOwed() throws Exception {
        OriginMeter meter = meter(0, 0, 1024);
        io.spdytunnel.http.PaceSpender.spends(
                Objects.requireNonNull(meter.pace()), 16 * 1024); // one second's worth was spare

        refuses(meter::enter, 429, 6);
        pass(Duration.ofSeconds(6));
        meter.enter();
    }

    @Test
    void metersWithNothingToRememberAreForgotten() throws Exception {
        OriginMeters meters = new OriginMeters(() -> now);
        OriginLimits limits = limits(10, 0, 0);
        OriginMeter busy = meters.of("busy", limits);
        busy.enter();
        for (int i = 0; i < 10_000; i++) {
            OriginMeter other = meters.of("shop" + i, limits);
            other.enter();
            other.leave();
            pass(Duration.ofMinutes(1));
        }

        assertThat(meters.size()).isLessThan(300);
        assertThat(meters.of("busy", limits)).isSameAs(busy);
        assertThat(meters.of("busy", limits(11, 0, 0))).isNotSameAs(busy);
    }
}
