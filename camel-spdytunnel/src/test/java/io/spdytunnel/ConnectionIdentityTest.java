package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A service behind {@code forwardTo} that authenticates connections: who logged in on one is nobody else. */
@Timeout(60)
class ConnectionIdentityTest {

    private static final String NTLM = "WWW-Authenticate: NTLM";

    private final TunnelRig rig = new TunnelRig();
    private LoginService service;

    @AfterEach
    void close() throws Exception {
        rig.close();
        if (service != null) {
            service.close();
        }
    }

    private void tunnelIsUp(String front, String challenge, String options) throws Exception {
        service = new LoginService(challenge);
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(front).to(rig.tunnel("origin1", "throwExceptionOnFailure=false"));
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "forwardTo=" + service.url() + options))
                        .log("${header.CamelHttpPath}");
            }
        });
        rig.starts().isUp();
    }

    private static String asks(SocketEnd visitor, String path, String... fields) throws Exception {
        StringBuilder head = new StringBuilder("GET ").append(path).append(" HTTP/1.1\r\nHost: a\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        String answer = visitor.says(head.append("\r\n").toString()).head();
        if (answer.startsWith("HTTP/1.1 401")) {
            return "401";
        }
        String length = answer.replaceFirst("(?is).*content-length: (\\d+).*", "$1");
        return visitor.readsText(Integer.parseInt(length));
    }

    private SocketEnd visitor() throws Exception {
        return SocketEnd.to(rig.frontPort);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "WWW-Authenticate: NTLM",
                "www-authenticate: nEGOTIATE",
                "WWW-Authenticate: Basic realm=\"a, b\", Negotiate, NTLM",
                "WWW-Authenticate: Basic realm=\"a\"\r\nWWW-Authenticate: ntlm TlRMTVNTUAAC",
                "WWW-Authenticate: Basic realm=\"a\"", // the credentials say it
            })
    void whoLoggedInIsNobodyElse(String challenge) throws Exception {
        tunnelIsUp(rig.front(), challenge, "");
        try (SocketEnd alice = visitor();
                SocketEnd bob = visitor()) {
            assertThat(asks(alice, "/", "aUTHORIZATION: nTLM alice")).startsWith("alice on ");
            assertThat(asks(bob, "/")).isEqualTo("401");
            assertThat(asks(bob, "/open")).startsWith("nobody");
            assertThat(asks(alice, "/")).startsWith("alice on ");
            assertThat(asks(bob, "/")).isEqualTo("401");
        }
    }

    /** From the challenge on, since what is said on the connection next is about this visitor. */
    @Test
    void aChallengedConnectionServesNobodyElse() throws Exception {
        tunnelIsUp(rig.front(), NTLM, "");
        try (SocketEnd alice = visitor();
                SocketEnd bob = visitor()) {
            assertThat(asks(alice, "/")).isEqualTo("401");
            assertThat(asks(bob, "/open")).isEqualTo("nobody on 2");
            assertThat(asks(alice, "/", "Authorization: NTLM alice")).isEqualTo("alice on 1");
            assertThat(asks(alice, "/")).isEqualTo("alice on 1");
            assertThat(asks(alice, "/open")).isEqualTo("alice on 1");
            assertThat(asks(bob, "/open")).isEqualTo("nobody on 2");
        }
    }

    @Test
    void othersShareConnectionsAsBefore() throws Exception {
        tunnelIsUp(rig.front(), "WWW-Authenticate: Basic realm=\"a\"", "");
        try (SocketEnd alice = visitor();
                SocketEnd bob = visitor()) {
            assertThat(asks(alice, "/open")).isEqualTo("nobody on 1");
            assertThat(asks(bob, "/")).isEqualTo("401");
            assertThat(asks(alice, "/open")).isEqualTo("nobody on 1");
        }
    }

    @Test
    void whereNothingIsSharedEachVisitorHasItsOwn() throws Exception {
        tunnelIsUp(rig.front(), NTLM, "&serviceConnections=visitor");
        try (SocketEnd alice = visitor();
                SocketEnd bob = visitor()) {
            assertThat(asks(alice, "/open")).isEqualTo("nobody on 1");
            assertThat(asks(bob, "/open")).isEqualTo("nobody on 2");
            assertThat(asks(alice, "/open")).isEqualTo("nobody on 1");
            assertThat(asks(bob, "/open")).isEqualTo("nobody on 2");
        }
    }

    @Test
    void theOptionTakesNoOtherWord() {
        assertThatThrownBy(() -> rig.origin.getEndpoint("spdytunnel:origin1?serviceConnections=private"))
                .rootCause()
                .hasMessageContaining("option serviceConnections is \"private\"; it must be shared or visitor");
    }

    /** Its name for visitors is the proxy's and nobody else's to say, and the service's not to know. */
    @Test
    void aVisitorCannotSpeakOfItselfAsAnother() throws Exception {
        tunnelIsUp(rig.front(), NTLM, "");
        String forged = "SpdyTunnel-Visitor: alice";
        try (SocketEnd alice = visitor();
                SocketEnd bob = visitor()) {
            assertThat(asks(alice, "/", forged, "Authorization: NTLM alice")).startsWith("alice on ");
            assertThat(asks(bob, "/", forged)).isEqualTo("401");
        }
        assertThat(service.heads)
                .noneMatch(head -> head.toLowerCase(Locale.ROOT).contains("spdytunnel-visitor"));
    }

    @Test
    void anHttp2VisitorsSessionIsOneConnection() throws Exception {
        tunnelIsUp(rig.front(TunnelRig.FRONT_DOOR + "&ssl=true&sslContextParameters=#tls"), NTLM, "");
        HttpClient alice = http2Visitor();
        HttpClient bob = http2Visitor();

        assertThat(asks(alice, rig.frontPort, "NTLM alice").body()).startsWith("alice on ");
        assertThat(asks(bob, rig.frontPort, null).statusCode()).isEqualTo(401);
        assertThat(asks(alice, rig.frontPort, null).body()).startsWith("alice on ");
        assertThat(asks(bob, rig.frontPort, null).statusCode()).isEqualTo(401);
    }

    private HttpClient http2Visitor() throws Exception {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(TunnelRig.tls().createSSLContext(rig.proxy))
                .build();
    }

    private static HttpResponse<String> asks(HttpClient visitor, int port, String credentials) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/"))
                .timeout(Duration.ofSeconds(20));
        if (credentials != null) {
            request.header("Authorization", credentials);
        }
        return visitor.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void aSpdyVisitorsSessionIsOneConnection() throws Exception {
        tunnelIsUp(rig.front(), NTLM, "");
        try (SpdyVisit alice = new SpdyVisit(rig.frontPort, 0);
                SpdyVisit bob = new SpdyVisit(rig.frontPort, 0)) {
            assertThat(alice.gets("/", "authorization", "NTLM alice").text()).startsWith("alice on ");
            assertThat(bob.gets("/").head().status().code()).isEqualTo(401);
            assertThat(alice.gets("/").text()).startsWith("alice on ");
        }
    }

    /** Plain netty-http does not say which of its visitors asks, so nothing is kept for anybody. */
    @Test
    void withoutAWordWhoseItIsAConnectionEndsWithItsExchange() throws Exception {
        tunnelIsUp(rig.front(""), NTLM, "");
        try (SocketEnd alice = visitor();
                SocketEnd bob = visitor()) {
            assertThat(asks(alice, "/", "Authorization: NTLM alice")).startsWith("alice on ");
            assertThat(asks(bob, "/")).isEqualTo("401");
            await().atMost(2, TimeUnit.SECONDS).until(() -> service.open.get() == 0);
        }
    }

    @Test
    void withoutATunnelItsConnectionsEndWithTheVisitor() throws Exception {
        service = new LoginService(NTLM);
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.serve("tls=false&forwardTo=" + service.url())).log("${header.CamelHttpPath}");
            }
        });
        rig.origin.start();
        try (SocketEnd bob = SocketEnd.to(rig.servePort)) {
            try (SocketEnd alice = SocketEnd.to(rig.servePort)) {
                assertThat(asks(alice, "/", "Authorization: NTLM alice")).isEqualTo("alice on 1");
                assertThat(asks(bob, "/")).isEqualTo("401");
                assertThat(asks(alice, "/")).isEqualTo("alice on 1");
                assertThat(service.open).hasValue(2);
            }
            await().atMost(2, TimeUnit.SECONDS).until(() -> service.open.get() == 1);
        }
    }

    /** One session of a producer carries many visitors, whom the end that serves it must tell apart. */
    @Test
    void aProducersSessionIsAsManyAsItsVisitors() throws Exception {
        service = new LoginService(NTLM);
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front()).to(rig.connect("tls=false&throwExceptionOnFailure=false"));
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.serve("tls=false&forwardTo=" + service.url())).log("${header.CamelHttpPath}");
            }
        });
        rig.origin.start();
        rig.proxy.start();
        try (SocketEnd alice = visitor();
                SocketEnd bob = visitor()) {
            assertThat(asks(alice, "/", "Authorization: NTLM alice")).startsWith("alice on ");
            assertThat(asks(bob, "/")).isEqualTo("401");
            assertThat(asks(alice, "/")).startsWith("alice on ");
        }
    }
}
