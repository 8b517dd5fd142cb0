package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.Settings;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several instances of an origin share its name: who serves which visitor, and what becomes of one that lies. */
class SharingTest {

    private final TunnelRig rig = new TunnelRig();
    private final TunnelRig second = new TunnelRig(); // only its origin is used

    @AfterEach
    void close() {
        rig.close();
        second.close();
    }

    private void areUp(String options) throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front()).to(rig.tunnel("origin1", options));
            }
        });
        serves(rig.origin, "one");
        serves(second.origin, "two");
        rig.starts();
        second.origin.start();
        hasTunnels(2);
    }

    private void serves(CamelContext context, String answer) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", "")).setBody(constant(answer)).setHeader("Set-Cookie", constant("theirs=1"));
            }
        });
    }

    private void hasTunnels(int number) {
        Awaitility.await()
                .atMost(10, TimeUnit.SECONDS)
                .until(() -> rig.proxy
                                .getComponent("spdytunnel", SpdyTunnelComponent.class)
                                .running()
                                .directory()
                                .tunnels("origin1")
                                .size()
                        == number);
    }

    private HttpResponse<String> gets(String header, String value) throws Exception {
        return rig.visitor.send(rig.request("/").header(header, value).build(), BodyHandlers.ofString());
    }

    @Test
    void twoConsumersOfOneNameInOneJvmShareIt() throws Exception {
        areUp("");

        Set<String> served = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            served.add(rig.gets("/").body());
        }

        assertThat(served).isSubsetOf("one", "two");
        hasTunnels(2);
    }

    @Test
    void aCookieKeepsAVisitorAtOneInstanceUntilThatIsGone() throws Exception {
        areUp("sticky=cookie:shop");
        HttpResponse<String> first = rig.gets("/");
        List<String> cookies = first.headers().allValues("set-cookie");
        assertThat(cookies).hasSize(2).contains("theirs=1");
        assertThat(cookies.get(1)).matches("shop=[A-Za-z0-9_-]{16}; Path=/; HttpOnly; SameSite=Lax");
        String cookie = "theirs=1; " + cookies.get(1).replaceAll(";.*", "");

        for (int i = 0; i < 20; i++) {
            HttpResponse<String> next = gets("Cookie", cookie);
            assertThat(next.body()).isEqualTo(first.body());
            assertThat(next.headers().allValues("set-cookie")).containsExactly("theirs=1");
        }

        (first.body().equals("one") ? rig.origin : second.origin).stop();
        hasTunnels(1);
        HttpResponse<String> elsewhere = gets("Cookie", cookie);
        assertThat(elsewhere.statusCode()).isEqualTo(200);
        assertThat(elsewhere.body()).isNotEqualTo(first.body());
        assertThat(elsewhere.headers().allValues("set-cookie")).hasSize(2);
    }

    @Test
    void aHeadersValueKeepsRequestsTogetherAndMostValuesAreSpread() throws Exception {
        areUp("sticky=header:X-User");
        Map<String, String> servedBy = new HashMap<>();
        for (int user = 0; user < 40; user++) {
            servedBy.put("user " + user, gets("X-User", "user " + user).body());
        }

        assertThat(servedBy.values()).contains("one", "two");
        for (Map.Entry<String, String> user : servedBy.entrySet()) {
            assertThat(gets("X-User", user.getKey()).body()).isEqualTo(user.getValue());
        }
    }

    @Test
    void aStickyThatIsNoneFailsAtStart() {
        assertThatThrownBy(() -> rig.proxy.getEndpoint("spdytunnel:a?sticky=address"))
                .hasStackTraceContaining("option sticky is \"address\"; it must be cookie:NAME or header:NAME");
    }

    // ---- DEFENCES.md, row 21

    /** A proxy without TLS, an origin that is honest, and one of the same name that is not. */
    private RawOrigin liarBesideAnHonestOrigin(String options) throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to(plain(rig.tunnel("origin1", options)));
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(plain(rig.dial("origin1", ""))).setBody(constant("the truth"));
            }
        });
        rig.starts();
        hasTunnels(1);
        RawOrigin liar = RawOrigin.registered(rig.tunnelPort, "origin1", TunnelRig.TOKEN);
        hasTunnels(2);
        liar.writer().settings(new Settings().add(Settings.MAX_CONCURRENT_STREAMS, 1_000_000));
        assertThat(liar.isStillAnswered()).isTrue(); // so the proxy has seen it
        return liar;
    }

    private static String plain(String uri) {
        return uri.replace("sslContextParameters=#tls", "tls=false");
    }

    /** Sends a request, which goes to the liar: none has more room, by its own word. */
    private int liesTo(RawOrigin liar) {
        CompletableFuture<String> unused = requests();
        return Integer.parseInt(liar.hears(SharingTest::isRequest).split(" ", 3)[1]);
    }

    private static boolean isRequest(String frame) {
        return frame.startsWith("SYN_STREAM");
    }

    private CompletableFuture<String> requests() {
        return rig.proxy.createProducerTemplate().asyncRequestBody("direct:in", null, String.class);
    }

    private void onlyTheTruthIsTold() throws Exception {
        hasTunnels(1);
        for (int i = 0; i < 20; i++) {
            assertThat(requests().get(5, TimeUnit.SECONDS)).isEqualTo("the truth");
        }
    }

    @Test
    void row21AnOriginThatBreaksTheSessionIsClosedAndTheOtherServes() throws Exception {
        try (RawOrigin liar = liarBesideAnHonestOrigin("")) {
            liesTo(liar);

            liar.writer().windowUpdate(0, Integer.MAX_VALUE); // more room than there can be

            assertThat(liar.hearsTheRest()).contains("GOAWAY 0 PROTOCOL_ERROR");
            onlyTheTruthIsTold();
        }
    }

    @Test
    void row21AnOriginWhoseAnswersAreMalformedIsClosedAndTheOtherServes() throws Exception {
        try (RawOrigin liar = liarBesideAnHonestOrigin("maxStreamErrors=3")) {
            for (int i = 0; i < 4; i++) {
                answersNonsense(liar, liesTo(liar));
            }

            assertThat(liar.hearsTheRest()).contains("GOAWAY 0 PROTOCOL_ERROR");
            onlyTheTruthIsTold();
        }
    }

    private static void answersNonsense(RawOrigin liar, int stream) throws IOException {
        liar.writer()
                .synReply(
                        stream,
                        Fin.FIN,
                        new HeaderBlock().add(":status", "perhaps").add(":version", "HTTP/1.1"));
    }
}
