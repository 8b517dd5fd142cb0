package io.spdytunnel.front;

import io.spdytunnel.net.AddressRanges;
import io.spdytunnel.spi.Api;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What the front door makes of its visitors' addresses, and whether it writes their requests down.
 *
 * @param allow who may come; empty for everybody
 * @param deny who may not, whatever {@code allow} says
 * @param proxyProtocolFrom who speaks the PROXY protocol ahead of everything else, and must; from others it is never
 *     understood
 * @param trusted whose {@code X-Forwarded-For} or {@code Forwarded} says who the visitor is ({@link ToldAddress})
 * @param accessLog whether the logger {@code spdytunnel.access} gets a line for each request
 */
@Api
public record VisitorEdge(
        AddressRanges allow,
        AddressRanges deny,
        AddressRanges proxyProtocolFrom,
        AddressRanges trusted,
        boolean accessLog) {

    /** Everybody may come, nobody's word on addresses counts, and nothing is written down. */
    public static final VisitorEdge OPEN =
            new VisitorEdge(AddressRanges.NONE, AddressRanges.NONE, AddressRanges.NONE, AddressRanges.NONE, false);

    /** Whether this visitor may come. One without an IP address, on a transport of a test's, only if anybody may. */
    boolean admits(@Nullable SocketAddress visitor) {
        return !deny.contains(visitor) && (allow.isEmpty() || allow.contains(visitor));
    }
}
