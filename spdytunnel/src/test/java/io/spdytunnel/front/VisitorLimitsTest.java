package io.spdytunnel.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The settings' own rules, and the count of what was given up. */
class VisitorLimitsTest {

    private final VisitorServerSettings settings =
            new VisitorServerSettings(VisitorTimeouts.DEFAULT, 1024, 512, 10, 65536, 1, 2, 0);
    private final AbortLimit aborts = new AbortLimit(settings);

    private static InetAddress visitor(String address) throws UnknownHostException {
        return InetAddress.getByName(address);
    }

    @Test
    void countsEachAddressForItself() throws UnknownHostException {
        aborts.givenUp(visitor("192.0.2.1"));
        assertThat(aborts.isReached(visitor("192.0.2.1"))).isFalse();
        aborts.givenUp(visitor("192.0.2.1"));

        assertThat(aborts.isReached(visitor("192.0.2.1"))).isTrue();
        assertThat(aborts.isReached(visitor("192.0.2.2"))).isFalse();
    }

    @Test
    void countsANetworkOfIpv6AsOne() throws UnknownHostException {
        aborts.givenUp(visitor("2001:db8::1"));
        aborts.givenUp(visitor("2001:db8::2"));

        assertThat(aborts.isReached(visitor("2001:db8::3"))).isTrue();
        assertThat(aborts.isReached(visitor("2001:db8:0:1::1"))).isFalse();
    }

    @Test
    void countsOnlyWhatIsStillWorkedOn() throws UnknownHostException {
        for (int i = 0; i < 1000; i++) {
            aborts.givenUp(visitor("192.0.2.1"));
            aborts.finished(visitor("192.0.2.1"));
        }
        assertThat(aborts.isReached(visitor("192.0.2.1"))).isFalse();
        assertThat(aborts.addresses()).isZero();
    }

    @Test
    void wrongSettingsAreNamed() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new VisitorTimeouts(Duration.ZERO, second, second, second))
                .hasMessage("head must be longer than zero, was PT0S");
        assertThatThrownBy(() -> new VisitorTimeouts(second, second, second.negated(), second))
                .hasMessage("bodyIdle must not be negative, was PT-1S");
        assertThatThrownBy(() -> new VisitorServerSettings(VisitorTimeouts.DEFAULT, 1024, 1024, 10, 65536, 1, 2, 0))
                .hasMessage("maxTargetBytes must be less than maxHeadBytes, was 1024 with maxHeadBytes 1024");
        assertThatThrownBy(() -> VisitorServerSettings.DEFAULT.withMaxConnections(0))
                .hasMessage("maxConnections must be at least 1, was 0");
    }

    @Test
    void theLimitsOfAHeadAreOptions() {
        try (FrozenVisitor visitor = new FrozenVisitor(settings)) {
            visitor.says("GET /" + "x".repeat(600) + " HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(visitor.hears()).startsWith("HTTP/1.1 414 ");
        }
        try (FrozenVisitor visitor = new FrozenVisitor(settings)) {
            visitor.says("GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(1100) + "\r\n\r\n");
            assertThat(visitor.hears()).startsWith("HTTP/1.1 431 ");
        }
        try (FrozenVisitor visitor = new FrozenVisitor(settings)) {
            visitor.says("GET / HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n".repeat(10) + "\r\n");
            assertThat(visitor.hears()).startsWith("HTTP/1.1 431 ");
        }
    }

    @Test
    void bodyIdleMayBeOff() {
        VisitorTimeouts patient =
                new VisitorTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ZERO, Duration.ofSeconds(1));
        try (FrozenVisitor visitor = new FrozenVisitor(settings.withTimeouts(patient))) {
            visitor.says("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            TrickleSource source = new TrickleSource(3);
            visitor.onlyRequest().respond(FrontDoorOnLoopback.head(200), source.body());
            visitor.staysSilentFor(Duration.ofHours(1));
            source.gives("abc");
            source.ends();
            assertThat(visitor.hears()).endsWith("abc");
            visitor.staysSilentFor(Duration.ofSeconds(1));
            assertThat(visitor.isConnected()).isFalse();
        }
    }
}
