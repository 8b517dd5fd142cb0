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
 * The connections that have not registered yet, and who goes when they are too many. Thread-safe.
 *
 * <p>A newcomer is always let in. It pushes out the oldest of its own address if that has its fill, else, when the house
 * is full, the oldest of the address with the most: whoever floods pays for it, not the others.
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

    /** Counts a newcomer and returns who has to be closed for it, if anybody. */
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

    /** Forgets a connection that has registered or is gone; forgetting twice does no harm. */
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

    /** The proxy stops. Each connection forgets itself as it closes. */
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
