package io.spdytunnel.options;

import io.spdytunnel.limits.OriginLimits;
import io.spdytunnel.limits.Stickiness;
import java.time.Duration;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.jspecify.annotations.NullUnmarked;

/** The options that a producer has for each origin it sends to: how much it may be asked for, and which of it is asked. */
@NullUnmarked
@UriParams
public abstract class OriginOptions extends SessionOptions {

    @UriParam(
            label = "producer",
            enums = "none,brickchain",
            defaultValue = "none",
            description = "Limits under a name, where nothing else is set. brickchain: 500 requests per"
                    + " 5 minutes, bodies of 512000 bytes either way, 30 s to answer")
    private String preset = OriginPresets.NONE;

    @UriParam(
            label = "producer",
            defaultValue = "0",
            description =
                    "How many requests an origin may get per period; 0 for any number. As many may come at once; more earn"
                            + " their place evenly over the period, and get 429 with Retry-After before. Endpoints of the component"
                            + " whose limits are equal count together. Replies say what is left, in RateLimit-… headers")
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
            description = "How many requests of an origin may be under way at once, over all its connections; 0 for any"
                    + " number. One more gets 503 with Retry-After")
    @Within
    private int maxConcurrentRequests;

    @UriParam(
            label = "producer",
            defaultValue = "0",
            description =
                    "How many bytes of bodies an origin may send and be sent in a second, both together, raw bytes"
                            + " included; 0 for any number, else at least 1024. Beyond, bodies flow slower; a request that comes while 10"
                            + " seconds' worth is owed gets 429. The first 65536 bytes of each body are not held up, but owed")
    private long bytesPerSecond;

    @UriParam(
            label = "producer",
            description =
                    "Where several instances share an origin's name: what keeps a visitor's requests together on one"
                            + " of them. cookie:NAME sets a cookie that stands for the instance; header:NAME goes by that header's value."
                            + " Once the instance is gone or full another one serves. By default the least busy one does")
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
