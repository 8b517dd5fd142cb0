package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.spdytunnel.options.TrustedPins;
import io.spdytunnel.testing.TestStore;
import io.spdytunnel.tunnel.TunnelClient;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.Settings;
import io.spdytunnel.wire.StreamStatus;
import java.io.IOException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjIntConsumer;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.builder.RouteBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each limit against hostile origins is an option: what is allowed passes, one more does not. */
class LimitOptionsTest {

    private final TunnelRig rig = new TunnelRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private String tunnel(String options) {
        return rig.tunnel("origin1", options).replace("sslContextParameters=#tls", "tls=false");
    }

    /** A proxy with these options, and an origin that is none of ours. */
    private RawOrigin origin(String options) throws Exception {
        listens(options);
        return RawOrigin.registered(rig.tunnelPort, "origin1", TunnelRig.TOKEN);
    }

    private void listens(String options) throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to(tunnel(options));
            }
        });
        rig.proxy.start();
    }

    private void closesAfter(int allowed, String options, ObjIntConsumer<RawOrigin> frame) throws Exception {
        try (RawOrigin origin = origin(options)) {
            for (int i = 0; i < allowed; i++) {
                frame.accept(origin, i);
            }
            assertThat(origin.isStillAnswered()).as("after what is allowed").isTrue();

            frame.accept(origin, allowed);

            assertThat(origin.hearsTheRest()).as("after one more").contains("GOAWAY 0 PROTOCOL_ERROR");
        }
    }

    private CompletableFuture<String> requests(String body) {
        return rig.proxy.createProducerTemplate().asyncRequestBody("direct:in", body, String.class);
    }

    // ---- frames

    @Test
    void maxControlFrameSize() throws Exception {
        HeaderBlock large = new HeaderBlock().add("x", "y".repeat(7900));
        closesAfter(1, "maxControlFrameSize=8192&maxHeaderSize=8000", (origin, i) -> {
            if (i == 0) {
                origin.writer().headers(1, Fin.MORE, large);
            } else {
                origin.saysHeadersOf(8193);
            }
        });
    }

    @Test
    void maxSettings() throws Exception {
        closesAfter(1, "maxSettings=2", (origin, i) -> {
            Settings settings = new Settings();
            for (int id = 90; id < 92 + i; id++) {
                settings.add(id, 1);
            }
            origin.writer().settings(settings);
        });
    }

    @Test
    void maxSettingsFrames() throws Exception {
        closesAfter(3, "maxSettingsFrames=3", (origin, i) -> origin.writer().settings(new Settings().add(99, i)));
    }

    @Test
    void maxPings() throws Exception {
        try (RawOrigin origin = origin("maxPings=5")) {
            for (int i = 0; i < 5; i++) {
                assertThat(origin.isStillAnswered()).as("PING " + i).isTrue();
            }

            origin.writer().ping(98);

            assertThat(origin.hearsTheRest()).contains("GOAWAY 0 PROTOCOL_ERROR");
        }
    }

    @Test
    void maxResets() throws Exception {
        closesAfter(2, "maxResets=2", (origin, i) -> origin.writer().rstStream(1 + 2 * i, StreamStatus.INTERNAL_ERROR));
    }

    @Test
    void maxStreamErrors() throws Exception {
        closesAfter(2, "maxStreamErrors=2", (origin, i) -> origin.writer()
                .headers(1001 + 2 * i, Fin.MORE, new HeaderBlock().add("x", "y")));
    }

    @Test
    void maxEmptyData() throws Exception {
        closesAfter(3, "maxEmptyData=3", (origin, i) -> origin.writer()
                .data(1001 + 2 * i, Unpooled.EMPTY_BUFFER, Fin.MORE));
    }

    @Test
    void spareUpdates() throws Exception {
        closesAfter(12, "spareUpdates=12", (origin, i) -> origin.writer().windowUpdate(0, 1));
    }

    @Test
    void maxUpdatesPerData() throws Exception {
        try (RawOrigin origin = origin("spareUpdates=10&maxUpdatesPerData=3")) {
            var unused = requests("one piece");
            origin.hears(frame -> frame.startsWith("DATA 1 "));
            for (int i = 0; i < 13; i++) {
                origin.writer().windowUpdate(0, 1);
            }
            assertThat(origin.isStillAnswered()).isTrue();

            origin.writer().windowUpdate(0, 1);

            assertThat(origin.hearsTheRest()).contains("GOAWAY 0 PROTOCOL_ERROR");
        }
    }

    @Test
    void maxDataFrameSize() throws Exception {
        try (RawOrigin origin = origin("maxDataFrameSize=1000")) {
            var unused = requests("x".repeat(2500));

            assertThat(origin.hears(frame -> frame.startsWith("DATA"))).isEqualTo("DATA 1 1000");
            assertThat(origin.hears(frame -> frame.startsWith("DATA"))).isEqualTo("DATA 1 1000");
            assertThat(origin.hears(frame -> frame.startsWith("DATA"))).isEqualTo("DATA 1 500 FIN");
        }
    }

    @Test
    void spdyVersion() throws Exception {
        try (RawOrigin origin = origin("spdyVersion=3")) {
            var unused = requests("x".repeat(70_000));
            origin.hears("DATA 1 16320"::equals);
            origin.writer().windowUpdate(1, 100_000);

            assertThat(origin.isStillAnswered()).isTrue();
            origin.hears(
                    frame -> frame.startsWith("DATA 1 ") && frame.endsWith(" FIN")); // no session window in the way
            assertThat(origin.heard())
                    .as("what a session of 3.1 begins with")
                    .doesNotContain("WINDOW_UPDATE 0 16711680");
        }
    }

    @Test
    void spdyVersionByDefault() throws Exception {
        try (RawOrigin origin = origin("")) {
            origin.hears("WINDOW_UPDATE 0 16711680"::equals);
        }
    }

    @Test
    void pushAndMaxPushes() throws Exception {
        try (RawOrigin origin = origin("push=true&maxPushes=7")) {
            origin.hears("Settings{4=7, 7=65536}"::equals);
        }
    }

    @Test
    void noPushesByDefault() throws Exception {
        try (RawOrigin origin = origin("maxPushes=7")) {
            origin.hears("Settings{4=0, 7=65536}"::equals);
        }
    }

    @Test
    void keepAliveIntervalAndPatience() throws Exception {
        try (RawOrigin origin = origin("keepAliveInterval=300&keepAlivePatience=200")) {
            origin.hears("PING 1"::equals);

            assertThat(origin.hearsTheRest()).as("nobody echoed it").contains("GOAWAY 0 OK");
        }
    }

    /** Cannot be reached over a socket before the kernel's buffers are full; TransportTest shows the effect. */
    @Test
    void maxUnreadRepliesReachesTheSession() {
        SpdyTunnelConfiguration configuration = new SpdyTunnelConfiguration();
        configuration.setMaxUnreadReplies(77);

        assertThat(configuration.sessionSettings().limits().maxUnflushedReplies())
                .isEqualTo(77);
    }

    // ---- registrations

    @Test
    void registrationTimeout() throws Exception {
        listens("registrationTimeout=300");
        long began = System.nanoTime();
        try (RawOrigin silent = new RawOrigin(rig.tunnelPort)) {
            assertThat(silent.hearsTheRest()).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void maxRegistrationSize() throws Exception {
        listens("maxRegistrationSize=400");
        String authorization = "Authorization: Bearer " + TunnelRig.TOKEN + "\r\n";
        try (RawOrigin modest = new RawOrigin(rig.tunnelPort);
                RawOrigin talkative = new RawOrigin(rig.tunnelPort)) {
            assertThat(modest.registers("origin1", authorization + "X: " + "x".repeat(100) + "\r\n"))
                    .startsWith("HTTP/1.1 200");
            assertThat(talkative.registers("origin1", authorization + "X: " + "x".repeat(400) + "\r\n"))
                    .startsWith("HTTP/1.1 431");
        }
    }

    @Test
    void maxUnregistered() throws Exception {
        onlyTheNewestOfThreeIsLeft("maxUnregistered=1");
    }

    @Test
    void maxUnregisteredPerAddress() throws Exception {
        onlyTheNewestOfThreeIsLeft("maxUnregisteredPerAddress=1");
    }

    private void onlyTheNewestOfThreeIsLeft(String options) throws Exception {
        // On several loops connections that come together may be taken in any order.
        rig.proxy.getComponent("spdytunnel", SpdyTunnelComponent.class).setEventLoopThreads(1);
        listens(options);
        try (RawOrigin first = new RawOrigin(rig.tunnelPort);
                RawOrigin second = new RawOrigin(rig.tunnelPort);
                RawOrigin third = new RawOrigin(rig.tunnelPort)) {
            assertThat(first.hearsTheRest()).isEmpty();
            assertThat(second.hearsTheRest()).isEmpty();
            assertThat(third.registers("origin1", "Authorization: Bearer " + TunnelRig.TOKEN + "\r\n"))
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void maxFailedRegistrations() throws Exception {
        listens("maxFailedRegistrations=2");
        assertThat(answerToAWrongToken()).startsWith("HTTP/1.1 401");
        assertThat(answerToAWrongToken()).startsWith("HTTP/1.1 401");
        assertThat(answerToAWrongToken()).startsWith("HTTP/1.1 429").containsIgnoringCase("retry-after:");
    }

    @Test
    void registrationsPerMinute() throws Exception {
        rig.proxy.getComponent("spdytunnel", SpdyTunnelComponent.class).setRegistrationsPerMinute(2);
        listens("");
        String token = "Authorization: Bearer " + TunnelRig.TOKEN + "\r\n";
        for (int i = 0; i < 2; i++) {
            try (RawOrigin origin = new RawOrigin(rig.tunnelPort)) {
                assertThat(origin.registers("origin1", token)).startsWith("HTTP/1.1 200");
            }
        }
        try (RawOrigin origin = new RawOrigin(rig.tunnelPort)) {
            assertThat(origin.registers("origin1", token))
                    .startsWith("HTTP/1.1 429")
                    .containsPattern("(?i)retry-after: (30|29)\r\n");
        }
    }

    private String answerToAWrongToken() throws IOException {
        try (RawOrigin origin = new RawOrigin(rig.tunnelPort)) {
            return origin.registers("origin1", "Authorization: Bearer wrong-but-of-some-length\r\n");
        }
    }

    @Test
    void endpointsOfOnePortMustAgree() throws Exception {
        listens("");
        assertThatThrownBy(() -> rig.proxy.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:other").to(tunnel("maxResets=3").replace("origin1", "origin2"));
                    }
                }))
                .isInstanceOf(FailedToStartRouteException.class)
                .hasStackTraceContaining("differs in maxResets: 2000 against 3");
    }

    // ---- the origin

    private TunnelClient dials(String options) throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to(rig.tunnel("origin1", ""));
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin1", options)).setBody(constant("hello"));
            }
        });
        rig.starts();
        return ((SpdyTunnelConsumer) rig.origin.getRoutes().get(0).getConsumer())
                .clients()
                .get(0);
    }

    @Test
    void paceOfRedialsReachesTheDialler() throws Exception {
        TunnelClient client = dials("redialStep=2s&redialSpread=3s&redialHealthyAfter=4s");

        assertThat(client.settings().redial().step()).isEqualTo(Duration.ofSeconds(2));
        assertThat(client.settings().redial().extraAfterLoss()).isEqualTo(Duration.ofSeconds(3));
        assertThat(client.settings().redial().healthyAfter()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void aTrustedPinMustFit() throws Exception {
        TunnelClient client = dials("trustedPin=" + Base64.getEncoder().encodeToString(new byte[32]));

        Awaitility.await().atMost(5, TimeUnit.SECONDS).untilAsserted(() -> assertThat(
                        client.status().sentence())
                .contains("the proxy's key is not the pinned one"));
    }

    @Test
    void aTrustedPinThatFitsLetsTheOriginIn() throws Exception {
        KeyStore store = KeyStore.getInstance(TestStore.path().toFile(), TestStore.PASSWORD.toCharArray());
        byte[] key = store.getCertificate(store.aliases().nextElement())
                .getPublicKey()
                .getEncoded();
        String pin = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(key));

        dials("trustedPin=" + Base64.getEncoder().encodeToString(new byte[32]) + "," + pin);

        rig.isUp();
        assertThat(requests("").get(5, TimeUnit.SECONDS)).isEqualTo("hello");
    }

    @Test
    void aPinThatIsNoneFailsAtStart() {
        assertThatThrownBy(() -> TrustedPins.parse("abc")).hasMessageContaining("trustedPin holds \"abc\"");
    }

    @Test
    void aPinSurvivesAUriWhichTurnsPlusIntoSpace() {
        String pin = "+" + "a".repeat(20) + "+" + "b".repeat(20) + "A=";

        assertThat(TrustedPins.parse(pin.replace('+', ' '))).containsExactly(pin);
    }
}
