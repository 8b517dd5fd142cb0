package io.spdytunnel.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Internationalised names in options are dialled by their A-labels. */
class NamesInOptionsTest {

    @Test
    void aServicesNameMayBeInternationalised() {
        assertThat(ServiceUri.parse("forwardTo", "http://bücher.test:8080/x").getHost())
                .isEqualTo("xn--bcher-kva.test");
    }

    @Test
    void soMayTheNameOfAProxy() {
        assertThat(HostPort.parse("proxy", "bücher.test:1444")).isEqualTo(new HostPort("xn--bcher-kva.test", 1444));
    }

    @Test
    void whatIsNoNameIsNamedWithItsOption() {
        assertThatThrownBy(() -> HostPort.parse("proxy", "ü".repeat(70) + ":1444"))
                .hasMessageStartingWith("option proxy is ");
        assertThatThrownBy(() -> ServiceUri.parse("forwardTo", "http://" + "ü".repeat(70) + "/"))
                .hasMessageStartingWith("option forwardTo is ");
    }
}
