package io.spdytunnel.reception;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.spdytunnel.net.AddressKey;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who goes when too many connections do not register, and who is slowed down when too many fail. */
class UnregisteredConnectionsTest {

    private final UnregisteredConnections connections = new UnregisteredConnections(10, 4);
    private final List<Channel> admitted = new ArrayList<>();
    private long now;

    @Test
    void fifthOfAnAddressPushesItsOldestOut() throws Exception {
        for (int i = 0; i < 4; i++) {
            assertThat(admits("203.0.113.7")).isNull();
        }

        assertThat(admits("203.0.113.7")).isSameAs(admitted.get(0));
        assertThat(connections.size()).isEqualTo(4);
    }

    @Test
    void fullHouseLosesTheOldestOfTheAddressWithMost() throws Exception {
        for (int i = 0; i < 3; i++) {
            admits("203.0.113.1");
        }
        for (int i = 0; i < 4; i++) {
            admits("203.0.113.2");
        }
        for (int i = 0; i < 3; i++) {
            admits("203.0.113.3");
        }

        assertThat(admits("203.0.113.4")).isSameAs(admitted.get(3));
        assertThat(connections.size()).isEqualTo(10);
    }

    @Test
    void ipv6CustomerIsOneAddress() throws Exception {
        for (int i = 0; i < 4; i++) {
            assertThat(admits("2001:db8:0:1::" + i)).isNull();
        }

        assertThat(admits("2001:db8:0:1:ffff::1")).isSameAs(admitted.get(0));
        assertThat(admits("2001:db8:0:2::1")).isNull();
    }

    @Test
    void whoRegisteredOrLeftIsForgottenOnce() throws Exception {
        admits("203.0.113.7");
        connections.forget(key("203.0.113.7"), admitted.get(0));
        connections.forget(key("203.0.113.7"), admitted.get(0));

        assertThat(connections.size()).isZero();
    }

    @Test
    void failuresAreForgivenEvenly() throws Exception {
        FailedRegistrations failures = new FailedRegistrations(10, () -> now);
        AddressKey address = key("203.0.113.7");
        for (int i = 0; i < 10; i++) {
            assertThat(failures.penalty(address)).isZero();
            failures.count(address);
        }

        assertThat(failures.penalty(address)).isEqualTo(Duration.ofSeconds(6));
        now += Duration.ofSeconds(4).toNanos();
        assertThat(failures.penalty(address)).isBetween(Duration.ofMillis(1999), Duration.ofMillis(2001));
        now += Duration.ofSeconds(3).toNanos();
        assertThat(failures.penalty(address)).isZero();
        assertThat(failures.penalty(key("203.0.113.8"))).isZero();
    }

    @Test
    void zeroMeansNoLimit() throws Exception {
        FailedRegistrations failures = new FailedRegistrations(0, () -> now);
        failures.count(key("203.0.113.7"));

        assertThat(failures.penalty(key("203.0.113.7"))).isZero();
    }

    private @Nullable Channel admits(String address) throws Exception {
        Channel newcomer = new EmbeddedChannel();
        admitted.add(newcomer);
        return connections.admit(key(address), newcomer);
    }

    private static AddressKey key(String address) throws Exception {
        return AddressKey.of(InetAddress.getAllByName(address)[0]);
    }
}
