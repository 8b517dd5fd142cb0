package io.spdytunnel;

import io.spdytunnel.options.EndpointOptions;
import io.spdytunnel.spi.Api;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.Configurer;
import org.apache.camel.spi.UriParams;
import org.jspecify.annotations.NullUnmarked;

/**
 * The options of an endpoint. If an option is set on the component, it is the default of all endpoints. They are
 * declared in {@code io.spdytunnel.options}, by subject, each with its description and its rule.
 */
@Api
@NullUnmarked
@UriParams
@Configurer
public class SpdyTunnelConfiguration extends EndpointOptions implements Cloneable {

    @Override
    public SpdyTunnelConfiguration copy() {
        try {
            return (SpdyTunnelConfiguration) clone();
        } catch (CloneNotSupportedException impossible) {
            throw new RuntimeCamelException(impossible);
        }
    }
}
