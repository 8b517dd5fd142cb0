package io.spdytunnel;

import io.spdytunnel.front.VisitorEdge;
import io.spdytunnel.front.VisitorProtocol;
import io.spdytunnel.front.VisitorServerSettings;
import io.spdytunnel.front.VisitorTimeouts;
import io.spdytunnel.http.StreamingTypes;
import io.spdytunnel.net.AddressRanges;
import io.spdytunnel.spi.Api;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.component.netty.NettyServerBootstrapFactory;
import org.apache.camel.component.netty.http.HttpServerConsumerChannelFactory;
import org.apache.camel.component.netty.http.NettySharedHttpServer;
import org.apache.camel.component.netty.http.NettySharedHttpServerBootstrapConfiguration;
import org.jspecify.annotations.NullUnmarked;

/**
 * The front door: lets a {@code netty-http:} consumer receive its requests through this project's streaming server.
 * It costs a route one option; host, port, path and TLS stay in the URI:
 *
 * <pre>
 * from("netty-http:http://0.0.0.0:8080?matchOnUriPrefix=true&amp;nettySharedHttpServer=#class:io.spdytunnel.FrontDoor")
 * </pre>
 *
 * <p>For other limits, make it a bean and refer to the bean: {@code nettySharedHttpServer=#frontDoor}. Routes on one
 * port share the server, and must agree on its limits.
 */
@Api
@NullUnmarked
public class FrontDoor implements NettySharedHttpServer {

    private long headTimeout = VisitorTimeouts.DEFAULT.head().toMillis();
    private long keepAliveTimeout = VisitorTimeouts.DEFAULT.keepAlive().toMillis();
    private long bodyIdleTimeout = VisitorTimeouts.DEFAULT.bodyIdle().toMillis();
    private String streamingTypes = StreamingTypes.DEFAULT_TEXT;
    private int maxHeadSize = VisitorServerSettings.DEFAULT.maxHeadBytes();
    private int maxHeaderFields = VisitorServerSettings.DEFAULT.maxHeaderFields();
    private int maxConnections = VisitorServerSettings.DEFAULT.maxConnections();
    private int sendBufferSize = VisitorServerSettings.DEFAULT.sendBufferBytes();
    private int maxAborts = VisitorServerSettings.DEFAULT.maxAborts();
    private int maxConcurrentStreams = VisitorServerSettings.DEFAULT.http2Streams();
    private long reloadInterval = 5_000;
    private boolean accessLog;
    private AddressRanges trustedAddresses = AddressRanges.NONE;
    private AddressRanges allow = AddressRanges.NONE;
    private AddressRanges deny = AddressRanges.NONE;
    private AddressRanges proxyProtocolFrom = AddressRanges.NONE;
    private String protocols = "h2,spdy/3.1,http/1.1";

    /** The limits as they are set now. */
    VisitorServerSettings settings() {
        VisitorServerSettings defaults = VisitorServerSettings.DEFAULT;
        return new VisitorServerSettings(
                        new VisitorTimeouts(
                                Duration.ofMillis(headTimeout),
                                Duration.ofMillis(keepAliveTimeout),
                                Duration.ofMillis(bodyIdleTimeout),
                                VisitorTimeouts.DEFAULT.linger(),
                                StreamingTypes.parse(streamingTypes)),
                        maxHeadSize,
                        maxHeadSize / 2,
                        maxHeaderFields,
                        defaults.readAheadBytes(),
                        maxConnections,
                        maxAborts,
                        sendBufferSize)
                .withHttp2Streams(maxConcurrentStreams)
                .withEdge(new VisitorEdge(allow, deny, proxyProtocolFrom, trustedAddresses, accessLog))
                .withProtocols(Stream.of(protocols.split(",", -1))
                        .map(name -> VisitorProtocol.ofAlpn(name.trim()))
                        .collect(Collectors.toSet()));
    }

    /** Timeout for the head of a request, in milliseconds; then 408. */
    public void setHeadTimeout(long headTimeout) {
        this.headTimeout = headTimeout;
    }

    /** How long a connection may be idle between two requests, in milliseconds. */
    public void setKeepAliveTimeout(long keepAliveTimeout) {
        this.keepAliveTimeout = keepAliveTimeout;
    }

    /** How long a body may be silent, in milliseconds; 0 for no limit. Types in streamingTypes have no limit. */
    public void setBodyIdleTimeout(long bodyIdleTimeout) {
        this.bodyIdleTimeout = bodyIdleTimeout;
    }

