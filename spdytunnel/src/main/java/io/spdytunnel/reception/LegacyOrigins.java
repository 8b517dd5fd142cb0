package io.spdytunnel.reception;

import io.spdytunnel.directory.OriginName;
import io.spdytunnel.spi.Api;
import java.net.InetAddress;
import java.util.function.Predicate;

/**
 * Which origins of amahi/spdy-proxy a tunnel port takes: they register without a name and prove nothing
 * (docs/legacy-ends.md).
 *
 * @param name the name they get; one holds it at a time
 * @param from the addresses they may come from; called on event loops
 */
@Api
public record LegacyOrigins(String name, Predicate<InetAddress> from) {

    /** @throws IllegalArgumentException if the name is none */
    public LegacyOrigins {
        name = OriginName.require(name);
    }
}
