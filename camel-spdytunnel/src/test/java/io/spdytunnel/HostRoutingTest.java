package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spdytunnel.options.OriginDomain;
import java.net.http.HttpResponse;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One proxy, many origins: which of them a request is for, by host name or by path. */
class HostRoutingTest {

    private final TunnelRig rig = new TunnelRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private void origins() throws Exception {
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("shop42", "")).setBody(simple("shop42 has ${header.CamelHttpPath}"));
                from(rig.dial("shop43", "")).setBody(simple("shop43 has ${header.CamelHttpPath}"));
            }
        });
        rig.starts().isUp();
    }

    private void byDomain() throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front())
                        .to(rig.tunnel(
                                "*", "anyName=true&originDomain=Tunnel.Example.com&throwExceptionOnFailure=false"));
            }
        });
        origins();
    }

    private String asks(String host) throws Exception {
        try (RawVisitor visitor = new RawVisitor(rig.frontPort)) {
            return visitor.says("GET /here HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                    .readsAll();
        }
    }

    @Test
    void theLabelBeforeTheDomainNamesTheOrigin() throws Exception {
        byDomain();

        assertThat(asks("shop42.tunnel.example.com")).contains("200 OK").endsWith("shop42 has /here");
        assertThat(asks("SHOP43.Tunnel.EXAMPLE.com:8080")).endsWith("shop43 has /here");
        assertThat(asks("shop42.tunnel.example.com.")).endsWith("shop42 has /here");
        for (String other : new String[] {
            "tunnel.example.com",
            "example.com",
            "shop42.tunnel.example.org",
            "shop42",
            "a.shop42.tunnel.example.com",
            "shop42.eviltunnel.example.com",
            "[::1]:8080"
        }) {
            assertThat(asks(other)).as("%s", other).startsWith("HTTP/1.1 404");
        }
        assertThat(asks("shop42.tunnel.example.com@elsewhere")).startsWith("HTTP/1.1 400");
    }

    @Test
    void anAbsoluteTargetCountsMoreThanHost() throws Exception {
        byDomain();
        try (RawVisitor visitor = new RawVisitor(rig.frontPort)) {
            assertThat(visitor.says("GET http://shop43.tunnel.example.com/there HTTP/1.1\r\n"
                                    + "Host: shop42.tunnel.example.com\r\nConnection: close\r\n\r\n")
                            .readsAll())
                    .endsWith("shop43 has /there");
        }
    }

    @Test
    void aPathPrefixNamesTheOrigin() throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front())
                        .setHeader("CamelSpdyTunnelOrigin")
                        .simple("${header.CamelHttpPath.replaceFirst('^/([^/]*).*$', '$1')}")
                        .setHeader("CamelHttpPath")
                        .simple("${header.CamelHttpPath.replaceFirst('^/[^/]*', '')}")
                        .to(rig.tunnel("*", "anyName=true&throwExceptionOnFailure=false"));
            }
        });
        origins();

        assertThat(rig.gets("/shop42/a/b").body()).isEqualTo("shop42 has /a/b");
        assertThat(rig.gets("/shop43").body()).isEqualTo("shop43 has /");
        assertThat(rig.gets("/nobody/a").statusCode()).isEqualTo(404);
    }

    private String forwardedWith(String option) throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front()).to(rig.tunnel("shop42", option));
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("shop42", "")).setBody(simple("${header.x-forwarded-for} ${header.CamelHttpUrl}"));
            }
        });
        rig.starts().isUp();
        return rig.visitor
                .send(
                        rig.request("/")
                                .header("X-Forwarded-For", "198.51.100.1")
                                .header("X-Forwarded-Proto", "https")
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void aTrustedAddressIsBelieved() throws Exception {
        assertThat(forwardedWith("trustedAddresses=10.0.0.0/8,127.0.0.0/8"))
                .isEqualTo("198.51.100.1, 127.0.0.1 https://127.0.0.1:" + rig.frontPort + "/");
    }

    @Test
    void anyOtherIsNot() throws Exception {
        assertThat(forwardedWith("trustedAddresses=10.0.0.0/8"))
                .isEqualTo("127.0.0.1 http://127.0.0.1:" + rig.frontPort + "/");
    }

    @ParameterizedTest
    @CsvSource({
        "a.t.example.com, a",
        "A.T.example.COM:443, a",
        "a.t.example.com., a",
        "a-1.t.example.com:, a-1",
    })
    void oneCanonicalAnswer(String host, String origin) {
        assertThat(new OriginDomain("t.example.com").originOf(host)).isEqualTo(origin);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".t.example.com",
                "-a.t.example.com",
                "a@b.t.example.com",
                "a/b.t.example.com",
                "a b.t.example.com",
                "a.t.example.com:80:90",
                "a.t.example.com:x",
                "a..t.example.com",
                "\u212A.t.example.com",
            })
    void orNone(String host) {
        assertThat(new OriginDomain("t.example.com").originOf(host)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*.example.com", ".example.com", "example.com:80", "exa mple.com", "a..b"})
    void aDomainThatIsNoneFailsAtStart(String domain) {
        assertThatThrownBy(() -> new OriginDomain(domain)).hasMessageContaining("originDomain is \"" + domain + "\"");
    }
}
