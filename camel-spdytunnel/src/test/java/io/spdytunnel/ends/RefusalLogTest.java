package io.spdytunnel.ends;

import static org.assertj.core.api.Assertions.assertThat;

import io.spdytunnel.testing.RecordingLog;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** What an operator reads of those who were refused, and what he is spared. */
class RefusalLogTest {

    private final RecordingLog log = new RecordingLog();
    private long now = Duration.ofDays(-1).toNanos();
    private final RefusalLog refusals = new RefusalLog("0.0.0.0:1444", log, () -> now);

    private static InetSocketAddress from(int host) {
        try {
            byte[] address = {(byte) 203, 0, (byte) (host >> 8), (byte) host};
            return new InetSocketAddress(InetAddress.getByAddress(address), 40_000);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private void passes(Duration time) {
        now += time.toNanos();
    }

    @Test
    void whoIsRefusedIsToldOnceAMinuteForEachReason() {
        for (int second = 0; second < 59; second++) {
            refusals.registrationRefused(from(7), 401, "the token is wrong");
            passes(Duration.ofSeconds(1));
        }
        assertThat(log.lines(Level.WARN))
                .containsExactly("WARN tunnel port 0.0.0.0:1444: refused 203.0.0.7 with 401: the token is wrong");
        assertThat(log.lines(Level.DEBUG)).hasSize(58);

        passes(Duration.ofSeconds(1));
        refusals.registrationRefused(from(7), 401, "the token is wrong");

        assertThat(log.lines(Level.WARN)).hasSize(2);
    }

    @Test
    void otherReasonsAndOtherAddressesAreToldAsWell() {
        refusals.registrationRefused(from(7), 401, "the token is wrong");
        refusals.registrationRefused(from(8), 401, "the token is wrong");
        refusals.registrationRefused(from(7), 401, "there is no token");
        refusals.registrationRefused(from(7), 429, "there is no token");

        assertThat(log.lines(Level.WARN)).hasSize(4);
        assertThat(log.lines(Level.DEBUG)).isEmpty();
    }

    @Test
    void anAddressThatHasNoNumberIsToldByItsName() {
        refusals.registrationRefused(InetSocketAddress.createUnresolved("attic.example", 1), 400, "no");

        assertThat(log.lines()).containsExactly("WARN tunnel port 0.0.0.0:1444: refused attic.example with 400: no");
    }

    @Test
    void manyAddressesCannotFillTheLogEither() {
        for (int host = 0; host < 5000; host++) {
            refusals.registrationRefused(from(host), 401, "the token is wrong");
        }
        assertThat(log.lines(Level.WARN)).hasSize(RefusalLog.LINES_PER_MINUTE);

        passes(Duration.ofMinutes(1));
        refusals.registrationRefused(from(1), 401, "the token is wrong");

        assertThat(log.lines(Level.WARN)).hasSize(RefusalLog.LINES_PER_MINUTE + 1);
    }
}
