package io.spdytunnel.spi;

import java.util.concurrent.CompletionStage;

/**
 * Decides who may register an origin's name at the tunnel port.
 *
 * <p>Called on an event loop that serves many other connections, so it must never block. If it needs an answer from
 * elsewhere, its result completes later. A result that is exceptional, or is not there within registrationTimeout,
 * refuses the registration with 503.
 */
@Api
public interface Authenticator {

    /**
     * Judges one registration. The name is well-formed and in lower case; nothing else has been checked. After a
     * {@link Verdict.Challenged} this method is called again, with the connection's second registration.
     */
    CompletionStage<Verdict> authenticate(Registration registration);

    /**
     * Whether this authenticator knows an origin of that name, connected or not. Visitors of a known but absent origin
     * wait, and get 503 instead of 404. Returns false if it cannot tell. Does not block.
     */
    default boolean lists(String name) {
        return false;
    }
}
