package io.spdytunnel;

import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.jspecify.annotations.NullUnmarked;

/** Options for ends of amahi/spdy-proxy (docs/legacy-ends.md). */
@NullUnmarked
@UriParams
abstract class SpdyTunnelLegacyOptions extends SpdyTunnelIdentityOptions {

    @UriParam(
            label = "producer,advanced",
            description =
                    "The name that an origin of amahi/spdy-proxy gets at this tunnel port: it registers without a name and"
                            + " proves nothing, so whoever can connect from legacyOriginAddresses can be that origin")
    private String legacyOrigin;

    @UriParam(
            label = "producer,advanced",
            defaultValue = "127.0.0.1,::1",
            description = "Addresses and ranges that a legacyOrigin may come from, separated by comma")
    private String legacyOriginAddresses = "127.0.0.1,::1";

    @UriParam(
            label = "consumer,advanced",
            description =
                    "Whether the proxy may be one of amahi/spdy-proxy, which takes everybody and whose protocol has gaps. A"
                            + " proxy of this project is recognised, and spoken to as always")
    private boolean legacyProxy;

    @UriParam(
            label = "common,advanced",
            defaultValue = "16777216",
            description =
                    "How many bytes an end of amahi/spdy-proxy may send on one stream without having room for them, within"
                            + " memoryBudget; more than that resets the stream")
    private int legacyBuffer = 16 * 1024 * 1024;

    public String getLegacyOrigin() {
        return legacyOrigin;
    }

    public void setLegacyOrigin(String legacyOrigin) {
        this.legacyOrigin = legacyOrigin;
    }

    public String getLegacyOriginAddresses() {
        return legacyOriginAddresses;
    }

    public void setLegacyOriginAddresses(String legacyOriginAddresses) {
        this.legacyOriginAddresses = legacyOriginAddresses;
    }

    public boolean isLegacyProxy() {
        return legacyProxy;
    }

    public void setLegacyProxy(boolean legacyProxy) {
        this.legacyProxy = legacyProxy;
    }

    public int getLegacyBuffer() {
        return legacyBuffer;
    }

    public void setLegacyBuffer(int legacyBuffer) {
        this.legacyBuffer = legacyBuffer;
    }
}
