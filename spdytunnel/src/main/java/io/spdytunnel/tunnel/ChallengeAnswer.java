package io.spdytunnel.tunnel;

import io.spdytunnel.spi.Api;
import org.jspecify.annotations.Nullable;

/** Answers a proxy that wants something proved about this very connection. Called on an event loop; does not block. */
@Api
@FunctionalInterface
public interface ChallengeAnswer {

    /**
     * What to send as {@code Authorization}, or null if this challenge is none that can be answered.
     *
     * @param challenge a value of {@code WWW-Authenticate}; from a proxy that TLS has verified, but no friend yet
     * @param originName the name to register
     * @param proxyHost the host that was dialled, as the settings have it
     */
    @Nullable
    String answer(String challenge, String originName, String proxyHost);
}
