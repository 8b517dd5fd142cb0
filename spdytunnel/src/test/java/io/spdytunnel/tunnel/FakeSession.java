package io.spdytunnel.tunnel;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionEnd;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamListener;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** A session that speaks nothing: it keeps what bytes arrive, and ends when its channel does. */
public final class FakeSession implements Session {

    /** Some other thread's; it has none until it is given work. */
    private static final EventLoop ELSEWHERE = new DefaultEventLoop();

    final CompletableFuture<SessionEnd> end = new CompletableFuture<>();
    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    public final SessionSettings settings;
    private final @Nullable Channel channel;
    public volatile EventLoop loop = ELSEWHERE;
    public volatile int free = 100;
    public volatile int open;
    public volatile boolean accepting = true;
    public volatile boolean overdue;
    public volatile @Nullable Duration drainedFor;

    private FakeSession(@Nullable Channel channel, SessionSettings settings) {
        this.channel = channel;
        this.settings = settings;
    }

    /** One that only the directory sees. */
    public static FakeSession unconnected() {
        return new FakeSession(null, SessionSettings.DEFAULT);
    }

    /** One at the end of a real pipeline. */
    public static FakeSession start(Channel channel, SessionSettings settings) {
        FakeSession session = new FakeSession(channel, settings);
        channel.pipeline().addLast(new SimpleChannelInboundHandler<ByteBuf>() {
            @Override
            protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
                session.heard.add(bytes.toString(StandardCharsets.ISO_8859_1));
            }
        });
        channel.closeFuture().addListener(closed -> session.ends("transport closed"));
        return session;
    }

    public String heard() {
        return String.join("", heard);
    }

    public void ends(String reason) {
        ends(SessionEnd.By.PEER, reason);
    }

    public void ends(SessionEnd.By by, String reason) {
        accepting = false;
        end.complete(new SessionEnd(by, reason));
    }

    @Override
    public EventLoop eventLoop() {
        return loop;
    }

    @Override
    public @Nullable SocketAddress remoteAddress() {
        return channel == null ? null : channel.remoteAddress();
    }

    @Override
    public int freeStreams() {
        return accepting ? free : 0;
    }

    @Override
    public int openStreams() {
        return open;
    }

    @Override
    public boolean isAcceptingStreams() {
        return accepting;
    }

    @Override
    public boolean isOverdue() {
        return overdue;
    }

    @Override
    public Stream open(HeaderBlock head, Fin fin, int priority, StreamListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Duration> ping() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void drain(Duration patience) {
        accepting = false;
        drainedFor = patience;
        if (channel != null) {
            HangUp.on(channel);
        }
    }

    @Override
    public CompletionStage<SessionEnd> whenEnded() {
        return end;
    }
}
