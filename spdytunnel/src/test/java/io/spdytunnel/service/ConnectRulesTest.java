package io.spdytunnel.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code connectTo} lets a CONNECT reach: by name and port first, by the address it leads to then. */
class ConnectRulesTest {

    private static InetAddress address(String text) throws Exception {
        return InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(text));
    }

    @ParameterizedTest
    @CsvSource({
        "a.example:443, a.example, 443, true",
        "a.example:443, A.EXAMPLE., 443, true",
        "a.example:443, a.example, 80, false",
        "a.example:443, b.a.example, 443, false",
        "*.example:1-100, a.b.example, 100, true",
        "*.example:1-100, a.b.example, 101, false",
        "*.example:*, example, 1, false",
        "*.example:*, badexample, 1, false",
        "*:443, anything.at.all, 443, true",
        "*:443, 93.184.216.34, 443, true",
        "*:443, 127.0.0.1, 443, false",
        "*:443, '::1', 443, false",
        "*:443, '::ffff:10.0.0.1', 443, false",
        "10.0.0.0/8:22, 10.255.0.1, 22, true",
        "10.0.0.0/8:22, 11.0.0.1, 22, false",
        "10.0.0.0/8:22, ten.example, 22, false",
        "127.0.0.1:22, 127.0.0.1, 22, true",
        "127.0.0.1:22, 127.0.0.2, 22, false",
        "127.0.0.1:22, '::ffff:127.0.0.1', 22, true",
        "[::1]:22, '::1', 22, true",
        "[fd00::/8]:22, 'fd12::1', 22, true",
        "[fd00::]/8:22, 'fe12::1', 22, false",
        "'a.example:1, b.example:2', b.example, 2, true",
        "'a.example:1, b.example:2', b.example, 1, false",
    })
    void hostAndPortAreAskedFirst(String rules, String host, int port, boolean allowed) {
        assertThat(ConnectRules.parse(rules).allow(host, port)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "a.example:443, a.example, 93.184.216.34, true",
        "a.example:443, a.example, '2606:2800::1', true",
        "a.example:443, a.example, 10.0.0.1, false",
        "'a.example:443,10.0.0.0/8:443', a.example, 10.0.0.1, true",
        "'a.example:443,10.0.0.0/8:22', a.example, 10.0.0.1, false",
        "localhost:443, localhost, 127.0.0.1, true",
        "localhost:443, LOCALHOST., '::1', true",
        "localhost:443, localhost, 10.0.0.1, false",
        "*:443, localhost, 127.0.0.1, false",
        "*.example:443, a.example, 127.0.0.1, false",
    })
    void theAddressIsAskedThen(String rules, String host, String address, boolean allowed) throws Exception {
        assertThat(ConnectRules.parse(rules).allow(host, 443)).isTrue();

        assertThat(ConnectRules.parse(rules).allow(host, 443, address(address))).isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0", "0.1.2.3", "10.9.8.7", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.1",
                "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.168.1.1", "224.0.0.1", "239.1.2.3", "240.0.0.1",
                "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:192.168.0.1", "::7f00:1", "64:ff9b::7f00:1",
                "2002:7f00:1::", "fc00::1", "fd00::1", "fe80::1", "fec0::1", "ff02::1", "2001:db8::1"
            })
    void addressesOfOnesOwnAreReachedOnlyByRulesOfAddresses(String address) throws Exception {
        assertThat(ConnectRules.parse("*:*").allow("a.example", 443, address(address)))
                .isFalse();
        assertThat(ConnectRules.parse("*:*").allow(address, 443)).isFalse();
        assertThat(ConnectRules.parse("[" + address + "]:443").allow("a.example", 443, address(address)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1.1.1", "100.63.255.255", "100.128.0.1", "172.32.0.1", "192.169.0.1", "2600::1"})
    void theOpenInternetIsNotSpecial(String address) throws Exception {
        assertThat(ConnectRules.parse("*:*").allow("a.example", 443, address(address)))
                .isTrue();
    }

    /** What the platform's look-up takes for an address and a reader does not. */
    @ParameterizedTest
    @ValueSource(strings = {"127.1", "2130706433", "0177.0.0.1"})
    void aDisguisedLoopbackIsJudgedByWhereItLeads(String host) throws Exception {
        assertThat(ConnectRules.parse("*:*").allow(host, 80, address("127.0.0.1")))
                .isFalse();
    }

    @Test
    void nothingIsAllowedByDefault() {
        assertThat(ConnectRules.NOTHING.allow("a.example", 443)).isFalse();
        assertThat(ConnectRules.NOTHING.allow("93.184.216.34", 443)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                ":443",
                "a:",
                "a:0",
                "a:65536",
                "a:2-1",
                "a:x",
                "a:-1",
                "a*:1",
                "*.:1",
                "*.*.a:1",
                "::1:22",
                "10.0.0.0/33:1",
                "[::1/129]:1",
                "a/8:1",
                "[a]:1",
                "a:1,",
                "a b:1",
                "u@a:1"
            })
    void whatCannotBeReadIsNamed(String rule) {
        assertThatThrownBy(() -> ConnectRules.parse(rule))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("option connectTo names \"");
    }
}
