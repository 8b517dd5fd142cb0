package io.spdytunnel.options;

import io.spdytunnel.fields.RawMode;
import io.spdytunnel.net.AddressRanges;
import io.spdytunnel.service.ConnectRules;
import io.spdytunnel.service.ServiceSharing;
import io.spdytunnel.spi.Authenticator;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** The options of an endpoint that say where, who and how; the classes it extends have those of one subject each. */
@NullUnmarked
@UriParams
public abstract class EndpointOptions extends LegacyOptions {

    // ---- both ends

    @UriParam(
            label = "security",
            defaultValue = "true",
            description = "Whether the tunnel's connection is TLS. If not, credentials are neither sent nor accepted "
                    + "beyond loopback, unless plainCredentials says so")
    private boolean tls = true;

    @UriParam(
            label = "security",
            description =
                    "Key and trust of the tunnel's TLS. At the proxy it needs a key store; at the origin it may be"
                            + " left out, then the proxy's certificate must be one that the JVM trusts")
    private SSLContextParameters sslContextParameters;

    @UriParam(
            label = "security",
            secret = true,
            description =
                    "Bearer token. At the origin: what it registers with. At the proxy: what an origin of this"
                            + " endpoint's name must register with. Or file: and where it is; then it is read again when it changes")
    @OfTunnel
    private String token;

    @UriParam(
            label = "consumer,security",
            description = "Key of the proxy's certificate, on top of the usual verification: the SHA-256 of its"
                    + " SubjectPublicKeyInfo in Base64 (RFC 7469); several separated by comma, of which one must fit")
    private String trustedPin;

    @UriParam(
            label = "security",
            defaultValue = "false",
            description = "Allows credentials in plain text (tls=false) beyond loopback")
    @OfPort
    private boolean plainCredentials;

    @UriParam(
            label = "common",
            defaultValue = "true",
            description =
                    "Whether bodies stream through. If not, they are collected into a stream cache before the route"
                            + " goes on, and can be read more than once")
    private boolean streaming = true;

    @UriParam(
            label = "common",
            javaType = "java.time.Duration",
            defaultValue = "30s",
            description = "How long what is under way may go on when an endpoint stops or is suspended, or a session is"
                    + " replaced")
    @Within(unit = "ms")
    private long drainTimeout = 30_000;

    // ---- the proxy

    @UriParam(
            label = "producer",
            defaultValue = "0.0.0.0:1444",
            description =
                    "Where origins dial in, host:port. Endpoints may share it if they agree on TLS and authenticator."
                            + " Set on the component, it is opened when the component starts")
    @OfTunnel
    private String listen;

    @UriParam(
            label = "producer,security",
            description = "Decides who may register which name. Without it, and without tokens, users, keys or"
                    + " certificateName, the tunnel port does not start")
    @OfTunnel
    private Authenticator authenticator;

    @UriParam(
            label = "producer,security",
            defaultValue = "false",
            description =
                    "Only where an asterisk stands for the origin's name: lets the token's holder register any name")
    @OfTunnel
    private boolean anyName;

    @UriParam(
            label = "producer",
            description =
                    "Only where an asterisk stands for the origin's name: the domain below which each origin has the"
                            + " sub-domain of its name. With tunnel.example.com, requests for shop42.tunnel.example.com go to shop42;"
                            + " all other hosts are 404. The header CamelSpdyTunnelOrigin takes precedence")
    private String originDomain;

    @UriParam(
            label = "producer,security",
            description =
                    "Addresses of proxies in front of this one, and ranges of them, separated by comma, for example"
                            + " 10.0.0.0/8. What they say of the visitor in X-Forwarded-For, -Proto, -Host and Forwarded is believed"
                            + " and added to; what anybody else says there is replaced")
    private String trustedAddresses;

    @UriParam(
            label = "producer",
            defaultValue = "true",
            description =
                    "Whether a request that gets no answer fails the exchange. If not, its status and reason become"
                            + " the reply. An origin's own 4xx and 5xx are replies in any case")
    private boolean throwExceptionOnFailure = true;

    @UriParam(
            label = "common",
            defaultValue = "websocket",
            description =
                    "Protocols, separated by comma, to which a visitor may have its connection upgraded through the"
                            + " tunnel; the Upgrade of any other is left out. Never h2c, TLS or HTTP")
    private String upgradeProtocols = RawMode.WEBSOCKET;

