package io.spdytunnel.spdy;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.ScheduledFuture;
import io.spdytunnel.session.SessionEnd;
import io.spdytunnel.session.StreamEnd;
import io.spdytunnel.wire.SessionStatus;
import io.spdytunnel.wire.StreamStatus;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a session ends (SPDY/3.1 2.4.1, 2.6.6): who has said goodbye, what is still let finish, when the transport closes.
 *
 * <pre>
 *     OPEN ── drain ──► DRAINING ── last stream and a moment, or deadline ──► CLOSING ── transport closed ──► CLOSED
 *      │                                                           ▲
 *      └── session error, lost peer; last stream after the peer's GOAWAY ┘
 * </pre>
 *
 * <p>Whoever closes says GOAWAY first, except into a transport that has failed.
 */
final class Farewell {

    private static final Logger LOG = LoggerFactory.getLogger(Farewell.class);

    /** How long the last frames may take to leave when the peer is not worth waiting for. */
    private static final long LAST_WORDS_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The same for a session that ends in peace: the end of the last body may still be on its way. */
    private static final long LAST_BYTES_NANOS = TimeUnit.SECONDS.toNanos(30);

    /**
     * How long a drained session waits for the peer to close. If we closed at once, a stream that the peer has just
     * opened would reach a closed socket, whose answer (TCP's RST) can overtake our GOAWAY: the peer could not know
     * that nothing was done with it.
     */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What a peer that does not stop may still send meanwhile: a second of most networks. */
    private static final long MOST_DISCARDED_BYTES = 64L * 1024 * 1024;

    /** Whether what the peer goes on sending is read, and thrown away, until it has had time to hear us. */
    private enum Meanwhile {
        CLOSE,
        /** Bytes that nobody has read turn a close into TCP's RST, which can overtake what we said, and discard it. */
        DISCARD
    }

    private static final SessionEnd DRAINED = new SessionEnd(SessionEnd.By.US, "drained");

    private enum Phase {
        OPEN,
        /** We have sent GOAWAY; streams finish. */
        DRAINING,
        /** No stream is left, nothing is listened to; the last frames leave. */
        CLOSING,
        CLOSED
    }

    private final ChannelHandlerContext context;
    private final StreamTable streams;
    private final Outbound outbound;
    private final CompletableFuture<SessionEnd> ended = new CompletableFuture<>();

    private volatile Phase phase = Phase.OPEN;
    private volatile boolean peerSaidIt;
    private @Nullable SessionStatus accusation;
    private @Nullable SessionEnd end;
    private @Nullable ScheduledFuture<?> deadline;
    private @Nullable ScheduledFuture<?> lingering;
    private @Nullable ScheduledFuture<?> closing;
    private long discarded;

    Farewell(ChannelHandlerContext context, StreamTable streams, Outbound outbound) {
        this.context = context;
        this.streams = streams;
        this.outbound = outbound;
    }

    /** Whether neither end has announced the end. Any thread. */
    boolean isNotSaid() {
        return phase == Phase.OPEN && !peerSaidIt;
    }

    boolean hasSentGoAway() {
        return phase != Phase.OPEN;
    }

    boolean hasPeerSaidIt() {
        return peerSaidIt;
    }

    boolean isListening() {
        return phase == Phase.OPEN || phase == Phase.DRAINING;
    }

    CompletionStage<SessionEnd> whenEnded() {
        return ended.minimalCompletionStage();
    }

    // ---- in peace

