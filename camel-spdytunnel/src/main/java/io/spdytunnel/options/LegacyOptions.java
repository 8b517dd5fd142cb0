package io.spdytunnel.options;

import io.spdytunnel.net.AddressRanges;
import io.spdytunnel.reception.LegacyOrigins;
import io.spdytunnel.session.SessionSettings;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** Options for ends of amahi/spdy-proxy (docs/legacy-ends.md). */
@NullUnmarked
@UriParams
public abstract class LegacyOptions extends IdentityOptions {

    @UriParam(
            label = "producer,advanced",
            description = "The name that an origin of amahi/spdy-proxy gets at this tunnel port. Such an origin "
                    + "registers without a name and proves nothing: every host in legacyOriginAddresses can be "
                    + "that origin")
    @OfPort
    @OfTunnel
    private String legacyOrigin;

    @UriParam(
            label = "producer,advanced",
            defaultValue = "127.0.0.1,::1",
            description = "Addresses and ranges, separated by comma, from which a legacyOrigin may connect")
    @OfPort
    @OfTunnel
    private String legacyOriginAddresses = "127.0.0.1,::1";

    @UriParam(
            label = "consumer,advanced",
            description = "If true, the proxy may be one of amahi/spdy-proxy, which accepts every origin and whose "
                    + "protocol has gaps. A proxy of this project is recognised and used as always")
    @OfTunnel
    private boolean legacyProxy;

    @UriParam(
            label = "common,advanced",
            defaultValue = "16777216",
            description = "How many bytes an end of amahi/spdy-proxy may send on one stream beyond its window, "
                    + "within memoryBudget. More resets the stream")
    @Within(least = 64 * 1024, unit = "bytes")
    @OfPort
    private int legacyBuffer = 16 * 1024 * 1024;

    @Override
    void check() {
        super.check();
        legacyOrigins();
    }

    @Override
    SessionSettings over(SessionSettings defaults) {
        return super.over(defaults).withLegacyBufferBytes(legacyBuffer);
    }

    /** The settings of an origin's session; the proxy may be one of amahi/spdy-proxy. */
    public SessionSettings originSessionSettings() {
        SessionSettings settings = sessionSettings();
        return legacyProxy ? settings.withPeer(SessionSettings.Peer.LEGACY) : settings;
    }

    /** Null if no legacy origin is accepted. @throws IllegalArgumentException naming the option that is wrong */
    public @Nullable LegacyOrigins legacyOrigins() {
        AddressRanges from = addressRanges("legacyOriginAddresses", legacyOriginAddresses);
        if (legacyOrigin == null) {
            return null;
        }
        try {
            return new LegacyOrigins(legacyOrigin, from::contains);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("option legacyOrigin: " + wrong.getMessage(), wrong);
        }
    }

    /** The addresses and ranges of an option; none if it is not set. @throws IllegalArgumentException naming the option */
    static AddressRanges addressRanges(String option, @Nullable String value) {
        try {
            return value == null ? AddressRanges.NONE : AddressRanges.parse(value);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("option " + option + ": " + wrong.getMessage(), wrong);
        }
    }

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
