package io.spdytunnel;

import io.spdytunnel.spi.Authenticator;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.Configurer;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.NullUnmarked;

/** The options of an endpoint; set on the component they are every endpoint's default. */
@NullUnmarked
@UriParams
@Configurer
public class SpdyTunnelConfiguration implements Cloneable {

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
            description = "Bearer token. At the origin: what it registers with. At the proxy: what an origin of this"
                    + " endpoint's name must register with")
    private String token;

    @UriParam(
            label = "security",
            defaultValue = "false",
            description = "Allows credentials in plain text (tls=false) beyond loopback")
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
    private long drainTimeout = 30_000;

    @UriParam(
            label = "common",
            javaType = "java.time.Duration",
            defaultValue = "60s",
            description =
                    "How long a body may be silent before its stream is cut. 0 for no limit. Event streams and gRPC"
                            + " know no limit")
    private long bodyIdleTimeout = 60_000;

    @UriParam(
            label = "common",
            defaultValue = "0",
            description = "Longest request body in bytes; 0 for no limit. Longer ones get 413")
    private long maxRequestBodySize;

    @UriParam(
            label = "common",
            defaultValue = "0",
            description = "Longest response body in bytes; 0 for no limit. Longer ones are cut off visibly")
    private long maxResponseBodySize;

    @UriParam(
            label = "advanced",
            javaType = "java.time.Duration",
            defaultValue = "10s",
            description = "Silence of the other end after which it is asked for a sign of life; 0 never asks")
    private long keepAliveInterval = 10_000;

    @UriParam(
            label = "advanced",
            javaType = "java.time.Duration",
            defaultValue = "10s",
            description =
                    "Wait for that sign of life before the session is given up; not longer than keepAliveInterval")
    private long keepAlivePatience = 10_000;

    @UriParam(
            label = "consumer,advanced",
            defaultValue = "1000",
            description = "How many requests may be under way at once on one connection")
    private int maxConcurrentStreams = 1000;

    @UriParam(
            label = "advanced",
            defaultValue = "8388608",
            description =
                    "Up to how many bytes a stream's window may grow by being read. Every stream starts with 65536")
    private int maxStreamWindow = 8 * 1024 * 1024;

    @UriParam(
            label = "advanced",
            defaultValue = "32768",
            description = "Longest header block in bytes, before compression. A longer request gets 431, a longer reply"
                    + " becomes 502")
    private int maxHeaderSize = 32 * 1024;

    @UriParam(
            label = "advanced",
            defaultValue = "200",
            description = "Most headers in one head. A request with more gets 431, a reply with more becomes 502")
    private int maxHeaderFields = 200;

    // ---- the proxy

    @UriParam(
            label = "producer",
            defaultValue = "0.0.0.0:1444",
            description =
                    "Where origins dial in, host:port. Endpoints may share it if they agree on TLS and authenticator."
                            + " Set on the component, it is opened when the component starts")
    private String listen;

    @UriParam(
            label = "producer,security",
            description =
                    "Decides who may register which name. Without it, and without a token, the tunnel port does not"
                            + " start")
    private Authenticator authenticator;

    @UriParam(
            label = "producer,security",
            defaultValue = "false",
            description =
                    "Only where an asterisk stands for the origin's name: lets the token's holder register any name")
    private boolean anyName;

    @UriParam(
            label = "producer",
            javaType = "java.time.Duration",
            defaultValue = "30s",
            description = "From the request's last byte to the reply's head; then 504. 0 for no limit")
    private long responseTimeout = 30_000;

    @UriParam(
            label = "producer",
            javaType = "java.time.Duration",
            defaultValue = "5s",
            description = "How long a request waits for an origin that is known but away; then 503. Unknown origins are"
                    + " 404 at once")
    private long awaitOrigin = 5_000;

    @UriParam(
            label = "producer",
            javaType = "java.time.Duration",
            defaultValue = "1s",
            description = "How long a request waits for a free place on a busy origin; then 503")
    private long awaitSlot = 1_000;

    @UriParam(
            label = "producer",
            defaultValue = "true",
            description =
                    "Whether a request that gets no answer fails the exchange. If not, its status and reason become"
                            + " the reply. An origin's own 4xx and 5xx are replies in any case")
    private boolean throwExceptionOnFailure = true;

    @UriParam(
            label = "producer",
            defaultValue = "8388608",
            description =
                    "Longest reply in bytes that is collected for a plain netty-http consumer, which cannot stream."
                            + " A longer one is 502; with the front door there is no limit")
    private int bufferedReplyLimit = 8 * 1024 * 1024;

    // ---- the origin

    @UriParam(
            label = "consumer",
            description = "The proxy to dial, host:port; several separated by comma are all dialled")
    private String proxy;

    @UriParam(label = "consumer", defaultValue = "1", description = "How many connections to keep to each proxy")
    private int connections = 1;

    @UriParam(
            label = "consumer",
            description =
                    "Plain service that gets the exchange after the route, streaming both ways: http://host:port or"
                            + " https://host:port, perhaps with a path that is put before the request's. Not asked when the route"
                            + " failed or set CamelHttpResponseCode")
    private String forwardTo;

    @UriParam(
            label = "consumer,advanced",
            defaultValue = "false",
            description = "Whether forwardTo passes the visitor's Host on instead of the service's own name")
    private boolean preserveHost;

    @UriParam(
            label = "consumer",
            javaType = "java.time.Duration",
            defaultValue = "10s",
            description = "For a connection to the proxy in all: name, TCP, TLS and registration")
    private long connectTimeout = 10_000;

    @UriParam(
            label = "consumer",
            javaType = "java.time.Duration",
            defaultValue = "60s",
            description = "Longest wait between two dials")
    private long redialMax = 60_000;

    @UriParam(
            label = "consumer",
            javaType = "java.time.Duration",
            defaultValue = "5m",
            description =
                    "Longest wait after the proxy refused the origin (401, 403) or named a time itself (Retry-After)")
    private long redialRefusedMax = 300_000;

    @UriParam(
            label = "advanced",
            defaultValue = "false",
            description = "Whether exchanges are processed on the calling thread (producer)")
    private boolean synchronous;

    public SpdyTunnelConfiguration copy() {
        try {
            return (SpdyTunnelConfiguration) clone();
        } catch (CloneNotSupportedException impossible) {
            throw new RuntimeCamelException(impossible);
        }
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

    public long getBodyIdleTimeout() {
        return bodyIdleTimeout;
    }

    public void setBodyIdleTimeout(long bodyIdleTimeout) {
        this.bodyIdleTimeout = bodyIdleTimeout;
    }

    public long getMaxRequestBodySize() {
        return maxRequestBodySize;
    }

    public void setMaxRequestBodySize(long maxRequestBodySize) {
        this.maxRequestBodySize = maxRequestBodySize;
    }

    public long getMaxResponseBodySize() {
        return maxResponseBodySize;
    }

    public void setMaxResponseBodySize(long maxResponseBodySize) {
        this.maxResponseBodySize = maxResponseBodySize;
    }

    public long getKeepAliveInterval() {
        return keepAliveInterval;
    }

    public void setKeepAliveInterval(long keepAliveInterval) {
        this.keepAliveInterval = keepAliveInterval;
    }

    public long getKeepAlivePatience() {
        return keepAlivePatience;
    }

    public void setKeepAlivePatience(long keepAlivePatience) {
        this.keepAlivePatience = keepAlivePatience;
    }

    public int getMaxConcurrentStreams() {
        return maxConcurrentStreams;
    }

    public void setMaxConcurrentStreams(int maxConcurrentStreams) {
        this.maxConcurrentStreams = maxConcurrentStreams;
    }

    public int getMaxStreamWindow() {
        return maxStreamWindow;
    }

    public void setMaxStreamWindow(int maxStreamWindow) {
        this.maxStreamWindow = maxStreamWindow;
    }

    public int getMaxHeaderSize() {
        return maxHeaderSize;
    }

    public void setMaxHeaderSize(int maxHeaderSize) {
        this.maxHeaderSize = maxHeaderSize;
    }

    public int getMaxHeaderFields() {
        return maxHeaderFields;
    }

    public void setMaxHeaderFields(int maxHeaderFields) {
        this.maxHeaderFields = maxHeaderFields;
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

    public long getResponseTimeout() {
        return responseTimeout;
    }

    public void setResponseTimeout(long responseTimeout) {
        this.responseTimeout = responseTimeout;
    }

    public long getAwaitOrigin() {
        return awaitOrigin;
    }

    public void setAwaitOrigin(long awaitOrigin) {
        this.awaitOrigin = awaitOrigin;
    }

    public long getAwaitSlot() {
        return awaitSlot;
    }

    public void setAwaitSlot(long awaitSlot) {
        this.awaitSlot = awaitSlot;
    }

    public boolean isThrowExceptionOnFailure() {
        return throwExceptionOnFailure;
    }

    public void setThrowExceptionOnFailure(boolean throwExceptionOnFailure) {
        this.throwExceptionOnFailure = throwExceptionOnFailure;
    }

    public int getBufferedReplyLimit() {
        return bufferedReplyLimit;
    }

    public void setBufferedReplyLimit(int bufferedReplyLimit) {
        this.bufferedReplyLimit = bufferedReplyLimit;
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

    public String getForwardTo() {
        return forwardTo;
    }

    public void setForwardTo(String forwardTo) {
        this.forwardTo = forwardTo;
    }

    public boolean isPreserveHost() {
        return preserveHost;
    }

    public void setPreserveHost(boolean preserveHost) {
        this.preserveHost = preserveHost;
    }

    public long getConnectTimeout() {
        return connectTimeout;
    }

    public void setConnectTimeout(long connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    public long getRedialMax() {
        return redialMax;
    }

    public void setRedialMax(long redialMax) {
        this.redialMax = redialMax;
    }

    public long getRedialRefusedMax() {
        return redialRefusedMax;
    }

    public void setRedialRefusedMax(long redialRefusedMax) {
        this.redialRefusedMax = redialRefusedMax;
    }

    public boolean isSynchronous() {
        return synchronous;
    }

    public void setSynchronous(boolean synchronous) {
        this.synchronous = synchronous;
    }
}
