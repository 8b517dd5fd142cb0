package io.spdytunnel.front;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts the requests of each address that were given up and are still worked on: a request begun and left at once costs
 * its sender nothing and an origin a lot (CVE-2023-44487). How many were given up before does not matter, since whoever
 * seeks in a film gives up ten a second. Only addresses with such requests are kept, so the handlers' own bounds hold
 * here, too. Thread-safe.
 */
final class AbortLimit {

    private final int maxAborts;
    private final Map<Object, Integer> unfinished = new ConcurrentHashMap<>();

    AbortLimit(VisitorServerSettings settings) {
        this.maxAborts = settings.maxAborts();
    }

    /** A request was given up before its handler has answered it; {@link #finished} must follow. */
    void givenUp(@Nullable InetAddress visitor) {
        unfinished.merge(keyOf(visitor), 1, Integer::sum);
    }

    /** The handler of such a request has answered. */
    void finished(@Nullable InetAddress visitor) {
        unfinished.computeIfPresent(keyOf(visitor), (key, count) -> count == 1 ? null : count - 1);
    }

    /** Whether the visitor has to wait until some of them are finished. */
    boolean isReached(@Nullable InetAddress visitor) {
        return unfinished.getOrDefault(keyOf(visitor), 0) >= maxAborts;
    }

    /** Whether nobody has to be asked about: the usual case, on every request. */
    boolean isEmpty() {
        return unfinished.isEmpty();
    }

    int addresses() {
        return unfinished.size();
    }

    /** Who has one IPv6 address has the 2^64 of its network. */
    private static Object keyOf(@Nullable InetAddress visitor) {
        if (visitor instanceof Inet6Address) {
            return ByteBuffer.wrap(visitor.getAddress()).getLong();
        }
        return visitor != null ? visitor : "elsewhere";
    }
}
