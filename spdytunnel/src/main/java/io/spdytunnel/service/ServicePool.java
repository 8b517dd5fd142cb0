package io.spdytunnel.service;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.spdytunnel.fields.VisitorId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one event loop to one service that wait for their next request: those that anybody may have, and
 * those that are one visitor's. A connection becomes a visitor's, and never anybody's again, when it authenticates somebody
 * ({@link ConnectionAuth}), or at once where nothing is shared. Whose visitor nobody can tell is closed after its
 * exchange. Confined to the event loop.
 */
final class ServicePool {

    private static final Logger LOG = LoggerFactory.getLogger(ServicePool.class);

    /** Below the 5 s after which Node.js, the most impatient of servers, hangs up on an idle connection. */
    private static final Duration SHARED_FOR = Duration.ofSeconds(4);

    /** Through a tunnel nobody says that a visitor has left, and to authenticate anew takes three round trips. */
    private static final Duration OWNED_FOR = Duration.ofSeconds(30);

    /** Beyond, the one that has waited longest is closed: its visitor has to authenticate anew. */
    private static final int MOST_OWNED = 256;

    private final EventLoop loop;
    private final Supplier<Future<Channel>> dialer;
    private final BiConsumer<Channel, ServicePool> initializer;
    private final ServiceSharing sharing;
    private final ArrayDeque<Channel> shared = new ArrayDeque<>();
    private final Map<VisitorId, ArrayDeque<Channel>> owned = new HashMap<>();
    private final LinkedHashMap<Channel, VisitorId> ownedByAge = new LinkedHashMap<>();
    private boolean closed;

    /**
     * @param dialer makes a connection
     * @param initializer gives it its handlers, a {@link ServiceConnection} of this pool among them
     */
    ServicePool(
            EventLoop loop,
            Supplier<Future<Channel>> dialer,
            BiConsumer<Channel, ServicePool> initializer,
            ServiceSharing sharing) {
        this.loop = loop;
        this.dialer = dialer;
        this.initializer = initializer;
        this.sharing = sharing;
    }

    Future<Channel> dial() {
        return dialer.get().addListener((Future<Channel> dialled) -> {
            if (dialled.isSuccess()) {
                initializer.accept(dialled.getNow(), this);
            }
        });
    }

    /** A connection that waits for a request of this visitor, its own before anybody's; null if there is none. */
    @Nullable
    Channel take(@Nullable VisitorId visitor) {
        Channel own = visitor == null ? null : takeOwned(visitor);
        if (own != null || sharing == ServiceSharing.VISITOR) {
            return own;
        }
        return warmest(shared);
    }

    private static @Nullable Channel warmest(ArrayDeque<Channel> waiting) {
        Channel last = waiting.pollLast();
        while (last != null && !last.isActive()) { // closed, which nobody has told us yet
            last = waiting.pollLast();
        }
        return last;
    }

    private @Nullable Channel takeOwned(VisitorId visitor) {
        ArrayDeque<Channel> all = owned.get(visitor);
        if (all == null) {
            return null;
        }
        Channel warmest = warmest(all);
        if (all.isEmpty()) {
            owned.remove(visitor);
        }
        if (warmest != null) {
            ownedByAge.remove(warmest);
        }
        return warmest;
    }

    /**
     * An exchange is over and its connection may be used again.
     *
     * @param visitor whose exchange it was
     */
    void release(ChannelHandlerContext context, ServiceConnection connection, @Nullable VisitorId visitor) {
        boolean ownedNow = connection.isOwned() || sharing == ServiceSharing.VISITOR;
        if (closed || (ownedNow && visitor == null)) {
            connection.drop(context);
        } else if (ownedNow) {
            connection.ownedBy(context, visitor);
            connection.rest(context, OWNED_FOR);
            keep(context.channel(), Objects.requireNonNull(visitor));
        } else {
            connection.rest(context, SHARED_FOR);
            shared.add(context.channel());
        }
    }

    private void keep(Channel channel, VisitorId visitor) {
        owned.computeIfAbsent(visitor, first -> new ArrayDeque<>()).add(channel);
        ownedByAge.put(channel, visitor);
        if (ownedByAge.size() > MOST_OWNED) {
            Iterator<Channel> byAge = ownedByAge.keySet().iterator();
            close(byAge.next()); // its end has it forgotten
        }
    }

    /** A connection of this pool was closed. */
    void ended(Channel channel) {
        VisitorId visitor = ownedByAge.remove(channel);
        if (visitor == null) {
            shared.remove(channel);
            return;
        }
        ArrayDeque<Channel> all = owned.get(visitor);
        if (all != null && all.remove(channel) && all.isEmpty()) {
            owned.remove(visitor);
        }
    }

    /** Any thread: closes what waits; calls under way end as they may. */
    void close() {
        try {
            loop.execute(() -> {
                closed = true;
                new ArrayDeque<>(shared).forEach(ServicePool::close);
                new ArrayDeque<>(ownedByAge.keySet()).forEach(ServicePool::close);
            });
        } catch (RejectedExecutionException shutDown) {
            LOG.trace("the connections to a service have ended with their event loop");
        }
    }

    private static void close(Channel channel) {
        channel.close().addListener(gone -> {}); // what is left of it is nobody's affair
    }
}