    /**
     * Content types, separated by comma, whose bodies may be silent without limit; {@code audio/*} means all audio
     * types.
     */
    public void setStreamingTypes(String streamingTypes) {
        this.streamingTypes =
                String.join(",", StreamingTypes.parse(streamingTypes).types());
    }

    /** Longest head of a request in bytes; a longer one gets 431. A target longer than half of it gets 414. */
    public void setMaxHeadSize(int maxHeadSize) {
        this.maxHeadSize = maxHeadSize;
    }

    /** Largest number of headers of a request; more get 431. */
    public void setMaxHeaderFields(int maxHeaderFields) {
        this.maxHeaderFields = maxHeaderFields;
    }

    /** Largest number of visitor connections at once. */
    public void setMaxConnections(int maxConnections) {
        this.maxConnections = maxConnections;
    }

    /**
     * Number of requests of one address that it gave up and that are still in progress; at this number it gets 429.
     */
    public void setMaxAborts(int maxAborts) {
        this.maxAborts = maxAborts;
    }

    /** Number of requests of one HTTP/2 visitor at once; one more is refused and can safely be sent again. */
    public void setMaxConcurrentStreams(int maxConcurrentStreams) {
        this.maxConcurrentStreams = maxConcurrentStreams;
    }

    /**
     * Bytes that the kernel may hold for a visitor (SO_SNDBUF; the kernel doubles and caps it). 0: the kernel's choice.
     */
    public void setSendBufferSize(int sendBufferSize) {
        this.sendBufferSize = sendBufferSize;
    }

    /**
     * Protocols that visitors may speak, as ALPN names, separated by comma. In plain TCP, the first bytes tell the
     * protocol.
     */
    public void setProtocols(String protocols) {
        this.protocols = protocols;
    }

    long reloadInterval() {
        return reloadInterval;
    }

    /** Interval in milliseconds between checks whether files of sslContextParameters have changed; 0 for no checks. */
    public void setReloadInterval(long reloadInterval) {
        if (reloadInterval < 0) {
            throw new IllegalArgumentException(
                    "front door: reloadInterval must be at least 0 ms, was " + reloadInterval);
        }
        this.reloadInterval = reloadInterval;
    }

    /** If true, each request is logged on the logger {@code spdytunnel.access}, at INFO. */
    public void setAccessLog(boolean accessLog) {
        this.accessLog = accessLog;
    }

    /** Proxies whose X-Forwarded-For and Forwarded are believed: addresses and ranges, separated by comma. */
    public void setTrustedAddresses(String trustedAddresses) {
        this.trustedAddresses = ranges("trustedAddresses", trustedAddresses);
    }

    /** Addresses and ranges, separated by comma, from which visitors may connect; empty for all. */
    public void setAllow(String allow) {
        this.allow = ranges("allow", allow);
    }

    /** Addresses and ranges, separated by comma, from which no visitor may connect, even if allow has them. */
    public void setDeny(String deny) {
        this.deny = ranges("deny", deny);
    }

    /**
     * Addresses and ranges, separated by comma, whose connections begin with a PROXY protocol header, version 1 or 2.
     */
    public void setProxyProtocolFrom(String proxyProtocolFrom) {
        this.proxyProtocolFrom = ranges("proxyProtocolFrom", proxyProtocolFrom);
    }

    private static AddressRanges ranges(String option, String text) {
        try {
            return text == null || text.isBlank() ? AddressRanges.NONE : AddressRanges.parse(text);
        } catch (IllegalArgumentException none) {
            throw new IllegalArgumentException("front door: " + option + ": " + none.getMessage(), none);
        }
    }

    // ---- what netty-http asks of a shared server

    @Override
    public NettyServerBootstrapFactory getServerBootstrapFactory() {
        return new FrontDoorBootstrap(this);
    }

    /** Zero: the front door has no port of its own; the URI has the port. */
    @Override
    public int getPort() {
        return -1;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        // each consumer brings its own
    }

    @Override
    public void setNettyServerBootstrapConfiguration(NettySharedHttpServerBootstrapConfiguration configuration) {
        throw new IllegalArgumentException("the front door takes host, port and TLS from the netty-http URI;"
                + " remove its bootstrap configuration");
    }

    @Override
    public void setStartServer(boolean startServer) {
        // it always starts with its first consumer
    }

    @Override
    public void setThreadNamePattern(String pattern) {
        // its threads are the component's
    }

    @Override
    public HttpServerConsumerChannelFactory getConsumerChannelFactory() {
        throw new UnsupportedOperationException("the front door has its own pipeline");
    }

    @Override
    public int getConsumersSize() {
        return 0;
    }

    @Override
    public void start() {
        // with its first consumer
    }

    @Override
    public void stop() {
        // with its last consumer
    }
}
