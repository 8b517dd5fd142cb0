package io.spdytunnel;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.spdytunnel.call.ProducerCall;
import io.spdytunnel.call.ReplyMessages;
import io.spdytunnel.directory.Presence;
import io.spdytunnel.directory.SessionSource;
import io.spdytunnel.ends.TunnelPort;
import io.spdytunnel.exchange.MessageBodies;
import io.spdytunnel.exchange.MessageHeads;
import io.spdytunnel.exchange.RawExchanges;
import io.spdytunnel.exchange.RequestExchanges;
import io.spdytunnel.fields.Expectation;
import io.spdytunnel.fields.ForwardedHeaders;
import io.spdytunnel.fields.VisitorId;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.HttpCalls;
import io.spdytunnel.http.IncomingRequest;
import io.spdytunnel.http.OutgoingRequest;
import io.spdytunnel.http.RequestNotSent;
import io.spdytunnel.http.RequestPriority;
import io.spdytunnel.limits.OriginLimits;
import io.spdytunnel.limits.OriginMeter;
import io.spdytunnel.limits.Stickiness;
import io.spdytunnel.net.AddressRanges;
import io.spdytunnel.options.HostPort;
import io.spdytunnel.options.OriginDomain;
import io.spdytunnel.tunnel.KeptSession;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.concurrent.Executor;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.WritableHealthCheckRepository;
import org.apache.camel.support.DefaultAsyncProducer;
import org.jspecify.annotations.Nullable;

/** The proxy's end: sends each exchange through the tunnel of its origin; the answer becomes the reply. */
public class SpdyTunnelProducer extends DefaultAsyncProducer {

    private final SpdyTunnelEndpoint endpoint;
    private final SpdyTunnelConfiguration configuration;
    private final ReplyMessages replies;
    private final RawExchanges raws;
    private final Executor workers;
    private final MessageBodies bodies;

    private final @Nullable OriginDomain domain;
    private final AddressRanges trusted;
    private final OriginLimits limits;
    private final Stickiness stickiness;

    private @Nullable SessionSource sessions;
    private @Nullable HttpCalls calls;
    private @Nullable SpdyTunnelHealthCheck healthCheck;

    public SpdyTunnelProducer(SpdyTunnelEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
        this.configuration = endpoint.getConfiguration();
        this.limits = configuration.originLimits();
        this.stickiness = configuration.stickiness();
        this.domain = configuration.originDomain();
        this.trusted = configuration.trustedRanges();
        this.raws = new RawExchanges(configuration.upgradable());
        this.workers = endpoint.getComponent().running().engine().workers();
        this.bodies = new MessageBodies(workers);
        this.replies =
                new ReplyMessages(endpoint.getOrigin(), configuration, endpoint.getHeaderFilterStrategy(), workers);
    }

    @Override
    public SpdyTunnelEndpoint getEndpoint() {
        return endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        calls = new HttpCalls(configuration.callSettings());
        SpdyTunnelHealthCheck check;
        if (endpoint.getConnect() == null) {
            TunnelPort proxy = running().ends().joinProxy(endpoint);
            sessions = proxy.directory();
            check = SpdyTunnelHealthCheck.ofProducer(endpoint, proxy);
        } else {
            KeptSession session = connect();
            sessions = session;
            check = SpdyTunnelHealthCheck.ofConnected(endpoint, session);
        }
        WritableHealthCheckRepository repository = healthChecks();
        if (repository != null) {
            healthCheck = check;
            repository.addHealthCheck(check);
        }
    }

    private RunningComponent running() {
        return endpoint.getComponent().running();
    }

    private KeptSession connect() {
        if (endpoint.isForAnyOrigin()) {
            throw new IllegalArgumentException(endpoint
                    + ": option connect leads to one server, so the origin's name cannot be *; write a name: requests"
                    + " without a Host get it");
        }
        return running()
                .ends()
                .joinConnected(endpoint, HostPort.parse("connect", endpoint.getConnect()))
                .session();
    }

    @Override
    protected void doStop() throws Exception {
        WritableHealthCheckRepository repository = healthChecks();
        if (healthCheck != null && repository != null) {
            repository.removeHealthCheck(healthCheck);
            healthCheck = null;
        }
        if (sessions != null) {
            sessions = null;
            if (endpoint.getConnect() == null) {
                running().ends().leaveProxy(endpoint);
            } else {
                running().ends().leaveConnected(endpoint);
            }
        }
        super.doStop();
    }