    // ---- the origin

    @UriParam(
            label = "consumer",
            description = "The proxy to dial, host:port; several separated by comma are all dialled")
    @OfTunnel
    private String proxy;

    @UriParam(
            label = "consumer,advanced",
            defaultValue = "16777216",
            description =
                    "With webSocket=messages: longest message taken, in bytes; a longer one closes the WebSocket with"
                            + " 1009. As many bytes may wait for a visitor to read them")
    @Within(least = 125, unit = "bytes")
    private int maxWebSocketMessage = 16 * 1024 * 1024;

    @UriParam(label = "consumer", defaultValue = "1", description = "How many connections to keep to each proxy")
    @Within(least = 1)
    @OfTunnel
    private int connections = 1;

    @UriParam(
            label = "consumer",
            description = "Plain service that gets the exchange after the route, streaming both ways: http://host:port,"
                    + " https://host:port or h2c://host:port (HTTP/2), perhaps with a path that is put before the request's. Not asked when the route"
                    + " failed or set CamelHttpResponseCode")
    private String forwardTo;

    @UriParam(
            label = "consumer,security",
            description =
                    "What a visitor's CONNECT may reach, host:ports, several separated by comma; by default nothing. A"
                            + " host is a name, *.suffix, *, an address or address/bits, IPv6 in brackets; ports are one,"
                            + " first-last or *. This host's own and private addresses are reached only where addresses name them")
    private String connectTo;

    @UriParam(
            label = "consumer,advanced",
            defaultValue = "false",
            description = "Whether forwardTo passes the visitor's Host on instead of the service's own name")
    private boolean preserveHost;

    @UriParam(
            label = "consumer,advanced",
            enums = "shared,visitor",
            defaultValue = "shared",
            description =
                    "Who shares the connections to the service of forwardTo. shared: all visitors, one request after the"
                            + " other, except connections that authenticate a visitor (NTLM, Negotiate): they belong to its connection"
                            + " alone. visitor: each visitor connection has its own; if it is not known, a connection serves one request")
    private String serviceConnections = "shared";

    @UriParam(
            label = "consumer,advanced",
            defaultValue = "false",
            description = "With serve: whether each request gets a line on the logger spdytunnel.access. A tunnel's"
                    + " requests are the front door's, which has an option of that name")
    private boolean accessLog;

    @UriParam(
            label = "advanced",
            defaultValue = "false",
            description = "Whether exchanges are processed on the calling thread (producer)")
    private boolean synchronous;

    /** The same options, to be changed apart. */
    public abstract EndpointOptions copy();

    @Override
    void check() {
        super.check();
        trustedPins();
        trustedRanges();
        originDomain();
        upgradable();
        connectRules();
        serviceSharing();
        if (listen != null) {
            HostPort.parse("listen", listen);
        }
        if (proxy != null) {
            HostPort.parseAll("proxy", proxy);
        }
        if (forwardTo != null) {
            ServiceUri.parse("forwardTo", forwardTo);
        }
    }

    /** The pins of the proxy's certificate; empty for none. */
    public Set<String> trustedPins() {
        return TrustedPins.parse(trustedPin);
    }

    /** Whose word on visitors counts. */
    public AddressRanges trustedRanges() {
        return addressRanges("trustedAddresses", trustedAddresses);
    }

    /** Null if the route names the origins. */
    public @Nullable OriginDomain originDomain() {
        return originDomain == null ? null : new OriginDomain(originDomain);
    }

    /** What a visitor's CONNECT may reach. */
    public ConnectRules connectRules() {
        return connectTo == null ? ConnectRules.NOTHING : ConnectRules.parse(connectTo);
    }

    /** Who shares the connections to a service. */
    public ServiceSharing serviceSharing() {
        return switch (serviceConnections) {
            case "shared" -> ServiceSharing.SHARED;
            case "visitor" -> ServiceSharing.VISITOR;
            default ->
                throw new IllegalArgumentException(
                        "option serviceConnections is \"" + serviceConnections + "\"; it must be shared or visitor");
        };
    }

