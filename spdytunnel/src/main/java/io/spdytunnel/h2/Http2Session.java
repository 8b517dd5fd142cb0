package io.spdytunnel.h2;

import io.netty.channel.Channel;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.StreamAcceptor;
import java.util.concurrent.CompletionStage;

/**
 * One HTTP/2 connection (RFC 9113) as a {@link Session}: what HTTP needs of one it can have from this as from SPDY, so
 * the floors above know requests, bodies, trailers and limits only once.
 *
 * <p>Header blocks keep the names they have in SPDY: {@code :host} for {@code :authority}, and a {@code :version}.
 *
 * <p>It is built on Netty's {@code Http2ConnectionHandler}, the lowest floor of its HTTP/2 that still knows streams: that
 * reads and writes frames, compresses heads, counts floods and shares the peer's window among streams. Netty's frame
 * and multiplex codecs above it make an object of each frame and a channel of each stream, and would need as much code
 * to become a {@code Stream}. What we allow the peer to send is our own affair, see {@link Http2Credit}.
 *
 * <p>Not offered: pushes, h2c by Upgrade, and CONNECT with a protocol (RFC 8441), which is therefore not announced.
 */
public final class Http2Session {

    private final LiveHttp2Session live;

    private Http2Session(LiveHttp2Session live) {
        this.live = live;
    }

    /**
     * Starts to speak HTTP/2 on an established connection, with prior knowledge or behind ALPN. Must be called on the
     * channel's event loop; the handler is added at the end of the pipeline.
     *
     * @param role the initiator sends the requests, and the preface
     * @param settings of which HTTP/2 has streams, windows, heads, limits and the keep-alive
     * @param budget what peers may have under way is taken from it, 64 KiB for each stream to begin with
     * @param acceptor takes the streams that the peer opens
     */
    public static Http2Session start(
            Channel channel, Role role, SessionSettings settings, MemoryBudget budget, StreamAcceptor acceptor) {
        return start(channel, role, settings, budget, acceptor, () -> {});
    }

    /**
     * The same for whoever wants to know of all requests.
     *
     * @param headTooLong told of each request whose head was longer than announced: it is answered with 431 here
     */
    public static Http2Session start(
            Channel channel,
            Role role,
            SessionSettings settings,
            MemoryBudget budget,
            StreamAcceptor acceptor,
            Runnable headTooLong) {
        if (!channel.eventLoop().inEventLoop()) {
            throw new IllegalStateException("a session must be started on its channel's event loop");
        }
        LiveHttp2Session live = new LiveHttp2Session(channel, role, settings, budget, acceptor);
        channel.pipeline().addLast(Http2SessionBuilder.handlerOf(live, headTooLong));
        return new Http2Session(live);
    }

    public Session session() {
        return live;
    }

    /**
     * Completes, on the event loop, when the peer's SETTINGS are there: it speaks HTTP/2, and has said how many streams
     * it takes. Fails with an IOException if the connection ends before that.
     */
    public CompletionStage<Session> whenUp() {
        return live.whenUp();
    }
}
