package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Limits per origin: what visitors hear who go beyond them, and that other origins do not notice. */
class OriginLimitsTest {

    private final TunnelRig rig = new TunnelRig();
    private final CountDownLatch arrived = new CountDownLatch(2);
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void close() {
        release.countDown();
        rig.close();
    }

    /** Origins a and b behind one producer with these options; the path's first part names the origin. */
    private void isUp(String options) throws Exception {
        rig.proxy.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front())
                        .setHeader(SpdyTunnelConstants.ORIGIN, simple("${header.CamelHttpPath.substring(1,2)}"))
                        .to(rig.tunnel("*", "anyName=true&" + options));
            }
        });
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("a", "")).process(OriginLimitsTest.this::serve);
                from(rig.dial("b", "")).process(OriginLimitsTest.this::serve);
            }
        });
        rig.starts().isUp();
    }

    private void serve(Exchange exchange) throws Exception {
        String path = exchange.getMessage().getHeader(Exchange.HTTP_PATH, String.class);
        if (path.endsWith("/slow")) {
            arrived.countDown();
            release.await(20, TimeUnit.SECONDS);
        }
        String body = exchange.getMessage().getBody(String.class);
        int length = body == null ? 0 : body.length();
        exchange.getMessage().setBody(path.endsWith("/large") ? "x".repeat(300_000) : "got " + length);
    }

    private static void says(HttpResponse<String> answer, int status, String header, String value) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue(header)).hasValue(value);
    }

    private long refused() {
        return rig.proxy.getEndpoints().stream()
                .filter(SpdyTunnelEndpoint.class::isInstance)
                .mapToLong(endpoint -> ((SpdyTunnelEndpoint) endpoint).getRequestsRefusedByLimits())
                .sum();
    }

    @Test
    void requestsPerPeriodAreCountedForEachOrigin() throws Exception {
        isUp("requestsPerPeriod=2&period=200s");

        says(rig.gets("/a"), 200, "RateLimit-Remaining", "1");
        says(rig.gets("/a"), 200, "RateLimit-Remaining", "0");
        says(rig.gets("/a"), 429, "Retry-After", "100");
        says(rig.gets("/b"), 200, "RateLimit-Remaining", "1");
        assertThat(refused()).isEqualTo(1);
    }

    @Test
    void aRefusalThatBecomesTheReplySaysWhatIsLeft() throws Exception {
        isUp("requestsPerPeriod=1&period=100s&throwExceptionOnFailure=false");

        rig.gets("/a");
        HttpResponse<String> answer = rig.gets("/a");

        says(answer, 429, "RateLimit-Remaining", "0");
        says(answer, 429, "RateLimit-Reset", "100");
        assertThat(answer.body()).contains("origin a has used up its 1 requests per 100 s (requestsPerPeriod)");
    }

    @Test
    void anUnknownOriginIsNotCounted() throws Exception {
        isUp("requestsPerPeriod=1");

        assertThat(rig.gets("/c").statusCode()).isEqualTo(404);
        assertThat(rig.gets("/c").statusCode()).isEqualTo(404);
        assertThat(rig.proxy
                        .getComponent("spdytunnel", SpdyTunnelComponent.class)
                        .running()
                        .meters()
                        .size())
                .isZero();
    }

    @Test
    void oneMoreThanMaxConcurrentRequestsIsRefusedUntilOneIsOver() throws Exception {
        isUp("maxConcurrentRequests=2");
        CompletableFuture<HttpResponse<String>> one =
                rig.visitor.sendAsync(rig.request("/a/slow").build(), BodyHandlers.ofString());
        CompletableFuture<HttpResponse<String>> two =
                rig.visitor.sendAsync(rig.request("/a/slow").build(), BodyHandlers.ofString());
        assertThat(arrived.await(5, TimeUnit.SECONDS)).isTrue();

        says(rig.gets("/a"), 503, "Retry-After", "1");
        assertThat(rig.gets("/b").statusCode()).isEqualTo(200);
        release.countDown();
        assertThat(one.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(two.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        for (int i = 0; i < 20; i++) { // whoever does not leave would be counted for ever
            Awaitility.await()
                    .atMost(5, TimeUnit.SECONDS)
                    .until(() -> rig.gets("/a").statusCode() == 200);
        }
    }

    @Test
    void bytesPerSecondSlowADownloadAndAnUpload() throws Exception {
        isUp("bytesPerSecond=100000");
        long began = System.nanoTime();

        assertThat(rig.gets("/a/large").body()).hasSize(300_000);
        assertThat(Duration.ofNanos(System.nanoTime() - began)) // 64 KiB at once, 100 kB spare
                .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(10));

        began = System.nanoTime();
        assertThat(rig.posts("/a", "x".repeat(300_000)).body()).isEqualTo("got 300000");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(1500));
        assertThat(rig.gets("/b").statusCode()).isEqualTo(200);
    }

    // ---- brickchain

    @Test
    void presetBrickchainIs500RequestsPer5MinutesAndBodiesOf512000Bytes() throws Exception {
        isUp("preset=brickchain");

        says(rig.gets("/a"), 200, "RateLimit-Policy", "500;w=300");
        assertThat(rig.posts("/a", "x".repeat(512_000)).body()).isEqualTo("got 512000");
        assertThat(rig.posts("/a", "x".repeat(512_001)).statusCode()).isEqualTo(413);
        assertThat(rig.visitor
                        .send(
                                rig.request("/a")
                                        .POST(BodyPublishers.fromPublisher(
                                                BodyPublishers.ofString("x".repeat(512_001))))
                                        .build(),
                                BodyHandlers.ofString())
                        .statusCode())
                .as("without a length")
                .isEqualTo(413);
    }

    @Test
    void whatTheEndpointSaysItselfCountsMoreThanThePreset() throws Exception {
        SpdyTunnelConfiguration options = options("spdytunnel:a?preset=brickchain&requestsPerPeriod=7");

        assertThat(options.getRequestsPerPeriod()).isEqualTo(7);
        assertThat(options.getPeriod()).isEqualTo(300_000);
        assertThat(options.getMaxRequestBodySize()).isEqualTo(512_000);
        assertThat(options.getMaxResponseBodySize()).isEqualTo(512_000);
        assertThat(options.getResponseTimeout()).isEqualTo(30_000);
    }

    @Test
    void aPresetOfTheComponentIsEveryEndpointsUnlessItSaysNone() throws Exception {
        rig.proxy
                .getComponent("spdytunnel", SpdyTunnelComponent.class)
                .getConfiguration()
                .setPreset("brickchain");

        assertThat(options("spdytunnel:a").getRequestsPerPeriod()).isEqualTo(500);
        assertThat(options("spdytunnel:a?preset=none").getRequestsPerPeriod()).isZero();
    }

    private SpdyTunnelConfiguration options(String uri) {
        return rig.proxy.getEndpoint(uri, SpdyTunnelEndpoint.class).getConfiguration();
    }

    @Test
    void limitsThatMakeNoSenseFailAtStart() {
        Map<String, String> wrong = Map.of(
                "requestsPerPeriod=-1", "requestsPerPeriod is -1",
                "period=10", "period is 10",
                "maxConcurrentRequests=-1", "maxConcurrentRequests is -1",
                "bytesPerSecond=1000", "bytesPerSecond is 1000; it must be at least 1024",
                "preset=other", "preset is \"other\"; it must be none or brickchain");

        wrong.forEach((options, message) ->
                assertThatThrownBy(() -> options("spdytunnel:a?" + options)).hasStackTraceContaining(message));
    }
}
