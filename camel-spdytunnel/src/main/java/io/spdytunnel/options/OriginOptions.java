package io.spdytunnel.options;

import io.spdytunnel.limits.OriginLimits;
import io.spdytunnel.limits.Stickiness;
import java.time.Duration;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.jspecify.annotations.NullUnmarked;

/** The options of a producer for each origin: its limits, and the choice between its instances. */
@NullUnmarked
@UriParams
public abstract class OriginOptions extends SessionOptions {

    @UriParam(
            label = "producer",
            enums = "none,brickchain",
            defaultValue = "none",
            description = "A named set of limits, used where nothing else is set. brickchain: 500 requests per 5 "
                    + "minutes, bodies of 512000 bytes in each direction, 30 s to answer")
    private String preset = OriginPresets.NONE;

    @UriParam(
            label = "producer",
            defaultValue = "0",
            description = "Number of requests that an origin may get per period; 0 for no limit. As many may come "
                    + "at once; further requests are admitted evenly over the period, and others get 429 with "
                    + "Retry-After. Endpoints of the component with equal limits count together. Replies say "
                    + "what is left, in RateLimit- headers")
    @Within
    private int requestsPerPeriod;

    @UriParam(
            label = "producer",
            javaType = "java.time.Duration",
            defaultValue = "5m",
            description = "The period of requestsPerPeriod")
    @Within(least = 1000, unit = "ms")
    private long period = 300_000;

    @UriParam(
            label = "producer",
            defaultValue = "0",
            description = "Number of requests of an origin that may be under way at once, over all its connections; "
                    + "0 for no limit. One more gets 503 with Retry-After")
    @Within
    private int maxConcurrentRequests;

    @UriParam(
            label = "producer",
            defaultValue = "0",
            description = "Bytes of bodies per second that an origin may send and receive, both directions "
                    + "together, raw bytes included. 0 for no limit, else at least 1024. Above the limit, "
                    + "bodies flow more slowly. If more than 10 seconds' worth is owed, new requests get 429. "
                    + "The first 65536 bytes of each body are not delayed, but counted")
    private long bytesPerSecond;

    @UriParam(
            label = "producer",
            description = "If several instances share an origin's name: what keeps a visitor's requests on one of "
                    + "them. cookie:NAME sets a cookie that stands for the instance; header:NAME uses the value "
                    + "of that header. If the instance is gone or full, another one serves. By default the "
                    + "least busy instance serves")
    private String sticky;

    @Override
    void check() {
        super.check();
        stickiness();
        if (bytesPerSecond != 0 && bytesPerSecond < 1024) {
            throw new IllegalArgumentException(
                    "option bytesPerSecond is " + bytesPerSecond + "; it must be at least 1024, or 0 for no limit");
        }
    }

    /** What one origin may be asked for. */
    public OriginLimits originLimits() {
        return new OriginLimits(requestsPerPeriod, Duration.ofMillis(period), maxConcurrentRequests, bytesPerSecond);
    }

    /** Which instance serves a visitor. @throws IllegalArgumentException naming the option, its value and what is allowed */
    public Stickiness stickiness() {
        return Stickiness.parse(sticky);
    }

    public String getSticky() {
        return sticky;
    }

    public void setSticky(String sticky) {
        this.sticky = sticky;
    }

    public String getPreset() {
        return preset;
    }

    public void setPreset(String preset) {
        this.preset = preset;
    }

    public int getRequestsPerPeriod() {
        return requestsPerPeriod;
    }

    public void setRequestsPerPeriod(int requestsPerPeriod) {
        this.requestsPerPeriod = requestsPerPeriod;
    }

    public long getPeriod() {
        return period;
    }

    public void setPeriod(long period) {
        this.period = period;
    }

    public int getMaxConcurrentRequests() {
        return maxConcurrentRequests;
    }

    public void setMaxConcurrentRequests(int maxConcurrentRequests) {
        this.maxConcurrentRequests = maxConcurrentRequests;
    }

    public long getBytesPerSecond() {
        return bytesPerSecond;
    }

    public void setBytesPerSecond(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }
}
