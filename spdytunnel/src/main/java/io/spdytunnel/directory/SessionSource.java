package io.spdytunnel.directory;

import io.spdytunnel.session.Session;
import io.spdytunnel.spi.Api;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Where a request finds the session that leads to its origin. Thread-safe. */
@Api
public interface SessionSource {

    /** What is known of a name. */
    Presence presence(String name);

    /** The session on which the next stream to this origin is best opened; null if none has a free slot now. */
    default @Nullable Session pick(String name) {
        return pick(name, null);
    }

    /** The same, but not {@code except}, on which it was tried before. */
    @Nullable
    Session pick(String name, @Nullable Session except);

    /**
     * The same, but of sessions with room that of the instance that ranks highest; of equal ones the best as ever.
     *
     * @param rank asked with the name that an instance gave itself, empty if it gave none
     */
    default @Nullable Session pick(String name, @Nullable Session except, ToLongFunction<String> rank) {
        return pick(name, except);
    }

    /** Which instance of its origin is at the end of a session; empty if that is not known, or the session gone. */
    default String instanceOf(String name, Session session) {
        return "";
    }

    /**
     * Waits for an origin to come, or for a free slot on one that is here, whichever is missing.
     *
     * <p>Completes with a session that had a free slot a moment ago (at once, if there is one), on any thread; or with
     * a {@link NoOriginException} when the patience is over, at once if the name is unknown or too many wait already.
     * Who cancels the future gives up its place.
     */
    CompletableFuture<Session> await(String name, Duration patience);

    /** Hint that a stream to this origin has ended, so that who waits for a slot is served at once. */
    void slotMayBeFree(String name);
}
