package io.spdytunnel.h2;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.spdytunnel.session.KeepAlive;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * PINGs of ours (RFC 9113 6.7): those that somebody asked for, and those that ask a silent peer for a sign of life. Any
 * frame is one. Confined to the event loop, but for {@link #ping}.
 */
final class Http2Pings {

    private static final int MOST_UNDER_WAY = 16;

    private record Ping(CompletableFuture<Duration> echo, long sentAt) {}

    private final LiveHttp2Session session;
    private final EventLoop loop;
    private final KeepAlive keepAlive;
    private final Map<Long, Ping> underWay = new HashMap<>();
    private long next;
    private boolean heard;
    private boolean stopped;
    private @Nullable ScheduledFuture<?> look;

    Http2Pings(LiveHttp2Session session, EventLoop loop, KeepAlive keepAlive) {
        this.session = session;
        this.loop = loop;
        this.keepAlive = keepAlive;
    }

    void begin() {
        if (!keepAlive.interval().isZero() && !stopped) {
            lookIn(keepAlive.interval(), this::ask);
        }
    }

    void heardFromPeer() {
        heard = true;
    }

    private void ask() {
        if (heard) {
            heard = false;
            lookIn(keepAlive.interval(), this::ask);
        } else {
            session.out().ping(next++); // nobody waits for this one
            lookIn(keepAlive.patience(), this::decide);
        }
    }

    private void decide() {
        if (heard) {
            ask();
        } else {
            session.lost("nothing received within " + keepAlive.patience().toMillis() + " ms of a PING");
        }
    }

    private void lookIn(Duration delay, Runnable step) {
        look = loop.schedule(step, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    // ---- for others

    /** Any thread. */
    CompletionStage<Duration> ping() {
        CompletableFuture<Duration> echo = new CompletableFuture<>();
        if (loop.inEventLoop()) {
            send(echo);
        } else {
            loop.execute(() -> send(echo));
        }
        return echo.minimalCompletionStage();
    }

    private void send(CompletableFuture<Duration> echo) {
        if (stopped || underWay.size() >= MOST_UNDER_WAY) {
            echo.completeExceptionally(
                    new IOException(stopped ? "the session has ended" : MOST_UNDER_WAY + " PINGs are under way"));
            return;
        }
        long content = next++;
        underWay.put(content, new Ping(echo, session.nanos()));
        session.out().ping(content);
    }

    void answered(long content) {
        Ping ping = underWay.remove(content);
        if (ping != null) {
            ping.echo().complete(Duration.ofNanos(session.nanos() - ping.sentAt()));
        }
    }

    void stop(String why) {
        stopped = true;
        if (look != null) {
            look.cancel(false);
        }
        underWay.values().forEach(ping -> ping.echo().completeExceptionally(new IOException(why)));
        underWay.clear();
    }
}
