package io.spdytunnel.front;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.ScheduledFuture;
import io.spdytunnel.http.HttpHandler;
import io.spdytunnel.session.MemoryBudget;
import io.spdytunnel.spi.Api;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The front door: takes visitors' HTTP requests on one port, by HTTP/1.1, HTTP/2 or SPDY/3.1, and hands each to an
 * {@link HttpHandler}, bodies streaming both ways.
 *
 * <p>Give it the event loops that the tunnel runs on: a request whose connection shares its loop with the session
 * needs no hop between threads. They remain the caller's to shut down.
 */
@Api
public final class VisitorServer {

    /** One read from a socket: the size of a DATA frame's turn. */
    private static final int READ_BYTES = 16 * 1024;

    /** Writability is not what holds bodies back, their own credit is; this bounds what one turn of the loop writes. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    /** Long enough for an event loop to have gone round once. */
    private static final Duration SELECTORS_TURN = Duration.ofMillis(5);

    private final Channel channel;
    private final VisitorConnections connections;

    private VisitorServer(Channel channel, VisitorConnections connections) {
        this.channel = channel;
        this.connections = connections;
    }

    /**
     * Starts to listen; blocks until that has succeeded or failed.
     *
     * @param listen where; port 0 takes a free one, see {@link #localAddress}
     * @param loops both accept and serve; NIO's
     * @param budget the pool for bodies of visitors with sessions; one a process is best
     * @param tls null for plain TCP
     * @param handler called on the visitor's event loop, must not block
     * @throws IOException naming host and port, if that cannot be listened on
     */
    public static VisitorServer bind(
            InetSocketAddress listen,
            VisitorServerSettings settings,
            EventLoopGroup loops,
            MemoryBudget budget,
            @Nullable VisitorTls tls,
            HttpHandler handler)
            throws IOException {
        return bind(listen, settings, loops, NioServerSocketChannel.class, budget, tls, handler);
    }

    /** The same for loops that are not NIO's. */
    public static VisitorServer bind(
            InetSocketAddress listen,
            VisitorServerSettings settings,
            EventLoopGroup loops,
            Class<? extends ServerChannel> transport,
            MemoryBudget budget,
            @Nullable VisitorTls tls,
            HttpHandler handler)
            throws IOException {
        VisitorEdge edge = settings.edge();
        AccessLog accessLog = edge.accessLog() ? AccessLog.to(edge.trusted()) : AccessLog.OFF;
        return bind(listen, settings, loops, transport, budget, tls, handler, accessLog);
    }

    /** The same with the access log that a test reads. */
    static VisitorServer bind(
            InetSocketAddress listen,
            VisitorServerSettings settings,
            EventLoopGroup loops,
            Class<? extends ServerChannel> transport,
            MemoryBudget budget,
            @Nullable VisitorTls tls,
            HttpHandler handler,
            AccessLog accessLog)
            throws IOException {
        VisitorConnections connections = new VisitorConnections();
        VisitorService service = new VisitorService(
                settings, handler, connections, new AbortLimit(settings), budget, tls != null, accessLog);
        ServerBootstrap bootstrap = new ServerBootstrap();
        if (settings.sendBufferBytes() > 0) {
            bootstrap.childOption(ChannelOption.SO_SNDBUF, settings.sendBufferBytes());
        }
        ChannelFuture bound = bootstrap
                .group(loops)
                .channel(transport)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                // One read at a time, so that a pause takes effect before the next.
                .childOption(
                        ChannelOption.RCVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(512, 2048, READ_BYTES).maxMessagesPerRead(1))
                .childHandler(new VisitorInitializer(service, tls, new EdgeLog()))
                .bind(listen)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen for visitors on " + listen.getHostString() + ":" + listen.getPort() + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        return new VisitorServer(bound.channel(), connections);
    }

    /** Where it listens. */
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Whether the port is open. */
    public boolean isListening() {
        return channel.isOpen();
    }

    /** How many visitors are connected. */
    public int connections() {
        return connections.count();
    }

    /** Asks the visitors who are here to leave once they are answered; the port stays open. */
    public void sendHome() {
        connections.sendHome();
    }

    /**
     * Stops listening and ends connections that wait for a request; the others end with the answer they are waiting
     * for, or after {@code drain} without it. A visitor with a session and nothing under way is told by GOAWAY and given a
     * second to hang up first.
     *
     * @return completes when all have ended, on any thread; never fails
     */
    public CompletionStage<Void> close(Duration drain) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        channel.close().addListener(done -> {
            // NIO lets go of a port in the selector's next turn only; until then the kernel goes on accepting.
            if (later(() -> drainThenCut(drain, closed), SELECTORS_TURN) == null) {
                closed.complete(null);
            }
        });
        return closed;
    }

    private void drainThenCut(Duration drain, CompletableFuture<Void> closed) {
        CompletionStage<Void> allGone = connections.drain();
        ScheduledFuture<?> cut = later(connections::cutAll, drain);
        allGone.whenComplete((nothing, never) -> {
            if (cut != null) {
                cut.cancel(false);
            }
            closed.complete(null);
        });
    }

    /** Null if the event loop has ended, and every connection with it. */
    private @Nullable ScheduledFuture<?> later(Runnable task, Duration delay) {
        try {
            return channel.eventLoop().schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException ended) {
            return null;
        }
    }
}
