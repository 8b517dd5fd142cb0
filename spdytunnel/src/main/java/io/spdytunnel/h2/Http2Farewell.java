package io.spdytunnel.h2;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.concurrent.ScheduledFuture;
import io.spdytunnel.session.SessionEnd;
import io.spdytunnel.wire.StreamStatus;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a session ends: announced by GOAWAY and after its last stream (RFC 9113 6.8), at once for an error (5.4.1), or
 * without a word because the transport is gone. Confined to the event loop.
 *
 * <p>Who took streams leaves it to the peer to hang up, for a second: closing a socket with unread bytes makes TCP send
 * RST, which discards what has not left yet.
 */
final class Http2Farewell {

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Thrown away at most while the peer is given time to hear why. */
    private static final long MOST_UNHEARD_BYTES = 64L * 1024 * 1024;

    private final LiveHttp2Session session;
    private final EventLoop loop;

    private boolean draining;
    private SessionEnd announced = new SessionEnd(SessionEnd.By.US, "drained");
    private @Nullable SessionEnd end;
    private @Nullable ScheduledFuture<?> deadline;
    private @Nullable ScheduledFuture<?> hangUp;
    private long unheard;

    Http2Farewell(LiveHttp2Session session, EventLoop loop) {
        this.session = session;
        this.loop = loop;
    }

    boolean isOver() {
        return end != null;
    }

    SessionEnd end() {
        SessionEnd known = end;
        return known == null ? announced : known;
    }

    /** Takes no more streams, and ends behind those there are; a second call may shorten the wait. */
    void drain(Duration patience) {
        if (end != null) {
            return;
        }
        if (!draining) {
            draining = true;
            session.goAway(Http2Error.NO_ERROR.code(), "");
        }
        if (session.streams().isEmpty()) {
            finish();
        } else if (patience.isZero()) {
            cutRest();
        } else {
            waitNoLongerThan(patience);
        }
    }

    private void waitNoLongerThan(Duration patience) {
        ScheduledFuture<?> before = deadline;
        if (before != null && before.getDelay(TimeUnit.NANOSECONDS) <= patience.toNanos()) {
            return;
        }
        cancel(before);
        deadline = loop.schedule(this::cutRest, patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The peer takes no more streams. */
    void leaveWhenDone(SessionEnd how) {
        if (end == null && !draining) {
            draining = true;
            announced = how;
            noStreamIsLeft();
        }
    }

    void noStreamIsLeft() {
        if (draining && end == null && session.streams().isEmpty()) {
            finish();
        }
    }

    private void cutRest() {
        session.streams().forEach(stream -> stream.reset(StreamStatus.CANCEL));
        finish();
    }

    private void finish() {
        if (end == null) {
            over(announced);
            if (session.isInitiator()) {
                session.close();
            } else {
                hangUpIn(SECOND);
            }
        }
    }

    /** Ends the session for an error, and says so. */
    void tell(SessionEnd error, long code, String why) {
        if (end == null) {
            session.goAway(code, why);
            over(error);
            hangUpIn(SECOND);
        }
    }

    private void over(SessionEnd how) {
        end = how;
        cancel(deadline);
        session.over(how);
    }

    private void hangUpIn(Duration delay) {
        hangUp = loop.schedule(session::close, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Bytes were thrown away while we wait for the peer to hang up. */
    void unheard(int bytes) {
        unheard += bytes;
        if (unheard > MOST_UNHEARD_BYTES) {
            session.close();
        }
    }

    void transportClosed() {
        if (end == null) {
            over(draining ? announced : new SessionEnd(SessionEnd.By.PEER, "the connection was closed"));
        }
        cancel(hangUp);
    }

    private static void cancel(@Nullable ScheduledFuture<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
