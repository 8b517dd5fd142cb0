package io.spdytunnel.spdy;

import io.spdytunnel.session.Session;
import java.util.concurrent.TimeUnit;

/** For tests of a session's last stream ids, which would otherwise take a thousand million requests. */
public final class StreamIds {

    private StreamIds() {}

    /** Leaves an initiator's session ids for so many streams more. */
    public static void leave(Session session, int streams) throws Exception {
        int next = Integer.MAX_VALUE - 2 * (streams - 1);
        session.eventLoop()
                .submit(() -> ((LiveSession) session).streams().skipOwnIdsTo(next))
                .get(5, TimeUnit.SECONDS);
    }
}
