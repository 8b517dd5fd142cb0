package io.spdytunnel.options;

import io.spdytunnel.front.VisitorServerSettings;
import io.spdytunnel.session.KeepAlive;
import io.spdytunnel.session.SessionLimits;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.wire.FrameLimits;
import java.time.Duration;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/** The options of an endpoint's SPDY sessions: limits of what the other end may open, send and cause. */
@UriParams
public abstract class SessionOptions {

    @UriParam(
            label = "consumer,advanced",
            defaultValue = "0",
            description = "Number of requests that may be under way at once on one connection. 0 means 1000 on a "
                    + "tunnel, and 100 for a visitor of serve")
    @Within
    private int maxConcurrentStreams;

    @UriParam(
            label = "advanced",
            defaultValue = "8388608",
            description = "Size in bytes up to which a stream's window may grow while the stream is read. Every "
                    + "stream starts with 65536")
    @Within(least = 64 * 1024, unit = "bytes")
    @OfPort
    private int maxStreamWindow = 8 * 1024 * 1024;

    @UriParam(
            label = "advanced",
            defaultValue = "32768",
            description = "Longest header block in bytes, uncompressed. A longer request gets 431; a longer reply "
                    + "becomes 502")
    @Within(least = 1024, unit = "bytes")
    @OfPort
    private int maxHeaderSize = 32 * 1024;

    @UriParam(
            label = "advanced",
            defaultValue = "200",
            description = "Most headers in one head. A request with more gets 431; a reply with more becomes 502")
    @Within(least = 10)
    @OfPort
    private int maxHeaderFields = 200;

    @UriParam(
            label = "advanced",
            enums = "3.1,3",
            defaultValue = "3.1",
            description = "SPDY version of the other end. Version 3 has no flow control for the session as a whole. "
                    + "The wire does not show the version, so both ends must be set to the same one")
    @OfPort
    private String spdyVersion = "3.1";

    @UriParam(
            label = "producer",
            defaultValue = "false",
            description = "If true, origins may push. Pushes go to visitors that speak SPDY and accept them, and "
                    + "are refused for all others")
    @OfPort
    private boolean push;

    @UriParam(
            label = "producer,advanced",
            defaultValue = "100",
            description = "Number of pushes that may be under way at once on one connection, if push is true")
    @Within(least = 1)
    @OfPort
    private int maxPushes = 100;

    @UriParam(
            label = "advanced",
            javaType = "java.time.Duration",
            defaultValue = "10s",
            description = "Silence of the other end after which a PING is sent; 0 for no PINGs")
    @OfPort
    private long keepAliveInterval = 10_000;

    @UriParam(
            label = "advanced",
            javaType = "java.time.Duration",
            defaultValue = "10s",
            description = "How long to wait for that PING's echo before the session is closed; not longer than "
                    + "keepAliveInterval")
    @OfPort
    private long keepAlivePatience = 10_000;

    @UriParam(
            label = "advanced",
            defaultValue = "65536",
            description = "Longest control frame in bytes that is accepted, at least 8192. A longer frame ends the "
                    + "session before any of it is stored")
    @Within(least = 8192, most = 0xFFFFFF)
    @OfPort
    private int maxControlFrameSize = 65536;

    @UriParam(
            label = "advanced",
            defaultValue = "32",
            description = "Most entries in one SETTINGS frame; a frame with more ends the session")
    @Within(least = 1)
    @OfPort
    private int maxSettings = 32;

    @UriParam(
            label = "advanced",
            defaultValue = "2000",
            description = "Number of streams that the other end may reset within 30 seconds before the session is "
                    + "closed as abuse")
    @Within
    @OfPort
    private int maxResets = 2000;

    @UriParam(
            label = "advanced",
            defaultValue = "200",
            description = "Number of frames in error that the other end may send within 30 seconds before the "
                    + "session is closed as abuse")
    @Within
    @OfPort
    private int maxStreamErrors = 200;

    @UriParam(
            label = "advanced",
            defaultValue = "100",
            description = "Number of SETTINGS frames that the other end may send within 30 seconds before the "
                    + "session is closed as abuse")
    @Within(least = 1)
    @OfPort
    private int maxSettingsFrames = 100;

    @UriParam(
            label = "advanced",
            defaultValue = "1000",
            description = "Number of PING frames that the other end may send within 30 seconds before the session "
                    + "is closed as abuse")
    @Within(least = 1)
    @OfPort
    private int maxPings = 1000;

    @UriParam(
            label = "advanced",
            defaultValue = "10",
            description = "Number of empty DATA frames in a row on a session before the session is closed as abuse")
    @Within
    @OfPort
    private int maxEmptyData = 10;

    @UriParam(
            label = "advanced",
            defaultValue = "10",
            description = "Number of WINDOW_UPDATE frames that the other end may send for each DATA frame that was "
                    + "sent to it")
    @Within(least = 2, most = 1_000_000)
    @OfPort
    private int maxUpdatesPerData = 10;

    @UriParam(
            label = "advanced",
            defaultValue = "100",
            description =
                    "Number of WINDOW_UPDATE frames that the other end may send in addition to " + "maxUpdatesPerData")
    @Within(least = 10, most = 1_000_000)
    @OfPort
    private int spareUpdates = 100;

