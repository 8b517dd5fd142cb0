package io.spdytunnel;

import io.spdytunnel.spi.Api;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

/**
 * Keeps Camel's own headers off the wire, in both directions and in any letter case (CVE-2025-27636). All other headers
 * pass; unlike with Camel's HTTP filter, also {@code Cache-Control}, {@code Date} and {@code Via}. Hop-by-hop headers
 * are removed where messages are made, not here.
 */
@Api
public class SpdyTunnelHeaderFilterStrategy implements HeaderFilterStrategy {

    @Override
    public boolean applyFilterToCamelHeaders(String headerName, Object headerValue, Exchange exchange) {
        return headerValue == null || isInternal(headerName);
    }

    @Override
    public boolean applyFilterToExternalHeaders(String headerName, Object headerValue, Exchange exchange) {
        return isInternal(headerName);
    }

    private static boolean isInternal(String name) {
        return startsWithIgnoringCase(name, "camel")
                || startsWithIgnoringCase(name, "org.apache.camel")
                || startsWithIgnoringCase(name, "breadcrumbId");
    }

    private static boolean startsWithIgnoringCase(String name, String prefix) {
        return name.regionMatches(true, 0, prefix, 0, prefix.length());
    }
}