    void drain(Duration patience) {
        drainWithoutDeadline();
        if (!isListening()) {
            return;
        }
        if (deadline == null || deadline.getDelay(TimeUnit.NANOSECONDS) > patience.toNanos()) {
            cancel(deadline);
            deadline =
                    context.channel().eventLoop().schedule(this::cutTheRest, patience.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    void drainWithoutDeadline() {
        if (phase == Phase.OPEN) {
            phase = Phase.DRAINING;
            outbound.goAway(streams.highestAccepted(), SessionStatus.OK);
            streamEnded();
        }
    }

    private void cutTheRest() {
        if (!isListening()) {
            return;
        }
        int left = streams.count();
        phase = Phase.CLOSING; // so that the last of them does not close in peace
        streams.forEach(stream -> stream.reset(StreamStatus.CANCEL));
        close(
                new SessionEnd(SessionEnd.By.US, "drained, " + left + " streams were reset"),
                LAST_WORDS_NANOS,
                Meanwhile.DISCARD);
    }

    /** The peer accepts no more streams, and has done nothing with ours beyond {@code lastGood}. */
    void peerGoesAway(int lastGood, SessionStatus status) {
        if (status != SessionStatus.OK && !peerSaidIt) {
            accusation = status;
        }
        peerSaidIt = true;
        streams.forEach(stream -> {
            if (stream.opener() == SpdyStream.Opener.THIS_END && stream.id() > lastGood) {
                stream.end(new StreamEnd(
                        StreamEnd.Cause.BEYOND_LAST_GOOD,
                        null,
                        "stream " + stream.id() + ": the peer ends the session after stream " + lastGood + " [" + status
                                + "]"));
            }
        });
        streamEnded();
    }

    /** A stream less: perhaps it was the last one that was waited for. */
    void streamEnded() {
        if (streams.count() > 0) {
            return;
        }
        if (phase == Phase.DRAINING && peerSaidIt) {
            closeDrained();
        } else if (phase == Phase.DRAINING && lingering == null) {
            lingering = context.channel().eventLoop().schedule(this::closeDrained, LINGER_NANOS, TimeUnit.NANOSECONDS);
        } else if (phase == Phase.OPEN && peerSaidIt) {
            outbound.goAway(streams.highestAccepted(), SessionStatus.OK);
            close(endByPeer("the peer sent GOAWAY"), LAST_BYTES_NANOS, Meanwhile.CLOSE);
        }
    }

    private void closeDrained() {
        if (isListening()) {
            close(DRAINED, LAST_BYTES_NANOS, Meanwhile.CLOSE);
        }
    }

    // ---- at once

    /** Says why, and closes. */
    void end(SessionStatus status, SessionEnd.By by, String reason) {
        if (!isListening()) {
            return;
        }
        // Who the peer is, and so how loudly this is to be told, is known to whoever waits for the end.
        LOG.debug("closing session: {}", reason);
        outbound.goAway(streams.highestAccepted(), status);
        close(new SessionEnd(by, reason), LAST_WORDS_NANOS, Meanwhile.DISCARD);
    }

    /** Bytes came that mean nothing any more. */
    void discarded(int bytes) {
        discarded += bytes;
        if (phase == Phase.CLOSING && discarded > MOST_DISCARDED_BYTES) {
            closeTransport();
        }
    }

    /** Closes without a word, because nobody would hear it. */
    void abandon(String reason) {
        if (end == null) {
            end = new SessionEnd(SessionEnd.By.LOST, reason);
        }
        if (isListening()) {
            phase = Phase.CLOSING;
        }
        closeTransport();
    }

    private void closeTransport() {
        context.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    /** Lets what was written leave, but not for ever, then closes the transport, unless the peer does. */
    private void close(SessionEnd how, long patienceNanos, Meanwhile meanwhile) {
        phase = Phase.CLOSING;
        end = how;
        cancel(deadline);
        cancel(lingering);
        endStreams(how);
        outbound.finish().addListener(left -> {
            if (meanwhile == Meanwhile.CLOSE || !left.isSuccess()) {
                closeTransport();
            }
        });
        if (phase == Phase.CLOSING) {
            closing = context.channel().eventLoop().schedule(this::closeTransport, patienceNanos, TimeUnit.NANOSECONDS);
        }
    }

    private void endStreams(SessionEnd how) {
        streams.forEach(stream -> stream.end(
                new StreamEnd(StreamEnd.Cause.SESSION_ENDED, null, "stream " + stream.id() + ": " + how.reason())));
    }

    /** The transport is closed: ends what is left, and returns how the session ended. */
    SessionEnd transportClosed() {
        if (end == null && phase == Phase.DRAINING && streams.count() == 0) {
            end = DRAINED;
        }
        phase = Phase.CLOSED;
        if (end == null) {
            end = endByPeer("the peer closed the connection" + (peerSaidIt ? "" : " without GOAWAY"));
        }
        cancel(deadline);
        cancel(lingering);
        cancel(closing);
        outbound.stop();
        endStreams(end);
        return end;
    }

    private SessionEnd endByPeer(String how) {
        return accusation == null
                ? new SessionEnd(SessionEnd.By.PEER, how)
                : new SessionEnd(SessionEnd.By.ACCUSED, how + " [" + accusation + "]");
    }

    void complete(SessionEnd how) {
        ended.complete(how);
    }

    private static void cancel(@Nullable ScheduledFuture<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
