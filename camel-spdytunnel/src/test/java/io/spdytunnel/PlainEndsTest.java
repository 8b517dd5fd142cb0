package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.spdytunnel.http.OutcomeUnknown;
import io.spdytunnel.http.RequestNotSent;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** SPDY without the tunnel: a consumer with {@code serve}, a producer with {@code connect}, and the two together. */
class PlainEndsTest {

    private final TunnelRig rig = new TunnelRig();
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void close() {
        release.countDown();
        rig.close();
    }

    private void serves(String options, Processor route) throws Exception {
        serves(rig.serve(options), route, "serving");
    }

    private void serves(String from, Processor route, String id) throws Exception {
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(from).routeId(id).process(route);
            }
        });
        rig.origin.start();
    }

    private void connects(String to) throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to(to);
            }
        });
        rig.proxy.start();
    }

    private Exchange asks(String path, Object body) {
        return rig.proxy.createProducerTemplate().request("direct:in", exchange -> {
            exchange.getMessage().setHeader(Exchange.HTTP_PATH, path);
            if (body != null) {
                exchange.getMessage().setHeader(Exchange.HTTP_METHOD, "POST");
                exchange.getMessage().setBody(body);
            }
        });
    }

    private CompletableFuture<Exchange> asksLater(String path) {
        return rig.proxy.createProducerTemplate().asyncSend("direct:in", exchange -> exchange.getMessage()
                .setHeader(Exchange.HTTP_PATH, path));
    }

    private static String text(Exchange exchange) {
        assertThat(exchange.getException()).isNull();
        return exchange.getMessage().getBody(String.class);
    }

    private static void hello(Exchange exchange) {
        exchange.getMessage().setBody("hello by " + exchange.getMessage().getHeader("host"));
    }

    /** Over TLS, which trusts the rig's own certificate. */
    private HttpResponse<String> getsByHttp1(String path) throws Exception {
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(TunnelRig.tls().createSSLContext(rig.origin))
                .build();
        return client.send(
                HttpRequest.newBuilder(URI.create("https://localhost:" + rig.servePort + path))
                        .timeout(Duration.ofSeconds(20))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void aRequestGoesFromOneEndToTheOther() throws Exception {
        serves("", PlainEndsTest::hello);
        connects(rig.connect(""));

        Exchange answer = asks("/here?q=1", null);

        assertThat(text(answer)).isEqualTo("hello by plain.example.com");
        assertThat(answer.getMessage().getHeader("date", String.class)).endsWith("GMT");
        assertThat(getsByHttp1("/there").body()).isEqualTo("hello by localhost:" + rig.servePort);
    }

    @Test
    void largeBodiesStreamBothWays() throws Exception {
        serves("", exchange -> {});
        connects(rig.connect(""));
        byte[] sent = new byte[5 * 1024 * 1024];
        new Random(2).nextBytes(sent);

        assertThat(asks("/", sent).getMessage().getBody(byte[].class)).isEqualTo(sent);
    }

    @Test
    void plainTcpNeedsNoAgreement() throws Exception {
        serves("spdytunnel:plain?tls=false&serve=127.0.0.1:" + rig.servePort, PlainEndsTest::hello, "serving");
        connects("spdytunnel:plain.example.com?tls=false&connect=127.0.0.1:" + rig.servePort);

        assertThat(text(asks("/", null))).isEqualTo("hello by plain.example.com");
        try (RawVisitor visitor = new RawVisitor(rig.servePort)) {
            visitor.says("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
            assertThat(new String(visitor.in().readAllBytes(), java.nio.charset.StandardCharsets.ISO_8859_1))
                    .startsWith("HTTP/1.1 200")
                    .endsWith("hello by a");
        }
    }

    @Test
    void aServersCertificateMustBeTrusted() throws Exception {
        serves("", PlainEndsTest::hello);
        connects(rig.connect("awaitOrigin=1s").replace("#tls", "#trustOnly"));

        assertThat(asks("/", null).getException())
                .isInstanceOf(RequestNotSent.class)
                .hasMessageContaining("TLS failed with localhost:" + rig.servePort);
    }

    @Test
    void aServersCertificateMustBeForItsName() throws Exception {
        serves("", PlainEndsTest::hello);
        connects(rig.connect("awaitOrigin=1s").replace("localhost:", "127.0.0.2:"));

        assertThat(asks("/", null).getException())
                .isInstanceOf(RequestNotSent.class)
                .hasMessageMatching("(?s).*127\\.0\\.0\\.2.*");
    }

    @Test
    void plainTextWhereTlsIsSpokenSaysWhatToDo() throws Exception {
        serves("spdytunnel:plain?tls=false&serve=127.0.0.1:" + rig.servePort, PlainEndsTest::hello, "serving");
        connects(rig.connect("awaitOrigin=1s"));

        assertThat(asks("/", null).getException())
                .isInstanceOf(RequestNotSent.class)
                .hasMessageContaining("localhost:" + rig.servePort)
                .hasMessageContaining("set tls=false");
    }

    @Test
    void aServerThatComesLateIsWaitedFor() throws Exception {
        connects(rig.connect(""));
        CompletableFuture<Exchange> early = asksLater("/");
        assertThat(early).isNotDone();

        serves("", PlainEndsTest::hello);

        assertThat(text(early.get(10, TimeUnit.SECONDS))).isEqualTo("hello by plain.example.com");
    }

    @Test
    void aServerThatIsAwayIsWaitedForNoLongerThanAwaitOrigin() throws Exception {
        connects(rig.connect("awaitOrigin=300"));

        Exchange answer = asks("/", null);

        assertThat(answer.getException())
                .isInstanceOf(RequestNotSent.class)
                .hasMessageContaining(
                        "no session to localhost:" + rig.servePort + " within 300 ms: Connection refused");
        assertThat(((RequestNotSent) answer.getException()).status()).isEqualTo(503);
    }

    @Test
    void aServersPlacesAreKeptTo() throws Exception {
        serves("maxConcurrentStreams=1", exchange -> release.await(20, TimeUnit.SECONDS));
        connects(rig.connect("awaitSlot=200"));
        CompletableFuture<Exchange> first = asksLater("/1");
        await().atMost(10, TimeUnit.SECONDS)
                .until(() -> rig.origin.getInflightRepository().size() == 1);

        assertThat(asks("/2", null).getException())
                .isInstanceOf(RequestNotSent.class)
                .hasMessageContaining("has no free slot within 200 ms");

        release.countDown();
        assertThat(first.get(10, TimeUnit.SECONDS).getException()).isNull();
    }

    @Test
    void aSuspendedServerAnswers503AndGoesOnWhenResumed() throws Exception {
        serves("", PlainEndsTest::hello);
        connects(rig.connect(""));
        text(asks("/", null));

        rig.origin.getRouteController().suspendRoute("serving");

        Exchange refused = asks("/", null);
        assertThat(text(refused)).isEqualTo("suspended\n");
        assertThat(refused.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(503);
        assertThat(health(rig.origin).getState()).isEqualTo(HealthCheck.State.DOWN);

        rig.origin.getRouteController().resumeRoute("serving");
        assertThat(text(asks("/", null))).isEqualTo("hello by plain.example.com");
        assertThat(health(rig.origin).getState()).isEqualTo(HealthCheck.State.UP);
    }

    private static HealthCheck.Result health(org.apache.camel.CamelContext context) {
        SpdyTunnelServingConsumer consumer =
                (SpdyTunnelServingConsumer) context.getRoute("serving").getConsumer();
        return SpdyTunnelHealthCheck.ofServer("serving", consumer).call();
    }

    @Test
    void aStoppedServerFinishesWhatItHasBegunAndIsDialledAnewWhenItIsBack() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        serves("", exchange -> {
            begun.countDown();
            release.await(20, TimeUnit.SECONDS);
            exchange.getMessage().setBody("done");
        });
        connects(rig.connect(""));
        CompletableFuture<Exchange> running = asksLater("/");
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> stopRoute("serving"));

        release.countDown();

        assertThat(text(running.get(10, TimeUnit.SECONDS))).isEqualTo("done");
        stopped.get(10, TimeUnit.SECONDS);
        assertThat(TunnelRig.isFree(rig.servePort)).isTrue();
        rig.origin.getRouteController().startRoute("serving");
        assertThat(text(asks("/", null))).isEqualTo("done");
    }

    private void stopRoute(String id) {
        try {
            rig.origin.getRouteController().stopRoute(id);
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void aServerThatDiesLeavesTheOutcomeUnknown() throws Exception {
        try (SpdyEndThatDies dying = new SpdyEndThatDies()) {
            connects("spdytunnel:plain.example.com?tls=false&connect=127.0.0.1:" + dying.port());

            assertThat(asks("/", null).getException()).isInstanceOf(OutcomeUnknown.class);
        }
    }

    @Test
    void manyRequestsShareOneConnection() throws Exception {
        serves("", exchange -> exchange.getMessage()
                .setBody(String.valueOf(exchange.getMessage().getHeader(SpdyTunnelConstants.REMOTE_ADDRESS))));
        connects(rig.connect(""));
        List<CompletableFuture<Exchange>> requests = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            requests.add(asksLater("/" + i));
        }

        List<String> from = new ArrayList<>();
        for (CompletableFuture<Exchange> request : requests) {
            from.add(text(request.get(20, TimeUnit.SECONDS)));
        }

        assertThat(from).hasSize(100);
        assertThat(from.stream().distinct()).hasSize(1);
    }

    @Test
    void bodiesOverTheLimitsAreRefusedToBothKindsOfVisitors() throws Exception {
        serves("maxRequestBodySize=10&maxResponseBodySize=200", exchange -> exchange.getMessage()
                .setBody("x"
                        .repeat(
                                exchange.getMessage()
                                                .getHeader(Exchange.HTTP_PATH)
                                                .equals("/long")
                                        ? 201
                                        : 200)));
        connects(rig.connect(""));

        Exchange refused = asks("/", "x".repeat(11));
        assertThat(text(refused)).contains("limit");
        assertThat(refused.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(413);
        assertThat(getsByHttp1("/").body()).hasSize(200);
        assertThat(getsByHttp1("/long").statusCode()).isEqualTo(502);
        assertThat(text(asks("/", "x".repeat(10)))).hasSize(200);
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(TunnelRig.tls().createSSLContext(rig.origin))
                .build();
        assertThat(client.send(
                                HttpRequest.newBuilder(URI.create("https://localhost:" + rig.servePort + "/"))
                                        .POST(BodyPublishers.ofString("x".repeat(11)))
                                        .build(),
                                BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void aServiceBehindForwardToHearsWhoTheVisitorIsAndNotWhatItSays() throws Exception {
        int service = TunnelRig.freePort();
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("netty-http:http://127.0.0.1:" + service + "?" + TunnelRig.FRONT_DOOR)
                        .setBody(simple("${header.x-forwarded-for} ${header.x-forwarded-proto}"));
            }
        });
        serves("forwardTo=http://127.0.0.1:" + service, exchange -> {});
        rig.proxy.start();
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(TunnelRig.tls().createSSLContext(rig.origin))
                .build();

        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create("https://localhost:" + rig.servePort + "/"))
                        .header("X-Forwarded-For", "6.6.6.6")
                        .build(),
                BodyHandlers.ofString());

        assertThat(answer.body()).isEqualTo("127.0.0.1 https");
    }

    @Test
    void theFrontDoorOfNettyHttpSpeaksSpdyTooUnlessTold() throws Exception {
        FrontDoor withoutSpdy = new FrontDoor();
        withoutSpdy.setProtocols("http/1.1");
        rig.origin.getRegistry().bind("withoutSpdy", withoutSpdy);
        int other = TunnelRig.freePort();
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front()).process(PlainEndsTest::hello);
                from("netty-http:http://127.0.0.1:" + other + "?nettySharedHttpServer=#withoutSpdy")
                        .process(PlainEndsTest::hello);
            }
        });
        rig.origin.start();
        connects("spdytunnel:plain.example.com?tls=false&connect=127.0.0.1:" + rig.frontPort);
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:other").to("spdytunnel:plain.example.com?tls=false&connect=127.0.0.1:" + other);
            }
        });

        assertThat(text(asks("/", null))).isEqualTo("hello by plain.example.com");
        assertThat(rig.gets("/").body()).isEqualTo("hello by 127.0.0.1:" + rig.frontPort);
        assertThat(rig.proxy
                        .createProducerTemplate()
                        .request("direct:other", any -> {})
                        .getException())
                .isInstanceOf(OutcomeUnknown.class);
    }

    @Test
    void whatNeedsATunnelIsExcluded() {
        for (String pair : List.of(
                "serve=127.0.0.1:1&proxy=p:1",
                "serve=127.0.0.1:1&token=abc",
                "serve=127.0.0.1:1&connect=a:1",
                "connect=127.0.0.1:1&listen=0.0.0.0:1",
                "connect=127.0.0.1:1&anyName=true")) {
            String[] names = pair.replaceAll("=[^&]*", "").split("&", -1);
            assertThatThrownBy(() -> rig.origin.getEndpoint("spdytunnel:plain?" + pair))
                    .hasStackTraceContaining("option " + names[0])
                    .hasStackTraceContaining("option " + names[1]);
        }
    }

    @Test
    void eachOfThemIsForItsOwnSide() {
        assertThatThrownBy(() -> connects(rig.serve(""))).hasStackTraceContaining("option serve is for consumers");
        assertThatThrownBy(() -> serves(rig.connect(""), exchange -> {}, "wrong"))
                .hasStackTraceContaining("option connect is for producers");
    }

    @Test
    void aServerNeedsAKey() {
        assertThatThrownBy(() -> serves("spdytunnel:plain?serve=127.0.0.1:" + rig.servePort, exchange -> {}, "keyless"))
                .hasStackTraceContaining("serve=127.0.0.1:" + rig.servePort + " has tls=true but no key store");
    }

    @Test
    void theComponentCannotMakePlainEndsOfAllItsTunnels() {
        for (String option : List.of("serve", "connect")) {
            Main main = new Main();
            main.addInitialProperty("camel.component.spdytunnel." + option, "127.0.0.1:1");

            assertThatThrownBy(main::init).hasStackTraceContaining(option);
        }
    }

    @Test
    void whatTheComponentHasForItsTunnelsIsNoObstacle() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            SpdyTunnelComponent component = context.getComponent("spdytunnel", SpdyTunnelComponent.class);
            component.getConfiguration().setProxy("proxy.example.com:1444");
            component.getConfiguration().setToken("a-token");

            SpdyTunnelEndpoint endpoint =
                    context.getEndpoint("spdytunnel:plain?serve=127.0.0.1:1", SpdyTunnelEndpoint.class);

            assertThat(endpoint.getServe()).isEqualTo("127.0.0.1:1");
            assertThat(endpoint.getServiceUrl()).isEqualTo("127.0.0.1:1");
            assertThat(Map.of("origin", "plain")).isEqualTo(endpoint.getServiceMetadata());
        }
    }
}
