package io.spdytunnel;

import io.spdytunnel.exchange.NonBlockingTarget;
import io.spdytunnel.options.TunnelEnd;
import io.spdytunnel.spi.Api;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.AsyncEndpoint;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.spi.EndpointServiceLocation;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.spi.HeaderFilterStrategyAware;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.SynchronousDelegateProducer;
import org.apache.camel.util.URISupport;
import org.jspecify.annotations.NullUnmarked;

/**
 * Outbound-only HTTP tunnel: the producer is the public proxy, the consumer the origin that dials out to it.
 */
@Api
@NullUnmarked
@ManagedResource(description = "Managed SpdyTunnelEndpoint")
@UriEndpoint(
        firstVersion = "4.18.0",
        scheme = "spdytunnel",
        title = "SPDY Tunnel",
        syntax = "spdytunnel:origin",
        category = {Category.HTTP, Category.NETWORKING},
        headersClass = SpdyTunnelConstants.class)
public class SpdyTunnelEndpoint extends DefaultEndpoint
        implements AsyncEndpoint, HeaderFilterStrategyAware, EndpointServiceLocation, TunnelEnd, NonBlockingTarget {

    private static final String FORWARD = "forward";
    private static final String MESSAGES = "messages";

    @UriPath(
            description = "Name of the origin: a producer sends to it, a consumer registers as it. Lower-case "
                    + "letters, digits, dots and dashes. A producer may have an asterisk instead, and take the "
                    + "name of each request from the header CamelSpdyTunnelOrigin. A consumer with a key may "
                    + "have an asterisk, and gets the name that is derived from its key")
    @Metadata(required = true)
    private final String origin;

    @UriParam
    private final SpdyTunnelConfiguration configuration;

    @UriParam(
            label = "advanced",
            description = "Decides which headers pass. By default all headers but Camel's own. Headers of one hop "
                    + "(RFC 9110 7.6.1) never pass")
    private HeaderFilterStrategy headerFilterStrategy;

    // Of an endpoint alone: as defaults of the component they would make something else of every tunnel's ends.

    @UriParam(
            label = "consumer",
            description = "Where to serve HTTP/2, SPDY/3.1 and HTTP/1.1 without a tunnel, host:port. The origin's "
                    + "name is then only a label. Excludes proxy and all options of a tunnel")
    private String serve;

    @UriParam(
            label = "producer",
            description = "SPDY/3.1 server to send requests to without a tunnel, host:port. The origin's name is "
                    + "then only the Host of requests that have none. Excludes listen and all options of a "
                    + "tunnel")
    private String connect;

    @UriParam(
            label = "common",
            defaultValue = "forward",
            enums = "forward,messages",
            description = "What happens with WebSockets. forward: a consumer passes their bytes on to the service "
                    + "of forwardTo. messages: each message is an exchange, and its reply is a message back, "
                    + "with no service behind. A producer with messages, in the same context and with the "
                    + "consumer's name, sends messages to the WebSocket in the header "
                    + "CamelSpdyTunnelWebSocketKey, or to all")
    private String webSocket = FORWARD;

    private final LongAdder refused = new LongAdder();

    public SpdyTunnelEndpoint(
            String uri, SpdyTunnelComponent component, String origin, SpdyTunnelConfiguration configuration) {
        super(uri, component);
        this.origin = origin;
        this.configuration = configuration;
        setExchangePattern(ExchangePattern.InOut); // every request wants its answer, behind seda: as well
    }

    @Override
    public Producer createProducer() {
        if (serve != null) {
            throw new IllegalArgumentException(
                    this + ": option serve is for consumers (from); a producer (to) has connect, or listen");
        }
        if (takesWebSockets()) {
            return new SpdyTunnelWebSocketProducer(this);
        }
        SpdyTunnelProducer producer = new SpdyTunnelProducer(this);
        return configuration.isSynchronous() ? new SynchronousDelegateProducer(producer) : producer;
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        if (connect != null) {
            throw new IllegalArgumentException(
                    this + ": option connect is for producers (to); a consumer (from) has serve, or proxy");
        }
        DefaultConsumer consumer = serve == null
                ? new SpdyTunnelConsumer(this, processor)
                : new SpdyTunnelServingConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public SpdyTunnelComponent getComponent() {
        return (SpdyTunnelComponent) super.getComponent();
    }

    @Override
    @ManagedAttribute(description = "Name of the origin")
    public String getOrigin() {
        return origin;
    }

    @ManagedAttribute(description = "Requests refused by requestsPerPeriod, maxConcurrentRequests or bytesPerSecond")
    public long getRequestsRefusedByLimits() {
        return refused.sum();
    }

    void countRefused() {
        refused.increment();
    }

    public String getServe() {
        return serve;
    }

    public void setServe(String serve) {
        this.serve = serve;
    }

    public String getConnect() {
        return connect;
    }

    public void setConnect(String connect) {
        this.connect = connect;
    }

    public String getWebSocket() {
        return webSocket;
    }

    public void setWebSocket(String webSocket) {
        this.webSocket = webSocket;
    }

    /** True: the producer is started with the route, and its requests and replies stream. */
    @Override
    public boolean neverBlocks() {
        return !isLazyStartProducer() && configuration.isStreaming() && !takesWebSockets();
    }

    /** @throws IllegalArgumentException naming the option {@code webSocket}, its value and what is allowed */
    void checkWebSocket() {
        if (!webSocket.equals(FORWARD) && !webSocket.equals(MESSAGES)) {
            throw new IllegalArgumentException(URISupport.sanitizeUri(getEndpointUri()) + ": option webSocket is \""
                    + webSocket + "\"; it must be forward or messages");
        }
    }

    /** Whether the messages of WebSockets are exchanges of this endpoint. */
    boolean takesWebSockets() {
        return MESSAGES.equals(webSocket);
    }

    @Override
    public SpdyTunnelConfiguration getConfiguration() {
        return configuration;
    }

    @Override
    public HeaderFilterStrategy getHeaderFilterStrategy() {
        return headerFilterStrategy;
    }

    @Override
    public void setHeaderFilterStrategy(HeaderFilterStrategy headerFilterStrategy) {
        this.headerFilterStrategy = headerFilterStrategy;
    }

    @Override
    public String getServiceUrl() {
        if (serve != null || connect != null) {
            return serve != null ? serve : connect;
        }
        return configuration.getProxy() != null ? configuration.getProxy() : configuration.getListen();
    }

    @Override
    public String getServiceProtocol() {
        return "spdy";
    }

    @Override
    public Map<String, String> getServiceMetadata() {
        return Map.of("origin", origin);
    }
}
