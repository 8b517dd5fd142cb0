package io.spdytunnel.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class LoadTest {

    private static final String SAID = """
            Running 5s test @ http://127.0.0.1:8080/1024
              1 threads and 32 connections
              Thread Stats   Avg      Stdev     Max   +/- Stdev
                Latency     2.71ms    1.02ms  25.17ms   88.21%
                Req/Sec    11.90k     1.11k   13.51k    70.00%
              Latency Distribution
                 50%  950.00us
                 75%    3.01ms
                 90%    3.68ms
                 99%    1.20s
              59217 requests in 5.00s, 70.02MB read
            """;

    @Test
    void rateRequestsAndPercentilesAreReadInMilliseconds() throws IOException {
        Load.Result result = Load.parsed(SAID + "Requests/sec:  11841.77\nTransfer/sec:     14.00MB\n");

        assertThat(result.rate()).isEqualTo(11841.77);
        assertThat(result.requests()).isEqualTo(59217);
        assertThat(result.p50()).isEqualTo(0.95);
        assertThat(result.p99()).isEqualTo(1200);
        assertThat(result.errors()).isZero();
    }

    @Test
    void wrongStatusesAndSocketErrorsAreCountedTogether() throws IOException {
        Load.Result result = Load.parsed(SAID + """
                  Socket errors: connect 1, read 20, write 300, timeout 4000
                  Non-2xx or 3xx responses: 50000
                Requests/sec:  11841.77
                """);

        assertThat(result.errors()).isEqualTo(54321);
    }

    @Test
    void aProgramThatSaysNoRateHasFailed() {
        assertThatThrownBy(() -> Load.parsed("unable to connect\n"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("unable to connect");
    }
}
