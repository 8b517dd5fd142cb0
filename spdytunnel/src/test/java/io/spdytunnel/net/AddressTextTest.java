package io.spdytunnel.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How addresses and names are written (RFC 5952 4, RFC 5890). */
class AddressTextTest {

    @ParameterizedTest
    @CsvSource({
        "0:0:0:0:0:0:0:1, ::1",
        "2001:0DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "fe80::1%1, fe80::1",
        "::ffff:192.0.2.1, 192.0.2.1",
        "192.0.2.1, 192.0.2.1"
    })
    void anAddressIsShort(String given, String text) {
        assertThat(AddressText.of(NetUtil.createInetAddressFromIpAddressString(given)))
                .isEqualTo(text);
    }

    @Test
    void aSocketsEndHasItsPortBehindBrackets() {
        assertThat(AddressText.withPort(new InetSocketAddress(NetUtil.createInetAddressFromIpAddressString("::1"), 80)))
                .isEqualTo("[::1]:80");
        assertThat(AddressText.withPort(
                        new InetSocketAddress(NetUtil.createInetAddressFromIpAddressString("192.0.2.1"), 80)))
                .isEqualTo("192.0.2.1:80");
        assertThat(AddressText.of(InetSocketAddress.createUnresolved("a.test", 80)))
                .isEqualTo("a.test");
        assertThat(AddressText.withPort(null)).isEqualTo("-");
    }

    @ParameterizedTest
    @CsvSource({
        "http://bücher.test, http://xn--bcher-kva.test",
        "https://BÜCHER.test:8443/ä, https://xn--bcher-kva.test:8443/ä",
        "http://[::1]:80/x, http://[::1]:80/x",
        "http://plain.test/x, http://plain.test/x"
    })
    void namesAreWrittenAsTheyAreLookedUp(String url, String ascii) {
        assertThat(AddressText.asciiUrl(url)).isEqualTo(ascii);
    }

    @Test
    void whatIsNoNameIsSaid() {
        assertThatThrownBy(() -> AddressText.asciiHost("ü".repeat(70))).isInstanceOf(IllegalArgumentException.class);
    }
}
