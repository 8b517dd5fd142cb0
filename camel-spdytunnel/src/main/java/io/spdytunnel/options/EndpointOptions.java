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

/** The general options of an endpoint. Each class that it extends has the options of one subject. */
@NullUnmarked
@UriParams
public abstract class EndpointOptions extends LegacyOptions {

    // ---- both ends

    @UriParam(
            label = "security",
            defaultValue = "true",
            description = "If true, the tunnel's connection is TLS. If false, credentials are neither sent nor "
                    + "accepted beyond loopback, unless plainCredentials is true")
    private boolean tls = true;

    @UriParam(
            label = "security",
            description = "Keys and trust of the tunnel's TLS. The proxy needs a key store. The origin may leave it "
                    + "out; then the JVM must trust the proxy's certificate")
    private SSLContextParameters sslContextParameters;

    @UriParam(
            label = "security",
            secret = true,
            description = "Bearer token. At the origin: the token to register with. At the proxy: the token that an "
                    + "origin of this endpoint's name must register with. Or file: and a path, and the file is "
                    + "read again when it changes")
    @OfTunnel
    private String token;

    @UriParam(
            label = "consumer,security",
            description = "Pin of the proxy's certificate, in addition to the usual verification: the SHA-256 of "
                    + "its SubjectPublicKeyInfo in Base64 (RFC 7469). Several are separated by comma, and one "
                    + "must match")
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
            description = "If true, bodies stream through the route. If false, they are collected into a stream "
                    + "cache before the route goes on, and can be read more than once")
    private boolean streaming = true;

    @UriParam(
            label = "common",
            javaType = "java.time.Duration",
            defaultValue = "30s",
            description = "How long requests that have begun may go on when an endpoint stops or is suspended, or "
                    + "when a session is replaced")
    @Within(unit = "ms")
    private long drainTimeout = 30_000;

    // ---- the proxy

    @UriParam(
            label = "producer",
            defaultValue = "0.0.0.0:1444",
            description = "Where origins dial in, host:port. Endpoints may share a port if they agree on TLS and "
                    + "authenticator. If it is set on the component, the port opens when the component starts")
    @OfTunnel
    private String listen;

    @UriParam(
            label = "producer,security",
            description = "Decides which origin may register which name. Without it, and without tokens, users, "
                    + "keys or certificateName, the tunnel port does not start")
    @OfTunnel
    private Authenticator authenticator;

    @UriParam(
            label = "producer,security",
            defaultValue = "false",
            description =
                    "With an asterisk for the origin's name: allows the holder of the token to register any " + "name")
    @OfTunnel
    private boolean anyName;

    @UriParam(
            label = "producer",
            description = "With an asterisk for the origin's name: the parent domain. With tunnel.example.com, "
                    + "origin shop42 is served at shop42.tunnel.example.com, and all other hosts are 404. The "
                    + "header CamelSpdyTunnelOrigin takes precedence")
    private String originDomain;

    @UriParam(
            label = "producer,security",
            description = "Addresses and ranges of proxies in front of this one, separated by comma, for example "
                    + "10.0.0.0/8. Their X-Forwarded-For, -Proto, -Host and Forwarded are believed and "
                    + "extended; those of other senders are replaced")
    private String trustedAddresses;

    @UriParam(
            label = "producer",
            defaultValue = "true",
            description = "If true, a request without an answer fails the exchange. If false, the reply has its "
                    + "status (502, 503, 504) and reason. An origin's own 4xx and 5xx are always replies")
    private boolean throwExceptionOnFailure = true;

    @UriParam(
            label = "common",
            defaultValue = "websocket",
            description = "Protocols, separated by comma, to which a visitor's connection may be upgraded through "
                    + "the tunnel. The Upgrade header of any other protocol is removed. Never h2c, TLS or HTTP")
    private String upgradeProtocols = RawMode.WEBSOCKET;

    // ---- the origin

    @UriParam(
            label = "consumer",
            description = "The proxy to dial, host:port. Several are separated by comma, and all are dialled")
    @OfTunnel
    private String proxy;

    @UriParam(
            label = "consumer,advanced",
            defaultValue = "16777216",
            description = "With webSocket=messages: longest message in bytes. A longer message closes the WebSocket "
                    + "with 1009. The same number of bytes may wait for a visitor to read them")
    @Within(least = 125, unit = "bytes")
    private int maxWebSocketMessage = 16 * 1024 * 1024;

    @UriParam(label = "consumer", defaultValue = "1", description = "How many connections to keep to each proxy")
    @Within(least = 1)
    @OfTunnel
    private int connections = 1;

    @UriParam(
            label = "consumer",
            description = "Plain service that gets the exchange after the route, streaming in both directions: "
                    + "http://host:port, https://host:port or h2c://host:port (HTTP/2), with an optional path "
                    + "that is put before the request's path. The service is not called if the route failed or "
                    + "set CamelHttpResponseCode")
    private String forwardTo;

    @UriParam(
            label = "consumer,security",
            description = "What a visitor's CONNECT may reach, as host:ports, separated by comma; by default "
                    + "nothing. A host is a name, an asterisk with a suffix such as .example.com, an asterisk "
                    + "alone, or an address or address/bits (IPv6 in brackets). Ports are one port, first-last, "
                    + "or an asterisk. This host's own addresses and private addresses must be named as "
                    + "addresses")
    private String connectTo;

    @UriParam(
            label = "consumer,advanced",
            defaultValue = "false",
            description =
                    "If true, forwardTo passes the visitor's Host on. If false, it sends the service's own " + "name")
    private boolean preserveHost;

    @UriParam(
            label = "consumer,advanced",
            enums = "shared,visitor",
            defaultValue = "shared",
            description = "Who shares the connections to the service of forwardTo. shared: all visitors, one "
                    + "request after the other, except connections that authenticate a visitor (NTLM, "
                    + "Negotiate): they belong to that visitor's connection alone. visitor: each visitor "
                    + "connection has its own; if that connection is not known, a service connection serves one "
                    + "request")
    private String serviceConnections = "shared";

    @UriParam(
            label = "consumer,advanced",
            defaultValue = "false",
            description = "With serve: if true, each request is logged on the logger spdytunnel.access. For a "
                    + "tunnel, use the front door's option of the same name")
    private boolean accessLog;

    @UriParam(
            label = "advanced",
            defaultValue = "false",
            description = "If true, the producer processes exchanges on the calling thread")
    private boolean synchronous;

    /** A copy that can be changed independently. */
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

    /** The proxies whose headers about visitors are believed. */
    public AddressRanges trustedRanges() {
        return addressRanges("trustedAddresses", trustedAddresses);
    }

    /** Null if the route names the origins. */
    public @Nullable OriginDomain originDomain() {
        return originDomain == null ? null : new OriginDomain(originDomain);
    }

    /** The hosts and ports that a visitor's CONNECT may reach. */
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
