package io.spdytunnel.reception;

import io.spdytunnel.directory.OriginName;
import io.spdytunnel.spi.Api;
import java.net.InetAddress;
import java.util.function.Predicate;

/**
 * The origins of amahi/spdy-proxy that a tunnel port accepts: they register without a name and prove nothing
 * (docs/legacy-ends.md).
 *
 * @param name the name that they get; only one origin has it at a time
 * @param from the addresses they may come from; called on event loops
 */
@Api
public record LegacyOrigins(String name, Predicate<InetAddress> from) {

    /** @throws IllegalArgumentException if the name is not valid */
    public LegacyOrigins {
        name = OriginName.require(name);
    }
}