    private @Nullable WritableHealthCheckRepository healthChecks() {
        return HealthCheckHelper.getHealthCheckRepository(
                endpoint.getCamelContext(), "producers", WritableHealthCheckRepository.class);
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            return send(exchange, callback);
        } catch (Exception notSent) {
            replies.failed(exchange, notSent);
            callback.done(true);
            return true;
        }
    }

    /** Returns whether the exchange is done already. */
    private boolean send(Exchange exchange, AsyncCallback callback) throws RequestNotSent {
        SessionSource sessions = this.sessions;
        HttpCalls calls = this.calls;
        if (sessions == null || calls == null) {
            throw new RequestNotSent(503, "the endpoint " + endpoint + " is not started");
        }
        Message message = exchange.getMessage();
        String name = originOf(message);
        OriginMeter meter = meterOf(name, sessions);
        HttpBody body = bodies.toSend(message);
        HttpRequest head = MessageHeads.toRequest(message, endpoint.getHeaderFilterStrategy(), body);
        String scheme = schemeOf(message);
        body = raws.prepare(message, head, body);
        IncomingRequest came =
                exchange.getProperty(RequestExchanges.REQUEST_PROPERTY) instanceof IncomingRequest known ? known : null;
        VisitorId.tell(head.headers(), came == null ? null : came.visitor());
        // Of a body that the route has replaced nobody waits to send anything.
        boolean waits = came != null && came.expectsContinue() && body.equals(came.body());
        Expectation.tell(head.headers(), waits && endpoint.getConnect() == null);
        if (!head.headers().contains("host")) {
            head.headers().set("host", name);
        }
        InetSocketAddress visitor = visitorOf(message);
        if (visitor != null
                || endpoint.getConnect() == null) { // else nobody's request is passed on, but the route's made
            scheme = tellWhoCame(head.headers(), visitor, scheme);
        }
        String sentAs = endpoint.getConnect() == null ? scheme : configuration.isTls() ? "https" : "http";
        OutgoingRequest request =
                new OutgoingRequest(head, body, sentAs, priorityOf(message, head), meter == null ? null : meter.pace());
        if (meter != null && !enter(meter, exchange)) {
            callback.done(true);
            return true;
        }
        Stickiness.Visit visit = stickiness.visit(name, head.headers(), scheme.equals("https"));
        new ProducerCall(
                        exchange,
                        callback,
                        name,
                        request,
                        sessions,
                        visit,
                        calls,
                        replies,
                        meter,
                        configuration,
                        workers)
                .start();
        return false;
    }

    /** An unknown name gets 404 and no meter: visitors can invent any number of names. */
    private @Nullable OriginMeter meterOf(String name, SessionSource sessions) {
        return limits.isNone() || sessions.presence(name) == Presence.UNKNOWN
                ? null
                : running().meters().of(name.toLowerCase(Locale.ROOT), limits);
    }

    private boolean enter(OriginMeter meter, Exchange exchange) {
        try {
            meter.enter();
            return true;
        } catch (RequestNotSent refused) {
            endpoint.countRefused();
            replies.failed(exchange, refused);
            meter.tellIn(exchange.getMessage());
            return false;
        }
    }

    /** Headers about the visitor are believed only from a trusted proxy. Returns the visitor's scheme. */
    private String tellWhoCame(HttpHeaders headers, @Nullable InetSocketAddress visitor, String scheme) {
        if (!trusted.contains(visitor)) {
            ForwardedHeaders.replace(headers, visitor, scheme);
            return scheme;
        }
        String original = ForwardedHeaders.originalScheme(headers, scheme);
        ForwardedHeaders.append(headers, visitor, scheme);
        return original;
    }

    private String originOf(Message message) throws RequestNotSent {
        if (!endpoint.isForAnyOrigin()) {
            return endpoint.getOrigin();
        }
        String name = message.getHeader(SpdyTunnelConstants.ORIGIN, String.class);
        if (name != null && !name.isBlank()) {
            return name;
        }
        OriginDomain domain = this.domain;
        if (domain == null) {
            throw new RequestNotSent(
                    404,
                    "no origin is named: spdytunnel:* needs the header " + SpdyTunnelConstants.ORIGIN
                            + ", or the option originDomain",
                    "no origin is named");
        }
        String byHost = domain.originOf(message.getHeader("Host", String.class));
        if (byHost == null) {
            throw new RequestNotSent(404, "no origin is served at this host");
        }
        return byHost;
    }

    private static int priorityOf(Message message, HttpRequest head) {
        Integer priority = message.getHeader(SpdyTunnelConstants.PRIORITY, Integer.class);
        return priority == null ? RequestPriority.of(head) : Math.min(7, Math.max(0, priority));
    }

    /** The visitor's scheme, from the URL that the consumer in front has set. */
    private static String schemeOf(Message message) {
        String url = message.getHeader(Exchange.HTTP_URL, String.class);
        return url != null && url.startsWith("https:") ? "https" : "http";
    }

    private static @Nullable InetSocketAddress visitorOf(Message message) {
        Object address = message.getHeader(SpdyTunnelConstants.REMOTE_ADDRESS);
        if (address == null) {
            address = message.getHeader("CamelNettyRemoteAddress"); // a plain netty-http consumer's
        }
        return address instanceof InetSocketAddress visitor ? visitor : null;
    }
}
