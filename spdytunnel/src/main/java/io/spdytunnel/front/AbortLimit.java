package io.spdytunnel.front;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts the requests that each address has aborted: a request begun and left at once costs its sender nothing and an
 * origin a lot (CVE-2023-44487). Thread-safe.
 */
final class AbortLimit {

    /** Addresses remembered at most; when full, the ones whose period has passed go, then whichever comes first. */
    static final int MAX_ADDRESSES = 4096;

    private record Count(long since, int aborts) {}

    private final int maxAborts;
    private final long periodNanos;
    private final LongSupplier nanoTime;
    private final Map<Object, Count> counts = new ConcurrentHashMap<>();

    AbortLimit(VisitorServerSettings settings, LongSupplier nanoTime) {
        this.maxAborts = settings.maxAborts();
        this.periodNanos = settings.abortPeriod().toNanos();
        this.nanoTime = nanoTime;
    }

    void aborted(@Nullable SocketAddress visitor) {
        long now = nanoTime.getAsLong();
        if (counts.size() >= MAX_ADDRESSES) {
            makeRoom(now);
        }
        counts.merge(
                keyOf(visitor),
                new Count(now, 1),
                (old, first) -> isOver(old, now) ? first : new Count(old.since(), old.aborts() + 1));
    }

    /** Whether the visitor has to wait, having aborted too many. */
    boolean isReached(@Nullable SocketAddress visitor) {
        if (counts.isEmpty()) {
            return false; // the usual case, on every request
        }
        Count count = counts.get(keyOf(visitor));
        return count != null && count.aborts() >= maxAborts && !isOver(count, nanoTime.getAsLong());
    }

    int size() {
        return counts.size();
    }

    private boolean isOver(Count count, long now) {
        return now - count.since() >= periodNanos;
    }

    private void makeRoom(long now) {
        counts.values().removeIf(count -> isOver(count, now));
        var rest = counts.keySet().iterator();
        while (counts.size() >= MAX_ADDRESSES && rest.hasNext()) {
            rest.next();
            rest.remove();
        }
    }

    /** Who has one IPv6 address has the 2^64 of its network. */
    private static Object keyOf(@Nullable SocketAddress visitor) {
        InetAddress address = visitor instanceof InetSocketAddress inet ? inet.getAddress() : null;
        if (address instanceof Inet6Address) {
            return ByteBuffer.wrap(address.getAddress()).getLong();
        }
        return address != null ? address : "elsewhere";
    }
}
