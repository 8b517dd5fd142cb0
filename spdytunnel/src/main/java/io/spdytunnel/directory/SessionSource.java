package io.spdytunnel.directory;

import io.spdytunnel.session.Session;
import io.spdytunnel.spi.Api;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Finds the session to an origin. Thread-safe. */
@Api
public interface SessionSource {

    /** What is known about a name. */
    Presence presence(String name);

    /** The best session for the next stream to this origin; null if none has a free slot now. */
    default @Nullable Session pick(String name) {
        return pick(name, null);
    }

    /** The same, but not {@code except}, on which the request was tried before. */
    @Nullable
    Session pick(String name, @Nullable Session except);

    /**
     * The same, but the session of the instance with the highest rank; among equal ones the best session.
     *
     * @param rank gets the name that an instance has given itself; empty if it has given none
     */
    default @Nullable Session pick(String name, @Nullable Session except, ToLongFunction<String> rank) {
        return pick(name, except);
    }

    /** The instance at the other end of a session; empty if it is not known, or the session has ended. */
    default String instanceOf(String name, Session session) {
        return "";
    }

    /**
     * Waits for an origin to connect, or for a free slot of a connected origin, whichever is missing.
     *
     * <p>Completes on any thread: with a session that had a free slot a moment ago (at once, if there is one); or with
     * a {@link NoOriginException} after {@code patience}, or at once if the name is unknown or too many requests wait.
     * To stop waiting, cancel the future.
     */
    CompletableFuture<Session> await(String name, Duration patience);

    /** Hint that a stream to this origin has ended, so that a request that waits for a slot is served at once. */
    void slotMayBeFree(String name);
}
