package io.spdytunnel.options;

import org.apache.camel.spi.HeaderFilterStrategy;

/** One endpoint, as the rooms below the root package see it: which origin it is about, and its options. */
public interface TunnelEnd {

    /** The origin of an endpoint whose requests name theirs, and of a consumer whose name is made of its key. */
    String ANY = "*";

    String getOrigin();

    EndpointOptions getConfiguration();

    HeaderFilterStrategy getHeaderFilterStrategy();

    /** Whether it is about whichever origin a request names. */
    default boolean isForAnyOrigin() {
        return ANY.equals(getOrigin());
    }
}
