package io.spdytunnel.options;

import io.spdytunnel.http.HttpCallSettings;
import io.spdytunnel.http.StreamingTypes;
import io.spdytunnel.tunnel.Redial;
import java.time.Duration;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/** The limits of requests, registrations and dials. Each default is safe on the open Internet. */
@UriParams
public abstract class LimitOptions extends OriginOptions {

    @UriParam(
            label = "producer",
            javaType = "java.time.Duration",
            defaultValue = "30s",
            description = "Timeout from the request's last byte to the reply's head; then 504. 0 for no limit")
    private long responseTimeout = 30_000;

    @UriParam(
            label = "producer",
            javaType = "java.time.Duration",
            defaultValue = "5s",
            description = "How long a request waits for an origin that is known but away; then 503. An unknown "
                    + "origin is 404 at once")
    @Within(unit = "ms")
    private long awaitOrigin = 5_000;

    @UriParam(
            label = "producer",
            javaType = "java.time.Duration",
            defaultValue = "1s",
            description = "How long a request waits for a free stream of a busy origin; then 503")
    @Within(unit = "ms")
    private long awaitSlot = 1_000;

    @UriParam(
            label = "common",
            javaType = "java.time.Duration",
            defaultValue = "60s",
            description = "How long a body may be silent before its stream is reset. 0 for no limit. Content types "
                    + "in streamingTypes have no limit")
    private long bodyIdleTimeout = 60_000;

    @UriParam(
            label = "common",
            javaType = "java.time.Duration",
            defaultValue = "0",
            description = "How long a stream may be silent in both directions after a granted CONNECT or Upgrade. 0 "
                    + "for no limit. When one direction has ended, bodyIdleTimeout applies to the other")
    private long rawIdleTimeout;

    @UriParam(
            label = "common",
            defaultValue = StreamingTypes.DEFAULT_TEXT,
            description = "Content types, separated by comma, whose bodies may be silent without limit. A type that "
                    + "ends with an asterisk means all types with that beginning")
    private String streamingTypes = StreamingTypes.DEFAULT_TEXT;

    @UriParam(
            label = "common",
            defaultValue = "0",
            description = "Longest request body in bytes; 0 for no limit. A longer body gets 413")
    private long maxRequestBodySize;

    @UriParam(
            label = "common",
            defaultValue = "0",
            description = "Longest response body in bytes; 0 for no limit. A longer body is truncated, and the "
                    + "visitor's connection or stream is broken so that the visitor notices")
    private long maxResponseBodySize;

    @UriParam(
            label = "producer",
            defaultValue = "8388608",
            description = "Longest reply in bytes that is collected for a plain netty-http consumer, which cannot "
                    + "stream. A longer reply becomes 502. With the front door there is no limit")
    @Within(unit = "bytes")
    private int bufferedReplyLimit = 8 * 1024 * 1024;

    @UriParam(
            label = "consumer",
            javaType = "java.time.Duration",
            defaultValue = "10s",
            description = "Timeout of one dial to the proxy in all: name look-up, TCP, TLS and registration")
    @Within(least = 1, unit = "ms")
    private long connectTimeout = 10_000;

    @UriParam(
            label = "consumer",
            javaType = "java.time.Duration",
            defaultValue = "60s",
            description = "Longest wait between two dials")
    @Within(least = 1, unit = "ms")
    private long redialMax = 60_000;

    @UriParam(
            label = "consumer",
            javaType = "java.time.Duration",
            defaultValue = "5m",
            description = "Longest wait after the proxy refused the origin (401, 403) or named a time itself "
                    + "(Retry-After)")
    @Within(least = 1, unit = "ms")
    private long redialRefusedMax = 300_000;

    @UriParam(
            label = "producer,advanced",
            javaType = "java.time.Duration",
            defaultValue = "10s",
            description = "Timeout for TLS, request and authenticator of an origin that registers; then its "
                    + "connection is closed")
    @Within(least = 1, unit = "ms")
    @OfPort
    private long registrationTimeout = 10000;

    @UriParam(
            label = "producer,advanced",
            defaultValue = "8192",
            description = "Longest head of a registration in bytes, and also its longest body")
    @Within(least = 256, most = 1024 * 1024)
    @OfPort
    private int maxRegistrationSize = 8192;

    @UriParam(
            label = "producer,advanced",
            defaultValue = "1000",
            description = "Number of connections to the tunnel port that may be registering at once. Beyond that, "
                    + "the oldest connection of the address with the most is closed")
    @Within(least = 1)
    @OfPort
    private int maxUnregistered = 1000;

