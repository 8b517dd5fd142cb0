package io.spdytunnel;

import io.spdytunnel.directory.OriginName;
import io.spdytunnel.engine.EngineSettings;
import io.spdytunnel.engine.TunnelEngine;
import io.spdytunnel.options.HostPort;
import io.spdytunnel.options.OptionRules;
import io.spdytunnel.options.OriginPresets;
import io.spdytunnel.options.TunnelEnd;
import io.spdytunnel.spi.Api;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.SSLContextParametersAware;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.spi.HeaderFilterStrategyAware;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;
import org.jspecify.annotations.NullUnmarked;

/** The component {@code spdytunnel}. */
@Api
@NullUnmarked
@Component("spdytunnel")
public class SpdyTunnelComponent extends HealthCheckComponent
        implements SSLContextParametersAware, HeaderFilterStrategyAware {

    @Metadata(description = "Options that all endpoints start from")
    private SpdyTunnelConfiguration configuration = new SpdyTunnelConfiguration();

    @Metadata(
            label = "advanced",
            description = "Decides which headers pass. By default all headers but Camel's own. Headers of one hop "
                    + "(RFC 9110 7.6.1) never pass")
    private HeaderFilterStrategy headerFilterStrategy = new SpdyTunnelHeaderFilterStrategy();

    @Metadata(label = "security", defaultValue = "false", description = "Enable usage of global SSL context parameters")
    private boolean useGlobalSslContextParameters;

    @Metadata(
            label = "security",
            defaultValue = "auto",
            enums = "auto,jdk,openssl",
            description = "Library that encrypts tunnels, serving ports and the front door. openssl: needs netty-"
                    + "tcnative on the class path and fails without it. auto: OpenSSL if it is there and "
                    + "supports what the sslContextParameters say, otherwise the JDK. jdk: the JDK")
    private String tlsProvider = "auto";

    @Metadata(
            label = "advanced",
            javaType = "long",
            description = "Bytes that all bodies under way may hold together, including granted credit, at least "
                    + "65536. By default a quarter of the JVM's direct memory")
    private long memoryBudget;

    @Metadata(
            label = "advanced",
            defaultValue = "0",
            description = "Number of event loop threads, which carry tunnels and visitors; 0 for one per core")
    private int eventLoopThreads;

    @Metadata(
            label = "advanced",
            defaultValue = "256",
            description = "Most worker threads, on which routes run and blocking bodies are read. Idle workers end")
    private int maxWorkers = 256;

    @Metadata(
            label = "producer,advanced",
            defaultValue = "0",
            description = "Number of registrations per minute for each connection of an origin's instance, before "
                    + "it gets 429 with Retry-After; 0 for no limit")
    private int registrationsPerMinute;

    private volatile RunningComponent running;
    private HealthCheck liveness;

    public SpdyTunnelComponent() {}

    public SpdyTunnelComponent(CamelContext context) {
        super(context);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        SpdyTunnelConfiguration copy = configuration.copy();
        SpdyTunnelEndpoint endpoint = new SpdyTunnelEndpoint(uri, this, originOf(remaining), copy);
        endpoint.setHeaderFilterStrategy(headerFilterStrategy);
        OptionRules.checkPlain(uri, parameters);
        OriginPresets.fill(copy, String.valueOf(parameters.getOrDefault("preset", copy.getPreset())));
        setProperties(endpoint, parameters);
        endpoint.checkWebSocket();
        if (endpoint.getServe() != null) {
            HostPort.parse("serve", endpoint.getServe());
        }
        if (endpoint.getConnect() != null) {
            HostPort.parse("connect", endpoint.getConnect());
        }
        if (copy.getSslContextParameters() == null) {
            copy.setSslContextParameters(retrieveGlobalSslContextParameters());
        }
        OptionRules.check(uri, copy);
        return endpoint;
    }

    /** @throws IllegalArgumentException if it is neither a name nor {@code *} */
    private static String originOf(String remaining) {
        return TunnelEnd.ANY.equals(remaining) ? remaining : OriginName.require(remaining);
    }

    /** What all endpoints share; created at the first call, and closed with the component. */
    RunningComponent running() {
        RunningComponent current = running;
        if (current == null) {
            lock.lock();
            try {
                current = running;
                if (current == null) {
                    current = new RunningComponent(
                            getCamelContext(),
                            new EngineSettings(tlsProvider, memoryBudget, eventLoopThreads, maxWorkers),
                            configuration,
                            registrationsPerMinute);
                    running = current;
                    watch(current.engine());
                }
            } finally {
                lock.unlock();
            }
        }
        return current;
    }

    private void watch(TunnelEngine engine) {
        HealthCheckRegistry checks = HealthCheckRegistry.get(getCamelContext());
        if (checks != null) {
            HealthCheck alive = new SpdyTunnelLiveness(engine.loops(), SpdyTunnelLiveness.PATIENCE);
            checks.register(alive);
            liveness = alive;
        }
    }

    private void watchNoMore() {
        HealthCheckRegistry checks = HealthCheckRegistry.get(getCamelContext());
        if (checks != null && liveness != null) {
            checks.unregister(liveness);
            liveness = null;
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        if (configuration.getListen() != null) {
            if (configuration.getSslContextParameters() == null) {
                configuration.setSslContextParameters(retrieveGlobalSslContextParameters());
            }
            OptionRules.check("the component spdytunnel", configuration);
            running().ends().openProxy(configuration);
        }
    }

    @Override
    protected void doStop() throws Exception {
        RunningComponent current = running;
        running = null;
        if (current != null) {
            watchNoMore();
            current.close();
        }
        super.doStop();
    }

    public SpdyTunnelConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(SpdyTunnelConfiguration configuration) {
        this.configuration = configuration;
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
    public boolean isUseGlobalSslContextParameters() {
        return useGlobalSslContextParameters;
    }

    @Override
    public void setUseGlobalSslContextParameters(boolean useGlobalSslContextParameters) {
        this.useGlobalSslContextParameters = useGlobalSslContextParameters;
    }

    public String getTlsProvider() {
        return tlsProvider;
    }

    public void setTlsProvider(String tlsProvider) {
        this.tlsProvider = tlsProvider;
    }

    public long getMemoryBudget() {
        return memoryBudget;
    }

    public void setMemoryBudget(long memoryBudget) {
        this.memoryBudget = memoryBudget;
    }

    public int getEventLoopThreads() {
        return eventLoopThreads;
    }

    public void setEventLoopThreads(int eventLoopThreads) {
        this.eventLoopThreads = eventLoopThreads;
    }

    public int getRegistrationsPerMinute() {
        return registrationsPerMinute;
    }

    public void setRegistrationsPerMinute(int registrationsPerMinute) {
        this.registrationsPerMinute = registrationsPerMinute;
    }

    public int getMaxWorkers() {
        return maxWorkers;
    }

    public void setMaxWorkers(int maxWorkers) {
        this.maxWorkers = maxWorkers;
    }
}
