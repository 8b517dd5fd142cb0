package io.spdytunnel.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.EventObject;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.LoggingLevel;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.support.RoutePolicySupport;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which routes may run on an event loop. */
class NonBlockingRouteTest {

    private static final String TUNNEL =
            "spdytunnel:origin1?listen=127.0.0.1:0&tls=false&token=secret-of-this-test-only";

    private final CamelContext context = new DefaultCamelContext();

    @AfterEach
    void stop() {
        context.stop();
    }

    private boolean isKnown(RouteBuilder routes) throws Exception {
        context.addRoutes(routes);
        context.start();
        return NonBlockingRoute.isKnown(
                (DefaultConsumer) context.getRoute("asked").getConsumer());
    }

    private boolean isKnown(UnaryOperator<ProcessorDefinition<?>> steps) throws Exception {
        return isKnown(route(steps));
    }

    private static RouteBuilder route(UnaryOperator<ProcessorDefinition<?>> steps) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                var unused = steps.apply(from("direct:start").routeId("asked"));
            }
        };
    }

    private static Named<UnaryOperator<ProcessorDefinition<?>>> steps(
            String name, UnaryOperator<ProcessorDefinition<?>> steps) {
        return Named.of(name, steps);
    }

    static Stream<Named<UnaryOperator<ProcessorDefinition<?>>>> known() {
        return Stream.of(
                steps("our producer", route -> route.to(TUNNEL)),
                steps("a line in the log", route -> route.log("${header.CamelHttpMethod} ${headers[CamelHttpPath]}")),
                steps("a constant text", route -> route.setBody().constant("hello")),
                steps("constant bytes", route -> route.setBody(new RouteBuilderConstants().bytes())),
                steps("headers", route -> route.setHeader("a", new RouteBuilderConstants().text())
                        .setHeader("b")
                        .simple("${header.a}-${exchangeProperty.c}")
                        .setHeader("d")
                        .header("a")
                        .setProperty("c")
                        .header("b")
                        .removeHeader("a")
                        .removeHeaders("x-*")
                        .removeProperty("c")),
                steps("a choice", route -> route.choice()
                        .when()
                        .simple("${header.Host} == 'a.example'")
                        .to(TUNNEL)
                        .otherwise()
                        .setHeader("CamelHttpResponseCode")
                        .constant(404)
                        .end()),
                steps(
                        "a filter",
                        route -> route.filter().simple("${header.a}").stop().end()));
    }

    @ParameterizedTest
    @MethodSource
    void known(UnaryOperator<ProcessorDefinition<?>> steps) throws Exception {
        assertThat(isKnown(steps)).isTrue();
    }

    @Test
    void placeholdersInTheProducersUriAreThoseOfTheRoute() throws Exception {
        assertThat(isKnown(route -> route.to(TUNNEL + "&legacyOrigin={{?nobody}}")))
                .isTrue();
        assertThat(context.getEndpoints()).as("none is made by asking").hasSize(2);
    }

    static Stream<Named<UnaryOperator<ProcessorDefinition<?>>>> unknown() {
        Processor anything = exchange -> {};
        return Stream.of(
                steps("code of the user's", route -> route.process(anything)),
                steps("behind our producer", route -> route.to(TUNNEL).process(anything)),
                steps("another component", route -> route.to("direct:other")),
                steps("a dynamic endpoint", route -> route.toD(TUNNEL)),
                steps("a producer that starts late", route -> route.to(TUNNEL + "&lazyStartProducer=true")),
                steps("a producer that waits for bodies", route -> route.to(TUNNEL + "&streaming=false")),
                steps("the body", route -> route.log("${body}")),
                steps("a method of a header's", route -> route.log("${header.a.size}")),
                steps("a bean", route -> route.setHeader("a")
                        .simple("${bean:type:java.lang.Thread?method=activeCount}")),
                steps("a placeholder", route -> route.setHeader("a").simple("{{what}}")),
                steps("another language", route -> route.log("x").setBody().simple("${header.a}${body}")),
                steps(
                        "a stream",
                        route -> route.setBody(new RouteBuilderConstants().of(new ByteArrayInputStream(new byte[1])))),
                steps("a function", route -> route.setBody(exchange -> "computed")),
                steps("in a choice", route -> route.choice()
                        .when()
                        .simple("${header.a}")
                        .process(anything)
                        .end()),
                steps("a choice by the body", route -> route.choice()
                        .when()
                        .simple("${body} == 'a'")
                        .stop()
                        .end()),
                steps("otherwise", route -> route.choice()
                        .when()
                        .simple("${header.a}")
                        .stop()
                        .otherwise()
                        .process(anything)
                        .end()),
                steps("in a filter", route -> route.filter()
                        .simple("${header.a}")
                        .process(anything)
                        .end()),
                steps("a delay", route -> route.delay(1).stop()));
    }

    @ParameterizedTest
    @MethodSource
    void unknown(UnaryOperator<ProcessorDefinition<?>> steps) throws Exception {
        context.getPropertiesComponent().addInitialProperty("what", "${body}");
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:other").log("other");
            }
        });
        assertThat(isKnown(steps)).isFalse();
    }

    static Stream<Named<Consumer<RouteBuilder>>> unknownBeforeAll() {
        return Stream.of(
                Named.of("onException", routes -> routes.onException(Exception.class)
                        .log("failed")),
                Named.of("onCompletion", routes -> routes.onCompletion().log("done")),
                Named.of("intercept", routes -> routes.intercept().log("step")),
                Named.of(
                        "a dead letter channel",
                        routes -> routes.errorHandler(routes.deadLetterChannel("direct:dead"))),
                Named.of(
                        "redelivery",
                        routes ->
                                routes.errorHandler(routes.defaultErrorHandler().maximumRedeliveries(1))),
                Named.of("interceptSendToEndpoint", routes -> routes.interceptSendToEndpoint("spdytunnel:*")
                        .log("sending")));
    }

    @ParameterizedTest
    @MethodSource
    void unknownBeforeAll(Consumer<RouteBuilder> before) throws Exception {
        assertThat(isKnown(new RouteBuilder() {
                    @Override
                    public void configure() {
                        before.accept(this);
                        from("direct:start").routeId("asked").to(TUNNEL);
                        from("direct:dead").log("dead");
                    }
                }))
                .isFalse();
    }

    static Stream<Named<Consumer<RouteDefinition>>> unknownRoutes() {
        return Stream.of(
                Named.of("a policy", route -> route.routePolicy(new RoutePolicySupport() {})),
                Named.of("a delayer", route -> route.delayer(1)),
                Named.of("tracing", route -> route.setTrace("true")),
                Named.of("an input type", route -> route.inputType(String.class)));
    }

    @ParameterizedTest
    @MethodSource
    void unknownRoutes(Consumer<RouteDefinition> made) throws Exception {
        assertThat(isKnown(new RouteBuilder() {
                    @Override
                    public void configure() {
                        RouteDefinition route = from("direct:start").routeId("asked");
                        made.accept(route);
                        route.to(TUNNEL);
                    }
                }))
                .isFalse();
    }

    @Test
    void notWithAnInterceptor() throws Exception {
        context.getCamelContextExtension()
                .addInterceptStrategy((camel, definition, target, next) -> new DelegateAsyncProcessor(target));

        assertThat(isKnown(route -> route.to(TUNNEL))).isFalse();
    }

    @Test
    void notWithANotifierThatHearsOfExchanges() throws Exception {
        context.getManagementStrategy().addEventNotifier(new EventNotifierSupport() {
            @Override
            public void notify(org.apache.camel.spi.CamelEvent event) {
                assertThat(event).isInstanceOf(EventObject.class);
            }
        });

        assertThat(isKnown(route -> route.to(TUNNEL))).isFalse();
    }

    @Test
    void notForADebugger() throws Exception {
        context.setDebugging(true);

        assertThat(isKnown(route -> route.log(LoggingLevel.TRACE, "a step"))).isFalse();
    }

    /** Java's constants as routes write them. */
    private static final class RouteBuilderConstants extends RouteBuilder {

        @Override
        public void configure() {}

        org.apache.camel.builder.ValueBuilder bytes() {
            return constant(new byte[1024]);
        }

        org.apache.camel.builder.ValueBuilder text() {
            return constant("text");
        }

        org.apache.camel.builder.ValueBuilder of(Object value) {
            return constant(value);
        }
    }
}
