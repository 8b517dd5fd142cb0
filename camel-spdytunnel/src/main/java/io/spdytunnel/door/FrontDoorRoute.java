package io.spdytunnel.door;

import io.spdytunnel.engine.TunnelEngine;
import io.spdytunnel.exchange.NonBlockingRoute;
import io.spdytunnel.exchange.NonBlockingRoute.Blocking;
import io.spdytunnel.exchange.ReceivedHeaders;
import io.spdytunnel.exchange.RequestExchanges;
import io.spdytunnel.exchange.RequestTargets;
import io.spdytunnel.http.IncomingRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.netty.NettyConstants;
import org.apache.camel.component.netty.http.NettyHttpConfiguration;
import org.apache.camel.component.netty.http.NettyHttpConsumer;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.jspecify.annotations.Nullable;

/**
 * One netty-http consumer behind the front door: which requests it gets, and how they become its exchanges. Paths match
 * as in netty-http: letter case and a last slash do not count, {@code {name}} matches any one segment, and longer paths
 * match only with {@code matchOnUriPrefix}.
 */
final class FrontDoorRoute implements RequestExchanges.Side {

    /** The package of the filters that Camel itself gives to endpoints. */
    private static final String CAMELS_OWN = "org.apache.camel.";

    private final NettyHttpConsumer consumer;
    private final String context;
    private final String[] segments;
    private final boolean prefix;
    private final @Nullable String methods;
    private final RequestExchanges exchanges;

    FrontDoorRoute(NettyHttpConsumer consumer, TunnelEngine engine, HeaderFilterStrategy usualFilter) {
        this.consumer = consumer;
        NettyHttpConfiguration options = consumer.getConfiguration();
        String path = options.getPath() == null ? "" : options.getPath();
        this.context = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        this.segments = segmentsOf(context);
        this.prefix = options.isMatchOnUriPrefix();
        String restrict = consumer.getEndpoint().getHttpMethodRestrict();
        this.methods = restrict == null
                ? null
                : "," + restrict.toUpperCase(Locale.ROOT).replace(" ", "") + ",";
        // usingExecutorService=false is netty-http's way to say that a route does not block
        Blocking blocking = NonBlockingRoute.of(consumer);
        if (blocking == Blocking.MAY_BLOCK && !options.isUsingExecutorService()) {
            blocking = Blocking.SAID_NOT_TO;
        }
        this.exchanges =
                new RequestExchanges(consumer, filterOf(consumer, usualFilter), engine.workers(), blocking, true, this);
    }

    /**
     * Camel's HTTP filters remove Cache-Control, Date, Via and others from replies, so they are replaced; a user's
     * filter stays.
     */
    private static HeaderFilterStrategy filterOf(NettyHttpConsumer consumer, HeaderFilterStrategy usual) {
        HeaderFilterStrategy chosen = consumer.getEndpoint().getHeaderFilterStrategy();
        return chosen == null || chosen.getClass().getName().startsWith(CAMELS_OWN) ? usual : chosen;
    }

    boolean isOf(NettyHttpConsumer other) {
        return consumer.equals(other);
    }

    /** The path of a target, which may be absolute. */
    static String pathOf(String target) {
        int mark = target.indexOf('?');
        return mark < 0 ? target : target.substring(0, mark);
    }

    boolean matches(String path) {
        if (segments.length == 0) {
            return prefix || path.isEmpty() || path.equals("/") || path.equals("*");
        }
        String[] asked = segmentsOf(path);
        if (asked.length < segments.length || (asked.length > segments.length && !prefix)) {
            return false;
        }
        for (int i = 0; i < segments.length; i++) {
            if (!isPlaceholder(segments[i]) && !segments[i].equalsIgnoreCase(asked[i])) {
                return false;
            }
        }
        return true;
    }

    boolean takes(String method) {
        return methods == null || methods.contains("," + method + ",");
    }

    /** Whether this route is more specific: more segments, or as many segments with fewer placeholders. */
    boolean isCloserThan(FrontDoorRoute other) {
        if (segments.length != other.segments.length) {
            return segments.length > other.segments.length;
        }
        return placeholders() < other.placeholders();
    }

    private int placeholders() {
        int count = 0;
        for (String segment : segments) {
            count += isPlaceholder(segment) ? 1 : 0;
        }
        return count;
    }

    private static boolean isPlaceholder(String segment) {
        return segment.startsWith("{") && segment.endsWith("}");
    }

    private static String[] segmentsOf(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/", -1)) {
            segments.add(segment);
        }
        int from = !segments.isEmpty() && segments.get(0).isEmpty() ? 1 : 0;
        int to = segments.size() > from && segments.get(segments.size() - 1).isEmpty()
                ? segments.size() - 1
                : segments.size();
        return segments.subList(from, to).toArray(new String[0]);
    }

    void handle(IncomingRequest request) {
        exchanges.handle(request);
    }

    @Override
    public void describe(IncomingRequest request, Message message) {
        String target = RequestTargets.of(request.head());
        RequestTargets.describe(target, context.indexOf('{') < 0 ? context : "", message);
        NettyHttpConfiguration options = consumer.getConfiguration();
        message.setHeader(
                Exchange.HTTP_URL,
                (request.isSecure() ? "https://" : "http://") + options.getHost() + ":" + options.getPort()
                        + pathOf(target));
        message.setHeader(NettyConstants.NETTY_REMOTE_ADDRESS, request.remoteAddress());
        message.setHeader(NettyConstants.NETTY_LOCAL_ADDRESS, request.localAddress());
        if (placeholders() > 0) {
            setPlaceholders(segmentsOf(pathOf(target)), message);
        }
    }

    private void setPlaceholders(String[] asked, Message message) {
        for (int i = 0; i < segments.length && i < asked.length; i++) {
            if (isPlaceholder(segments[i])) {
                message.setHeader(segments[i].substring(1, segments[i].length() - 1), asked[i]);
            }
        }
    }

    @Override
    public boolean handOn(Exchange exchange, IncomingRequest request, ReceivedHeaders asReceived) {
        return false;
    }
}
