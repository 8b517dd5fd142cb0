package io.spdytunnel;

import io.spdytunnel.directory.OriginName;

/** The part of an endpoint's URI that names the origin. */
final class OriginNames {

    private OriginNames() {}

    /** @throws IllegalArgumentException if it is neither a name nor {@code *} */
    static String check(String remaining) {
        return SpdyTunnelEndpoint.ANY.equals(remaining) ? remaining : OriginName.require(remaining);
    }
}
