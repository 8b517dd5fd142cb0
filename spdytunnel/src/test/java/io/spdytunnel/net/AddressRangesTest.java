package io.spdytunnel.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.local.LocalAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses and ranges as options have them. */
class AddressRangesTest {

    private static boolean contains(String ranges, String address) throws Exception {
        return AddressRanges.parse(ranges).contains(InetAddress.getByName(address));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "192.0.2.128/25, 192.0.2.128, true",
        "192.0.2.128/25, 192.0.2.127, false",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.6, false",
        "0.0.0.0/0, 8.8.8.8, true",
        "0.0.0.0/0, ::1, false",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "2001:db8::/32, 2001:db9::1, false",
        "::1, ::1, true",
        "10.0.0.0/8, ::ffff:10.1.2.3, true",
    })
    void aRangeContainsWhatBeginsWithItsPrefix(String range, String address, boolean isIn) throws Exception {
        assertThat(contains(range, address)).isEqualTo(isIn);
    }

    @Test
    void anyOfSeveralIsEnough() throws Exception {
        assertThat(contains("127.0.0.1, ::1 ,10.0.0.0/8", "10.2.3.4")).isTrue();
        assertThat(AddressRanges.NONE.contains(InetAddress.getLoopbackAddress()))
                .isFalse();
    }

    @Test
    void whatIsNoInternetAddressIsInNoRange() {
        AddressRanges all = AddressRanges.parse("0.0.0.0/0,::/0");
        assertThat(all.contains(new LocalAddress("here"))).isFalse();
        assertThat(all.contains(InetSocketAddress.createUnresolved("example.com", 1)))
                .isFalse();
        assertThat(all.contains(new InetSocketAddress("192.0.2.1", 1))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "example.com", "10.0.0.0/33", "10.0.0.0/", "::/129", "1.2.3", "10.0.0.0/-1", ","})
    void anythingElseIsNamed(String text) {
        assertThatThrownBy(() -> AddressRanges.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