    @UriParam(
            label = "producer,advanced",
            defaultValue = "64",
            description = "The same limit for one address (IPv6: for one /64)")
    @Within(least = 1)
    @OfPort
    private int maxUnregisteredPerAddress = 64;

    @UriParam(
            label = "producer,advanced",
            defaultValue = "10",
            description = "Number of registrations of one address that may fail within a minute before the address "
                    + "gets 429; 0 for no limit")
    @Within
    @OfPort
    private int maxFailedRegistrations = 10;

    @UriParam(
            label = "consumer,advanced",
            javaType = "java.time.Duration",
            defaultValue = "1s",
            description = "Longest first wait between two dials. Each further wait may be twice as long, up to "
                    + "redialMax")
    @Within(unit = "ms")
    private long redialStep = 1000;

    @UriParam(
            label = "consumer,advanced",
            javaType = "java.time.Duration",
            defaultValue = "5s",
            description = "Longest extra wait after a tunnel was lost, so that not all origins of a proxy come back "
                    + "at once")
    @Within(unit = "ms")
    private long redialSpread = 5000;

    @UriParam(
            label = "consumer,advanced",
            javaType = "java.time.Duration",
            defaultValue = "30s",
            description = "How long a tunnel must last before the waits between dials start again at redialStep")
    @Within(unit = "ms")
    private long redialHealthyAfter = 30000;

    @Override
    void check() {
        super.check();
        callSettings();
    }

    /** Timeouts and size limits of one request and its answer. */
    public HttpCallSettings callSettings() {
        return new HttpCallSettings(
                Duration.ofMillis(responseTimeout),
                Duration.ofMillis(bodyIdleTimeout),
                Duration.ofMillis(rawIdleTimeout),
                maxRequestBodySize,
                maxResponseBodySize,
                StreamingTypes.parse(streamingTypes));
    }

    /** How long an origin waits between two dials. */
    public Redial redial() {
        return new Redial(
                Duration.ofMillis(redialStep),
                Duration.ofMillis(redialSpread),
                Duration.ofMillis(redialHealthyAfter),
                Duration.ofMillis(redialMax),
                Duration.ofMillis(redialRefusedMax));
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

    public long getBodyIdleTimeout() {
        return bodyIdleTimeout;
    }

    public void setBodyIdleTimeout(long bodyIdleTimeout) {
        this.bodyIdleTimeout = bodyIdleTimeout;
    }

    public long getRawIdleTimeout() {
        return rawIdleTimeout;
    }

    public void setRawIdleTimeout(long rawIdleTimeout) {
        this.rawIdleTimeout = rawIdleTimeout;
    }

    public String getStreamingTypes() {
        return streamingTypes;
    }

    public void setStreamingTypes(String streamingTypes) {
        this.streamingTypes = streamingTypes;
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

    public int getBufferedReplyLimit() {
        return bufferedReplyLimit;
    }

    public void setBufferedReplyLimit(int bufferedReplyLimit) {
        this.bufferedReplyLimit = bufferedReplyLimit;
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

    public long getRegistrationTimeout() {
        return registrationTimeout;
    }

    public void setRegistrationTimeout(long registrationTimeout) {
        this.registrationTimeout = registrationTimeout;
    }

    public int getMaxRegistrationSize() {
        return maxRegistrationSize;
    }

    public void setMaxRegistrationSize(int maxRegistrationSize) {
        this.maxRegistrationSize = maxRegistrationSize;
    }

    public int getMaxUnregistered() {
        return maxUnregistered;
    }

    public void setMaxUnregistered(int maxUnregistered) {
        this.maxUnregistered = maxUnregistered;
    }

    public int getMaxUnregisteredPerAddress() {
        return maxUnregisteredPerAddress;
    }

    public void setMaxUnregisteredPerAddress(int maxUnregisteredPerAddress) {
        this.maxUnregisteredPerAddress = maxUnregisteredPerAddress;
    }

    public int getMaxFailedRegistrations() {
        return maxFailedRegistrations;
    }

    public void setMaxFailedRegistrations(int maxFailedRegistrations) {
        this.maxFailedRegistrations = maxFailedRegistrations;
    }

    public long getRedialStep() {
        return redialStep;
    }

    public void setRedialStep(long redialStep) {
        this.redialStep = redialStep;
    }

    public long getRedialSpread() {
        return redialSpread;
    }

    public void setRedialSpread(long redialSpread) {
        this.redialSpread = redialSpread;
    }

    public long getRedialHealthyAfter() {
        return redialHealthyAfter;
    }

    public void setRedialHealthyAfter(long redialHealthyAfter) {
        this.redialHealthyAfter = redialHealthyAfter;
    }
}