    /** The protocols of the option {@code upgradeProtocols}; none if it is blank. */
    public List<String> upgradable() {
        List<String> protocols = new ArrayList<>();
        for (String part : upgradeProtocols.split(",", -1)) {
            String protocol = part.trim();
            if (protocol.isEmpty() && protocols.isEmpty()) {
                continue;
            }
            if (!RawMode.isProtocol(protocol) || RawMode.isForbidden(protocol)) {
                throw new IllegalArgumentException("option upgradeProtocols names \"" + protocol
                        + "\"; each must be a token of RFC 9110 7.8, and never h2c, TLS or HTTP");
            }
            protocols.add(protocol);
        }
        return protocols;
    }

    public boolean isTls() {
        return tls;
    }

    public void setTls(boolean tls) {
        this.tls = tls;
    }

    public SSLContextParameters getSslContextParameters() {
        return sslContextParameters;
    }

    public void setSslContextParameters(SSLContextParameters sslContextParameters) {
        this.sslContextParameters = sslContextParameters;
    }

    public String getToken() {
        return token;
    }

    public void setToken(String token) {
        this.token = token;
    }

    public String getTrustedPin() {
        return trustedPin;
    }

    public void setTrustedPin(String trustedPin) {
        this.trustedPin = trustedPin;
    }

    public boolean isPlainCredentials() {
        return plainCredentials;
    }

    public void setPlainCredentials(boolean plainCredentials) {
        this.plainCredentials = plainCredentials;
    }

    public boolean isStreaming() {
        return streaming;
    }

    public void setStreaming(boolean streaming) {
        this.streaming = streaming;
    }

    public long getDrainTimeout() {
        return drainTimeout;
    }

    public void setDrainTimeout(long drainTimeout) {
        this.drainTimeout = drainTimeout;
    }

    public String getListen() {
        return listen;
    }

    public void setListen(String listen) {
        this.listen = listen;
    }

    public Authenticator getAuthenticator() {
        return authenticator;
    }

    public void setAuthenticator(Authenticator authenticator) {
        this.authenticator = authenticator;
    }

    public boolean isAnyName() {
        return anyName;
    }

    public void setAnyName(boolean anyName) {
        this.anyName = anyName;
    }

    public String getOriginDomain() {
        return originDomain;
    }

    public void setOriginDomain(String originDomain) {
        this.originDomain = originDomain;
    }

    public String getTrustedAddresses() {
        return trustedAddresses;
    }

    public void setTrustedAddresses(String trustedAddresses) {
        this.trustedAddresses = trustedAddresses;
    }

    public boolean isThrowExceptionOnFailure() {
        return throwExceptionOnFailure;
    }

    public void setThrowExceptionOnFailure(boolean throwExceptionOnFailure) {
        this.throwExceptionOnFailure = throwExceptionOnFailure;
    }

    public String getProxy() {
        return proxy;
    }

    public void setProxy(String proxy) {
        this.proxy = proxy;
    }

    public int getConnections() {
        return connections;
    }

    public void setConnections(int connections) {
        this.connections = connections;
    }

    public String getUpgradeProtocols() {
        return upgradeProtocols;
    }

    public void setUpgradeProtocols(String upgradeProtocols) {
        this.upgradeProtocols = upgradeProtocols;
    }

    public int getMaxWebSocketMessage() {
        return maxWebSocketMessage;
    }

    public void setMaxWebSocketMessage(int maxWebSocketMessage) {
        this.maxWebSocketMessage = maxWebSocketMessage;
    }

    public boolean isAccessLog() {
        return accessLog;
    }

    public void setAccessLog(boolean accessLog) {
        this.accessLog = accessLog;
    }

    public String getForwardTo() {
        return forwardTo;
    }

    public void setForwardTo(String forwardTo) {
        this.forwardTo = forwardTo;
    }

    public String getConnectTo() {
        return connectTo;
    }

    public void setConnectTo(String connectTo) {
        this.connectTo = connectTo;
    }

    public String getServiceConnections() {
        return serviceConnections;
    }

    public void setServiceConnections(String serviceConnections) {
        this.serviceConnections = serviceConnections;
    }

    public boolean isPreserveHost() {
        return preserveHost;
    }

    public void setPreserveHost(boolean preserveHost) {
        this.preserveHost = preserveHost;
    }

    public boolean isSynchronous() {
        return synchronous;
    }

    public void setSynchronous(boolean synchronous) {
        this.synchronous = synchronous;
    }
}
