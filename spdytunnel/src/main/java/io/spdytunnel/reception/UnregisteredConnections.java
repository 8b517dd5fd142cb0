package io.spdytunnel.reception;

import io.netty.channel.Channel;
import io.spdytunnel.net.AddressKey;
import io.spdytunnel.tunnel.HangUp;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections that have not registered yet, and which of them is closed if there are too many. Thread-safe.
 *
 * <p>A new connection is always accepted. If its address has reached its limit, the oldest connection of that address
 * is closed. Otherwise, if the total limit is reached, the oldest connection of the address with most is closed. So a
 * flood costs its sender, not others.
 */
final class UnregisteredConnections {

    private final int max;
    private final int maxPerAddress;
    private final Map<AddressKey, Set<Channel>> byAddress = new LinkedHashMap<>();
    private int size;

    UnregisteredConnections(int max, int maxPerAddress) {
        this.max = max;
        this.maxPerAddress = maxPerAddress;
    }

    /** Counts a new connection, and returns the connection that has to be closed for it, or null. */
    synchronized @Nullable Channel admit(AddressKey address, Channel newcomer) {
        Channel pushedOut = null;
        if (byAddress.getOrDefault(address, Set.of()).size() >= maxPerAddress) {
            pushedOut = removeOldest(address);
        } else if (size >= max) {
            pushedOut = removeOldest(addressWithMost());
        }
        byAddress.computeIfAbsent(address, any -> new LinkedHashSet<>()).add(newcomer);
        size++;
        return pushedOut;
    }

    /** Removes a connection that has registered or is closed. A second call has no effect. */
    synchronized void forget(AddressKey address, Channel channel) {
        Set<Channel> ofAddress = byAddress.get(address);
        if (ofAddress == null || !ofAddress.remove(channel)) {
            return;
        }
        size--;
        if (ofAddress.isEmpty()) {
            byAddress.remove(address);
        }
    }

    /** Closes all connections when the proxy stops. Each connection removes itself as it closes. */
    void closeAll() {
        List<Channel> all;
        synchronized (this) {
            all = byAddress.values().stream().flatMap(Set::stream).toList();
        }
        all.forEach(HangUp::on);
    }

    synchronized int size() {
        return size;
    }

    private Channel removeOldest(AddressKey address) {
        Channel oldest = byAddress.getOrDefault(address, Set.of()).iterator().next();
        forget(address, oldest);
        return oldest;
    }

    private AddressKey addressWithMost() {
        return byAddress.entrySet().stream()
                .max(Comparator.comparingInt(entry -> entry.getValue().size()))
                .orElseThrow()
                .getKey();
    }
}
