package io.spdytunnel.http;

import io.netty.channel.EventLoop;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionEnd;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamListener;
import io.spdytunnel.session.StreamNotOpenedException;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A session each of whose listeners is {@link Watched}. */
record WatchedSession(Session session) implements Session {

    @Override
    public Stream open(HeaderBlock head, Fin fin, int priority, StreamListener listener)
            throws StreamNotOpenedException {
        return session.open(head, fin, priority, new Watched(listener));
    }

    @Override
    public EventLoop eventLoop() {
        return session.eventLoop();
    }

    @Override
    public @Nullable SocketAddress remoteAddress() {
        return session.remoteAddress();
    }

    @Override
    public int freeStreams() {
        return session.freeStreams();
    }

    @Override
    public int openStreams() {
        return session.openStreams();
    }

    @Override
    public boolean isAcceptingStreams() {
        return session.isAcceptingStreams();
    }

    @Override
    public CompletionStage<Duration> ping() {
        return session.ping();
    }

    @Override
    public void drain(Duration patience) {
        session.drain(patience);
    }

    @Override
    public CompletionStage<SessionEnd> whenEnded() {
        return session.whenEnded();
    }
}