    @UriParam(
            label = "advanced",
            defaultValue = "1000",
            description =
                    "Number of answers, for example to PINGs, that the other end may request without reading " + "them")
    @Within(least = 10)
    @OfPort
    private int maxUnreadReplies = 1000;

    @UriParam(
            label = "advanced",
            defaultValue = "16320",
            description = "Most bytes in a DATA frame that is sent, and also the bytes that a stream may send "
                    + "before other streams get their turn. A frame of the default size fills one TLS record of "
                    + "16 KiB")
    @Within(least = 256, most = 1024 * 1024)
    @OfPort
    private int maxDataFrameSize = 16320;

    /** Checks options that depend on each other. @throws IllegalArgumentException naming the option that is wrong */
    void check() {
        if (maxHeaderSize > maxControlFrameSize - 32) {
            throw new IllegalArgumentException("option maxHeaderSize is " + maxHeaderSize
                    + "; it must be at least 32 bytes less than maxControlFrameSize, which is " + maxControlFrameSize);
        }
        sessionSettings();
    }

    /** The settings of a session between a proxy and an origin. */
    public SessionSettings sessionSettings() {
        return over(SessionSettings.DEFAULT);
    }

    /** The settings of a visitor's session, which has no tunnel. */
    public SessionSettings visitorSessionSettings() {
        return over(VisitorServerSettings.DEFAULT.spdy());
    }

    SessionSettings over(SessionSettings defaults) {
        return defaults.withKeepAlive(
                        new KeepAlive(Duration.ofMillis(keepAliveInterval), Duration.ofMillis(keepAlivePatience)))
                .withVersion(version())
                .withMaxPushes(push ? maxPushes : 0)
                .withMaxConcurrentStreams(
                        maxConcurrentStreams > 0 ? maxConcurrentStreams : defaults.maxConcurrentStreams())
                .withMaxStreamWindowBytes(maxStreamWindow)
                .withFrames(new FrameLimits(maxControlFrameSize, maxSettings, maxHeaderSize, maxHeaderFields))
                .withLimits(new SessionLimits(
                        maxResets,
                        maxStreamErrors,
                        maxSettingsFrames,
                        maxPings,
                        maxEmptyData,
                        maxUpdatesPerData,
                        spareUpdates,
                        maxUnreadReplies,
                        maxDataFrameSize));
    }

    private SessionSettings.Version version() {
        return switch (spdyVersion) {
            case "3.1" -> SessionSettings.Version.SPDY_3_1;
            case "3" -> SessionSettings.Version.SPDY_3;
            default ->
                throw new IllegalArgumentException("option spdyVersion is " + spdyVersion + "; it must be 3.1 or 3");
        };
    }

    public String getSpdyVersion() {
        return spdyVersion;
    }

    public void setSpdyVersion(String spdyVersion) {
        this.spdyVersion = spdyVersion;
    }

    public boolean isPush() {
        return push;
    }

    public void setPush(boolean push) {
        this.push = push;
    }

    public int getMaxPushes() {
        return maxPushes;
    }

    public void setMaxPushes(int maxPushes) {
        this.maxPushes = maxPushes;
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

    public int getMaxControlFrameSize() {
        return maxControlFrameSize;
    }

    public void setMaxControlFrameSize(int maxControlFrameSize) {
        this.maxControlFrameSize = maxControlFrameSize;
    }

    public int getMaxSettings() {
        return maxSettings;
    }

    public void setMaxSettings(int maxSettings) {
        this.maxSettings = maxSettings;
    }

    public int getMaxResets() {
        return maxResets;
    }

    public void setMaxResets(int maxResets) {
        this.maxResets = maxResets;
    }

    public int getMaxStreamErrors() {
        return maxStreamErrors;
    }

    public void setMaxStreamErrors(int maxStreamErrors) {
        this.maxStreamErrors = maxStreamErrors;
    }

    public int getMaxSettingsFrames() {
        return maxSettingsFrames;
    }

    public void setMaxSettingsFrames(int maxSettingsFrames) {
        this.maxSettingsFrames = maxSettingsFrames;
    }

    public int getMaxPings() {
        return maxPings;
    }

    public void setMaxPings(int maxPings) {
        this.maxPings = maxPings;
    }

    public int getMaxEmptyData() {
        return maxEmptyData;
    }

    public void setMaxEmptyData(int maxEmptyData) {
        this.maxEmptyData = maxEmptyData;
    }

    public int getMaxUpdatesPerData() {
        return maxUpdatesPerData;
    }

    public void setMaxUpdatesPerData(int maxUpdatesPerData) {
        this.maxUpdatesPerData = maxUpdatesPerData;
    }

    public int getSpareUpdates() {
        return spareUpdates;
    }

    public void setSpareUpdates(int spareUpdates) {
        this.spareUpdates = spareUpdates;
    }

    public int getMaxUnreadReplies() {
        return maxUnreadReplies;
    }

    public void setMaxUnreadReplies(int maxUnreadReplies) {
        this.maxUnreadReplies = maxUnreadReplies;
    }

    public int getMaxDataFrameSize() {
        return maxDataFrameSize;
    }

    public void setMaxDataFrameSize(int maxDataFrameSize) {
        this.maxDataFrameSize = maxDataFrameSize;
    }
}
