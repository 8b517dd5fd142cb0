package io.spdytunnel.options;

import org.apache.camel.spi.HeaderFilterStrategy;

/** One endpoint, as the packages below the root package see it: its origin and its options. */
public interface TunnelEnd {

    /** The asterisk: each request names its origin, or a consumer's name is derived from its key. */
    String ANY = "*";

    String getOrigin();

    EndpointOptions getConfiguration();

    HeaderFilterStrategy getHeaderFilterStrategy();

    /** Whether each request names its origin. */
    default boolean isForAnyOrigin() {
        return ANY.equals(getOrigin());
    }
}
