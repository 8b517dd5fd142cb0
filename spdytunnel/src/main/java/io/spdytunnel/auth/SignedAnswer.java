package io.spdytunnel.auth;

import io.spdytunnel.spi.Api;
import io.spdytunnel.tunnel.ChallengeAnswer;
import java.time.Clock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers a proxy's challenge with the origin's key: {@code Credentials.answering(new SignedAnswer(() -> key, ""))}.
 */
@Api
public final class SignedAnswer implements ChallengeAnswer {

    private final Supplier<OriginKey> key;
    private final String session;
    private final Clock clock;

    /**
     * @param key called at every challenge; must not block
     * @param session the part of the origin's name in addition to the key's thumbprint; empty if there is none, or if
     *     the name is not derived from the key
     */
    public SignedAnswer(Supplier<OriginKey> key, String session) {
        this(key, session, Clock.systemUTC());
    }

    SignedAnswer(Supplier<OriginKey> key, String session, Clock clock) {
        this.key = key;
        this.session = session;
        this.clock = clock;
    }

    @Override
    public @Nullable String answer(String challenge, String originName, String proxyHost) {
        String nonce = RegistrationProof.nonceOf(challenge);
        return nonce == null
                ? null
                : new RegistrationProof(nonce, originName, RegistrationProof.audienceOf(proxyHost), session)
                        .sign(key.get(), clock.instant());
    }
}
