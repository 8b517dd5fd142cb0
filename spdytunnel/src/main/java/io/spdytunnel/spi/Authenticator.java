package io.spdytunnel.spi;

import java.util.concurrent.CompletionStage;

/**
 * Decides who may register an origin's name at the tunnel port.
 *
 * <p>Called on an event loop that serves many other connections, so it never blocks: what must ask somebody else
 * answers later. An answer that does not come within the registration's time, or is exceptional, refuses with 503.
 */
@Api
public interface Authenticator {

    /**
     * Judges one registration. The name is well-formed and in lower case; nothing else has been checked. After a
     * {@link Verdict.Challenged} it is asked again, with the connection's second registration.
     */
    CompletionStage<Verdict> authenticate(Registration registration);

    /**
     * Whether this authenticator knows of an origin by that name, connected or not. Visitors of a known origin that is
     * away wait, and hear 503 rather than 404. An authenticator that cannot tell says no. Does not block.
     */
    default boolean lists(String name) {
        return false;
    }
}
