package io.spdytunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.spdytunnel.http.RequestNotSent;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.StreamCache;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Camel's own means around the tunnel: the proxy is the test's context, two origins are contexts beside it. */
class CamelMeansTest extends CamelTestSupport {

    private final TunnelRig rig = new TunnelRig();
    private final AtomicInteger calls = new AtomicInteger();

    @Override
    protected CamelContext createCamelContext() {
        return rig.proxy;
    }

    @Override
    protected RoutesBuilder[] createRouteBuilders() {
        return new RoutesBuilder[] {choices(), recoveries(), copies()};
    }

    private RouteBuilder choices() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.front())
                        .routeId("front")
                        .setHeader("X-Fast-Path", constant("seen by the route"))
                        .to(rig.tunnel("origin1", "awaitOrigin=100"))
                        .setHeader("X-Route", constant("was here"));

                from("direct:filter")
                        .filter(header("let").isEqualTo("in"))
                        .to(rig.tunnel("origin1", ""))
                        .end();

                from("direct:choice")
                        .choice()
                        .when(header("to").isEqualTo(2))
                        .to(rig.tunnel("origin2", ""))
                        .otherwise()
                        .to(rig.tunnel("origin1", ""));

                from("direct:dynamic").toD(rig.tunnel("${header.name}", ""));
            }
        };
    }

    private RouteBuilder recoveries() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:retry")
                        .onException(RequestNotSent.class)
                        .maximumRedeliveries(20)
                        .redeliveryDelay(200)
                        .end()
                        .to(rig.tunnel("late", "awaitOrigin=0"));

                from("direct:failover")
                        .loadBalance()
                        .failover(1, true, false, RequestNotSent.class)
                        .to(rig.tunnel("absent", "awaitOrigin=0"), rig.tunnel("origin2", ""));

                from("direct:breaker")
                        .circuitBreaker()
                        .resilience4jConfiguration()
                        .minimumNumberOfCalls(2)
                        .slidingWindowSize(2)
                        .failureRateThreshold(50)
                        .end()
                        .process(exchange -> calls.incrementAndGet())
                        .to(rig.tunnel("absent", "awaitOrigin=0"))
                        .onFallback()
                        .setBody(constant("fallback"))
                        .end();
            }
        };
    }

    private RouteBuilder copies() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:wiretap").wireTap("mock:tapped").end().to(rig.tunnel("origin1", ""));

                from("direct:multicast")
                        .multicast((before, now) -> {
                            String body = now.getMessage().getBody(String.class);
                            if (before != null) {
                                body = before.getMessage().getBody(String.class) + "+" + body;
                            }
                            now.getMessage().setBody(body);
                            return now;
                        })
                        .to(rig.tunnel("origin1", ""), rig.tunnel("origin2", ""));

                from("direct:twice")
                        .to(rig.tunnel("origin1", ""))
                        .convertBodyTo(StreamCache.class)
                        .setHeader("first", bodyAs(String.class))
                        .setHeader("second", bodyAs(String.class));

                from("direct:collected")
                        .to(rig.tunnel("origin1", "streaming=false"))
                        .setHeader("first", bodyAs(String.class))
                        .setHeader("second", bodyAs(String.class));
            }
        };
    }

    private RouteBuilder origin(String name) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial(name, ""))
                        .setBody(simple(name + " ${header.CamelHttpMethod} ${body} ${header.X-Fast-Path}"));
            }
        };
    }

    @Test
    void anOriginsRouteMayHandOverToAnotherThread() throws Exception {
        rig.origin.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(rig.dial("origin3", "")).to("seda:elsewhere");
                from("seda:elsewhere").setBody(constant("from elsewhere"));
            }
        });

        assertThat(template.requestBodyAndHeader("direct:dynamic", "b", "name", "origin3", String.class))
                .isEqualTo("from elsewhere");
    }

    @BeforeEach
    void startOrigins() throws Exception {
        rig.origin.addRoutes(origin("origin1"));
        rig.origin.addRoutes(origin("origin2"));
        rig.origin.start();
        rig.isUp();
    }

    @AfterEach
    void stopOrigins() {
        rig.close();
    }

    private String asks(String endpoint, Object body) {
        return template.requestBody(endpoint, body, String.class);
    }

    @Test
    void everyStepOfTheRouteSeesTheExchange() throws Exception {
        HttpResponse<String> answer = rig.gets("/");

        assertThat(answer.body()).endsWith("seen by the route");
        assertThat(answer.headers().firstValue("X-Route")).contains("was here");
    }

    @Test
    void filterLetsThroughOrNot() {
        assertThat(template.requestBodyAndHeader("direct:filter", "b", "let", "in", String.class))
                .startsWith("origin1 POST b");
        assertThat(asks("direct:filter", "b")).isEqualTo("b");
    }

    @Test
    void choicePicksTheOrigin() {
        assertThat(template.requestBodyAndHeader("direct:choice", "b", "to", 2, String.class))
                .startsWith("origin2 ");
        assertThat(asks("direct:choice", "b")).startsWith("origin1 ");
    }

    @Test
    void onExceptionRetriesWhatWasNotSent() throws Exception {
        var waiting = template.asyncRequestBody("direct:retry", "b", String.class);

        rig.origin.addRoutes(origin("late"));

        assertThat(waiting.get(20, TimeUnit.SECONDS)).startsWith("late POST b");
    }

    @Test
    void failoverGoesToTheOtherOrigin() {
        assertThat(asks("direct:failover", "b")).startsWith("origin2 POST b");
    }

    @Test
    void circuitBreakerOpens() {
        for (int i = 0; i < 10; i++) {
            assertThat(asks("direct:breaker", "b")).isEqualTo("fallback");
        }
        assertThat(calls.get()).isBetween(2, 4);
    }

    @Test
    void wireTapSeesACopy() throws Exception {
        MockEndpoint tapped = getMockEndpoint("mock:tapped");
        tapped.expectedBodiesReceived("b");

        assertThat(asks("direct:wiretap", "b")).startsWith("origin1 POST b");

        tapped.assertIsSatisfied();
    }

    @Test
    void multicastReachesBoth() {
        assertThat(asks("direct:multicast", "b")).contains("origin1 POST b", "+", "origin2 POST b");
    }

    @Test
    void aReplyCanBeReadTwiceWhenTheRouteSaysSo() {
        for (String endpoint : List.of("direct:twice", "direct:collected")) {
            Exchange exchange =
                    template.request(endpoint, request -> request.getMessage().setBody("b"));
            assertThat(exchange.getMessage().getHeader("first", String.class))
                    .as(endpoint)
                    .startsWith("origin1 POST b");
            assertThat(exchange.getMessage().getHeader("second"))
                    .isEqualTo(exchange.getMessage().getHeader("first"));
        }
    }

    @Test
    void dynamicEndpointsReachTheirOrigin() {
        assertThat(template.requestBodyAndHeader("direct:dynamic", "b", "name", "origin2", String.class))
                .startsWith("origin2 ");
    }

    @Test
    void aProducerTemplateReadsTheReplyAsAnyType() throws Exception {
        assertThat(template.requestBody(rig.tunnel("origin1", ""), "b", byte[].class))
                .asString()
                .startsWith("origin1");
        HttpResponse<byte[]> head = rig.visitor.send(
                rig.request("/")
                        .method("HEAD", java.net.http.HttpRequest.BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(head.body()).isEmpty();
    }
}
