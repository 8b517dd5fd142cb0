package io.spdytunnel.exchange;

import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.EndpointAware;
import org.apache.camel.ErrorHandlerFactory;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.FilterDefinition;
import org.apache.camel.model.LogDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RemoveHeaderDefinition;
import org.apache.camel.model.RemoveHeadersDefinition;
import org.apache.camel.model.RemovePropertiesDefinition;
import org.apache.camel.model.RemovePropertyDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SetBodyDefinition;
import org.apache.camel.model.SetHeaderDefinition;
import org.apache.camel.model.SetHeadersDefinition;
import org.apache.camel.model.SetPropertyDefinition;
import org.apache.camel.model.StopDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.WhenDefinition;
import org.apache.camel.model.errorhandler.ErrorHandlerHelper;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.apache.camel.model.errorhandler.RefErrorHandlerDefinition;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a route is known not to block. Such a route runs on the event loop of its request: two thread changes
 * per request would cost more than the route itself.
 *
 * <p>Known are steps that only read headers and set constants, and our own producer. With anything else, in the route
 * or around it, the route may block and runs on a worker. Logging counts as not blocking; slow log targets need an
 * asynchronous appender.
 */
public final class NonBlockingRoute {

    /** What is known of a route. */
    public enum Blocking {
        MAY_BLOCK,
        /** The route's author says that it does not block; its steps are not checked. */
        SAID_NOT_TO,
        /** Each of its steps is known not to block. */
        KNOWN_NOT_TO
    }

    /** Camel's policies and notifiers that only count. */
    private static final String METERS = "org.apache.camel.component.micrometer.";

    private final CamelContext context;
    private final Route route;

    private NonBlockingRoute(Route route) {
        this.context = route.getCamelContext();
        this.route = route;
    }

    /** Call it when the consumer starts: then the route's model is complete. */
    public static Blocking of(DefaultConsumer consumer) {
        return isKnown(consumer) ? Blocking.KNOWN_NOT_TO : Blocking.MAY_BLOCK;
    }

    static boolean isKnown(DefaultConsumer consumer) {
        Route route = consumer.getRoute();
        if (route == null) {
            return false; // somebody has made the consumer without one
        }
        Model model = route.getCamelContext().getCamelContextExtension().getContextPlugin(Model.class);
        RouteDefinition definition = model == null ? null : model.getRouteDefinition(route.getRouteId());
        return definition != null && new NonBlockingRoute(route).isKnown(definition);
    }

    private boolean isKnown(RouteDefinition definition) {
        return isLeftAlone(definition)
                && isPlain(definition.getErrorHandlerFactory())
                && areKnown(definition.getOutputs()); // what is set for all routes stands among them, too
    }

    /** Whether nothing but the route's own steps handles its exchanges. */
    private boolean isLeftAlone(RouteDefinition definition) {
        List<RoutePolicy> policies = route.getRoutePolicyList();
        return context.getCamelContextExtension().getInterceptStrategies().isEmpty()
                && route.getInterceptStrategies().isEmpty()
                && (policies == null || policies.stream().allMatch(NonBlockingRoute::isMeter))
                && context.getManagementStrategy().getEventNotifiers().stream()
                        .allMatch(notifier -> notifier.isIgnoreExchangeEvents() || isMeter(notifier))
                && definition.getInputType() == null
                && definition.getOutputType() == null
                && definition.getRestBindingDefinition() == null
                && definition.getInput().getVariableReceive() == null
                && isNone(route.getDelayer())
                && !Boolean.TRUE.equals(context.isDebugging())
                && !Boolean.TRUE.equals(route.isTracing());
    }

    private static boolean isMeter(Object helper) {
        return helper.getClass().getName().startsWith(METERS);
    }

    private static boolean isNone(@Nullable Long delay) {
        return delay == null || delay <= 0;
    }

    /**
     * No error handler, or Camel's default one without redelivery: redelivery may sleep, and other handlers may block.
     */
    private boolean isPlain(ErrorHandlerFactory handler) {
        ErrorHandlerFactory ofAll = context.getCamelContextExtension().getErrorHandlerFactory();
        return handler instanceof NoErrorHandlerDefinition || (isUnset(handler) && (ofAll == null || isUnset(ofAll)));
    }

    private static boolean isUnset(ErrorHandlerFactory handler) {
        return handler instanceof RefErrorHandlerDefinition named
                && !ErrorHandlerHelper.isErrorHandlerFactoryConfigured(named.getRef());
    }

    private boolean areKnown(List<ProcessorDefinition<?>> steps) {
        return steps.stream().allMatch(this::isKnown);
    }

    private boolean isKnown(ProcessorDefinition<?> step) {
        if (step instanceof ToDefinition to) {
            return isOurs(to);
        }
        if (step instanceof SetBodyDefinition body) {
            return InMemoryExpressions.is(body.getExpression());
        }
        if (step instanceof SetHeaderDefinition header) {
            return isKnown(header);
        }
        if (step instanceof SetHeadersDefinition several) {
            return several.getHeaders().stream().allMatch(NonBlockingRoute::isKnown);
        }
        if (step instanceof SetPropertyDefinition property) {
            return InMemoryExpressions.is(property.getName()) && InMemoryExpressions.is(property.getExpression());
        }
        if (step instanceof LogDefinition log) {
            boolean isSimple =
                    log.getLogLanguage() == null || log.getLogLanguage().equals("simple");
            return isSimple && InMemoryExpressions.is(log.getMessage());
        }
        if (step instanceof ChoiceDefinition choice) {
            return isKnown(choice);
        }
        if (step instanceof FilterDefinition filter) {
            return InMemoryExpressions.is(filter.getExpression()) && areKnown(filter.getOutputs());
        }
        return step instanceof RemoveHeaderDefinition
                || step instanceof RemoveHeadersDefinition
                || step instanceof RemovePropertyDefinition
                || step instanceof RemovePropertiesDefinition
                || step instanceof StopDefinition;
    }

    private static boolean isKnown(SetHeaderDefinition header) {
        return InMemoryExpressions.is(header.getName()) && InMemoryExpressions.is(header.getExpression());
    }

    private boolean isKnown(ChoiceDefinition choice) {
        for (WhenDefinition when : choice.getWhenClauses()) {
            if (!InMemoryExpressions.is(when.getExpression()) || !areKnown(when.getOutputs())) {
                return false;
            }
        }
        return choice.getOtherwise() == null || areKnown(choice.getOtherwise().getOutputs());
    }

    /** Looks up the endpoint that the route uses. Resolving its URI again could create another endpoint. */
    private boolean isOurs(ToDefinition to) {
        if (to.getVariableSend() != null || to.getVariableReceive() != null || to.getId() == null) {
            return false;
        }
        List<Processor> made = route.filter(to.getId());
        return !made.isEmpty() && made.stream().allMatch(NonBlockingRoute::sendsToOurs);
    }

    private static boolean sendsToOurs(Processor step) {
        return step instanceof EndpointAware sending
                && sending.getEndpoint() instanceof NonBlockingTarget ours
                && ours.neverBlocks();
    }
}
