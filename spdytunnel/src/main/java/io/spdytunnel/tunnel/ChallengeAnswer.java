package io.spdytunnel.tunnel;

import io.spdytunnel.spi.Api;
import org.jspecify.annotations.Nullable;

/**
 * Answers a proxy's challenge, which asks for a proof about this connection. Called on an event loop; does not block.
 */
@Api
@FunctionalInterface
public interface ChallengeAnswer {

    /**
     * The value of {@code Authorization}, or null if this challenge cannot be answered.
     *
     * @param challenge a value of {@code WWW-Authenticate}; from a proxy that TLS has verified, but that is not trusted
     *     further
     * @param originName the name to register
     * @param proxyHost the host that was dialled, as the settings have it
     */
    @Nullable
    String answer(String challenge, String originName, String proxyHost);
}
