package io.spdytunnel.spi;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The decision of an {@link Authenticator} about a registration. */
@Api
public sealed interface Verdict {

    /**
     * The origin may have the name.
     *
     * @param identity the origin's identity; another identity is refused while this one has the name
     */
    record Accepted(Identity identity) implements Verdict {}

    /**
     * The origin must first prove something about this connection. It gets 401, the connection stays open, and a second
     * registration of the same name may follow on it, within the registrationTimeout of the first one. This does not
     * count as a failure. A second challenge is a refusal.
     *
     * @param challenge value of {@code WWW-Authenticate}, with the registration's nonce in it
     * @param reason the answer's body, for clients that cannot answer the challenge
     */
    record Challenged(String challenge, String reason) implements Verdict {

        /** @throws IllegalArgumentException if the challenge is not a valid header value */
        public Challenged {
            requireHeaderValue(challenge);
        }
    }

    /**
     * The origin may not have the name.
     *
     * @param status the answer's HTTP status, 400 to 599
     * @param reason the answer's body: what was wrong, in a sentence for the origin's log; shows no secret
     * @param challenge value of {@code WWW-Authenticate}; null for another status than 401
     * @param retryAfter when to try again, or null
     */
    record Refused(
            int status,
            String reason,
            @Nullable String challenge,
            @Nullable Duration retryAfter) implements Verdict {

        /**
         * @throws IllegalArgumentException if the status is not a refusal, or is 401 without a challenge that is a
         *     valid header value
         */
        public Refused {
            if (status < 400 || status > 599) {
                throw new IllegalArgumentException("a refusal has a status of 400 to 599, not " + status);
            }
            if (status == 401 && challenge == null) {
                throw new IllegalArgumentException("a 401 needs a challenge (RFC 9110, 15.5.2)");
            }
            if (challenge != null) {
                requireHeaderValue(challenge);
            }
        }
    }

    private static void requireHeaderValue(String challenge) {
        if (!challenge.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
            throw new IllegalArgumentException("a challenge is a header value: printable ASCII on one line");
        }
    }

    /** May have the name. */
    static Verdict accept(Identity identity) {
        return new Accepted(identity);
    }

    /** 401, and the connection stays open for one more registration. */
    static Verdict challenge(String challenge, String reason) {
        return new Challenged(challenge, reason);
    }

    /** 401: no credentials, or wrong ones. */
    static Verdict unauthorized(String reason, String challenge) {
        return new Refused(401, reason, challenge, null);
    }

    /** 403: valid credentials, but for another name. */
    static Verdict forbidden(String reason) {
        return new Refused(403, reason, null, null);
    }

    /** 503: no decision is possible at the moment. */
    static Verdict unavailable(String reason, Duration retryAfter) {
        return new Refused(503, reason, null, retryAfter);
    }
}
