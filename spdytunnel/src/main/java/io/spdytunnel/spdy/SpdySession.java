package io.spdytunnel.spdy;

import io.netty.channel.Channel;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.StreamAcceptor;

/** One SPDY/3.1 session on one connection. */
public final class SpdySession {

    private SpdySession() {}

    /**
     * Starts to speak SPDY on an established connection.
     *
     * <p>Must be called on the channel's event loop. The pipeline holds what is below SPDY (TLS) and possibly decoders
     * that are about to be removed and will then pass on bytes that already belong to SPDY: the session's handler is
     * added at the end, sends SETTINGS and the session's WINDOW_UPDATE and flushes them.
     *
     * @param acceptor takes the streams the peer opens
     */
    public static Session start(
            Channel channel, Role role, SessionSettings settings, MemoryBudget budget, StreamAcceptor acceptor) {
        if (!channel.eventLoop().inEventLoop()) {
            throw new IllegalStateException("a session must be started on its channel's event loop");
        }
        SessionHandler handler =
                new SessionHandler(settings, context -> new LiveSession(context, role, settings, budget, acceptor));
        channel.pipeline().addLast(handler);
        return handler.session();
    }
}
