package io.spdytunnel.spdy;

import static io.spdytunnel.wire.SessionStatus.PROTOCOL_ERROR;

import io.netty.buffer.ByteBuf;
import io.spdytunnel.session.Role;
import io.spdytunnel.session.StreamEnd;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.FrameListener;
import io.spdytunnel.wire.FrameType;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.SessionError;
import io.spdytunnel.wire.SessionStatus;
import io.spdytunnel.wire.Settings;
import io.spdytunnel.wire.StreamError;
import io.spdytunnel.wire.StreamStatus;
import org.jspecify.annotations.Nullable;

/**
 * Handles each frame of the peer: count it, find its stream, refuse or accept it, tell the listener.
 *
 * <p>The peer's faults are thrown as {@link StreamError} or {@link SessionError}; {@link SessionHandler} is the one door
 * that answers them.
 */
final class FrameReceiver implements FrameListener {

    /**
     * Frames with header blocks that may cross our RST_STREAM: a reply, trailers, and headers between them. Each has to
     * be inflated.
     */
    private static final int MOST_LATE_HEADS = 10;

    private final LiveSession session;
    private final StreamTable streams;
    private final Outbound outbound;
    private final AbuseGuard guard;
    private final Heartbeat heartbeat;
    private final SessionReceiveWindow window;

    FrameReceiver(
            LiveSession session,
            StreamTable streams,
            Outbound outbound,
            AbuseGuard guard,
            Heartbeat heartbeat,
            SessionReceiveWindow window) {
        this.session = session;
        this.streams = streams;
        this.outbound = outbound;
        this.guard = guard;
        this.heartbeat = heartbeat;
        this.window = window;
    }

    // ---- streams

    @Override
    public void data(int streamId, ByteBuf bytes, Fin fin) {
        int length = bytes.readableBytes();
        guard.countData(length, fin.isLast());
        countAgainstSession(length); // 2.6.8: always, even when the frame is in error
        SpdyStream stream = streams.get(streamId);
        if (stream == null) {
            dataForNoStream(streamId, length);
            return;
        }
        if (stream.awaitsReply()) {
            throw StreamError.of(streamId, StreamStatus.PROTOCOL_ERROR, "2.2.2", length + " bytes before SYN_REPLY");
        }
        if (!stream.state().mayReceive()) {
            throw outOfTurn(stream, length + " bytes");
        }
        stream.receive(bytes, fin); // its own window bounds it from here
    }

    private static StreamError outOfTurn(SpdyStream stream, String what) {
        return stream.isPush()
                ? StreamError.of(
                        stream.id(), StreamStatus.STREAM_ALREADY_CLOSED, "2.3.2.1", what + " on a push of this end")
                : StreamError.of(stream.id(), StreamStatus.STREAM_ALREADY_CLOSED, "2.3.6", what + " after FIN");
    }

    /** These bytes are not read, and must not use up the session's window: their room is given back. */
    private void countAgainstSession(int length) {
        if (!window.use(length)) {
            // 2.6.8 speaks of FLOW_CONTROL_ERROR, but GOAWAY (2.6.6) has no such status.
            throw SessionError.of(PROTOCOL_ERROR, "2.6.8", length + " bytes into a session window that was closed");
        }
        int update = window.giveBack(length);
        if (update > 0) {
            outbound.windowUpdate(0, update);
        }
    }

    private void dataForNoStream(int streamId, int length) {
        if (streams.wasResetHere(streamId) || session.hasSentGoAway()) {
            return; // it crossed our RST_STREAM or GOAWAY (2.3.2, 2.2.2)
        }
        // 2.2.2 asks for INVALID_STREAM, 2.3.7 for PROTOCOL_ERROR: the one for ids never opened, the other for closed
        // ones.
        if (streams.wasSeen(streamId)) {
            throw StreamError.of(streamId, StreamStatus.PROTOCOL_ERROR, "2.3.7", length + " bytes on a closed stream");
        }
        throw StreamError.of(
                streamId, StreamStatus.INVALID_STREAM, "2.2.2", length + " bytes on a stream that was never opened");
    }

    @Override
    public void synStream(int streamId, int associatedTo, int priority, Fin fin, Answer answer, HeaderBlock head) {
        checkNewId(streamId);
        if (session.hasSentGoAway()) {
            return; // 2.6.6: ignored, the peer learns of it from our last-good-stream-id
        }
        if (session.role() == Role.INITIATOR) {
            checkPush(streamId, associatedTo, answer);
            session.pushes().accept(streamId, associatedTo, priority, head, fin);
            return;
        }
        if (answer == Answer.FORBIDDEN) {
            throw refused(streamId, "unidirectional streams are not accepted here");
        }
        session.accept(streamId, priority, head, fin);
    }

    /** A responder may open only pushes: unidirectional, and with an associated stream. */
    private static void checkPush(int streamId, int associatedTo, Answer answer) {
        if (answer == Answer.FORBIDDEN && associatedTo == 0) {
            throw SessionError.of(PROTOCOL_ERROR, "3.3.2", "push " + streamId + " without an associated stream");
        }
        if (answer == Answer.EXPECTED && associatedTo == 0) {
            throw refused(streamId, "this end accepts no requests");
        }
        if (answer == Answer.EXPECTED) {
            throw StreamError.of(streamId, StreamStatus.PROTOCOL_ERROR, "3.3.1", "a push that is not unidirectional");
        }
    }

    /** The rules for ids, which hold for every SYN_STREAM, refused and malformed ones included (2.3.2). */
    private void checkNewId(int streamId) {
        if (session.isOwnParity(streamId)) {
            throw SessionError.of(PROTOCOL_ERROR, "2.3.2", "SYN_STREAM for stream " + streamId + ", an id of this end");
        }
        if (streams.get(streamId) != null) {
            throw StreamError.of(streamId, StreamStatus.PROTOCOL_ERROR, "2.3.2", "second SYN_STREAM");
        }
        if (!streams.received(streamId)) {
            throw SessionError.of(
                    PROTOCOL_ERROR, "2.3.2", "stream " + streamId + " after stream " + streams.highestReceived());
        }
    }

    private static StreamError refused(int streamId, String why) {
        return StreamError.of(streamId, StreamStatus.REFUSED_STREAM, "2.6.3", why);
    }

    @Override
    public void synReply(int streamId, Fin fin, HeaderBlock head) {
        SpdyStream stream = find(streamId, FrameType.SYN_REPLY);
        if (stream == null) {
            return;
        }
        if (stream.isPush()) {
            throw StreamError.of(streamId, StreamStatus.PROTOCOL_ERROR, "2.3.2.1", "SYN_REPLY on a push");
        }
        if (stream.opener() == SpdyStream.Opener.PEER) {
            throw StreamError.of(
                    streamId, StreamStatus.PROTOCOL_ERROR, "2.6.2", "SYN_REPLY by the end that opened the stream");
        }
        if (stream.isReplied()) {
            throw StreamError.of(streamId, StreamStatus.STREAM_IN_USE, "2.6.2", "second SYN_REPLY");
        }
        stream.receiveReply(head, fin);
    }

    @Override
    public void headers(int streamId, Fin fin, HeaderBlock headers) {
        SpdyStream stream = find(streamId, FrameType.HEADERS);
        if (stream == null) {
            return;
        }
        if (stream.awaitsReplyFirst()) {
            throw StreamError.of(streamId, StreamStatus.PROTOCOL_ERROR, "2.3.4", "HEADERS before SYN_REPLY");
        }
        if (!stream.state().mayReceive()) {
            throw outOfTurn(stream, "HEADERS");
        }
        stream.receiveHeaders(headers, fin);
    }

    /** The stream a frame is for, or null if the frame crossed a frame of ours and is to be ignored. */
    private @Nullable SpdyStream find(int streamId, FrameType type) {
        SpdyStream stream = streams.get(streamId);
        if (stream == null && streams.wasResetHere(streamId)) {
            if (streams.countLateHead(streamId) > MOST_LATE_HEADS) {
                guard.countError(session.nanos());
            }
        } else if (stream == null && !session.hasSentGoAway()) {
            throw StreamError.of(
                    streamId, StreamStatus.INVALID_STREAM, "2.6.3", type + " for a stream that is not open");
        }
        return stream;
    }

    @Override
    public void malformed(FrameType type, int streamId, StreamError error) {
        if (type == FrameType.SYN_STREAM) {
            checkNewId(streamId);
            if (session.hasSentGoAway()) {
                return;
            }
        } else if (find(streamId, type) == null) {
            return;
        }
        throw error;
    }

    @Override
    public void rstStream(int streamId, int statusCode) {
        SpdyStream stream = streams.get(streamId);
        streams.forgetReset(streamId);
        // Who closes a page, or seeks in a film, resets what has been answered: that costs no more than other answers.
        boolean answered = stream != null && stream.opener() == SpdyStream.Opener.PEER && stream.isReplied();
        if (!answered && !session.pushes().mayBeCut(streamId)) {
            guard.countReset(session.nanos());
        }
        if (stream == null) {
            return; // never answered with RST_STREAM (2.4.2)
        }
        StreamStatus status = StreamStatus.of(statusCode);
        boolean refused = status == StreamStatus.REFUSED_STREAM && (stream.awaitsReply() || stream.isOwnPush());
        stream.end(new StreamEnd(
                refused ? StreamEnd.Cause.REFUSED : StreamEnd.Cause.RESET_BY_PEER,
                status,
                "stream " + streamId + ": the peer reset it with " + (status == null ? statusCode : status)));
    }

    // ---- windows

    @Override
    public void windowUpdate(int streamId, int delta) {
        guard.countWindowUpdate();
        if (streamId == 0) {
            sessionWindowUpdate(delta);
            return;
        }
        SpdyStream stream = streams.get(streamId);
        if (stream == null) {
            return; // of no harm to a stream that has finished (2.3.6)
        }
        if (delta == 0) {
            throw StreamError.of(streamId, StreamStatus.PROTOCOL_ERROR, "2.6.8", badUpdate(0, stream.sendWindow()));
        }
        if (!stream.sendWindow().grow(delta)) {
            throw StreamError.of(
                    streamId, StreamStatus.FLOW_CONTROL_ERROR, "2.6.8", badUpdate(delta, stream.sendWindow()));
        }
        outbound.wishChanged(stream);
    }

    private void sessionWindowUpdate(int delta) {
        if (!session.hasWindow()) {
            return; // it means nothing before 3.1
        }
        if (delta == 0 || !outbound.window().grow(delta)) {
            throw SessionError.of(PROTOCOL_ERROR, "2.6.8", badUpdate(delta, outbound.window()));
        }
        outbound.requestFlush();
    }

    private static String badUpdate(int delta, SendWindow window) {
        return "window of " + window.room() + " grown by " + delta;
    }

    @Override
    public void settings(Settings settings) {
        guard.countSettings(session.nanos());
        settings.get(Settings.MAX_CONCURRENT_STREAMS).ifPresent(session::peerAllowsStreams);
        settings.get(Settings.INITIAL_WINDOW_SIZE).ifPresent(this::initialWindow);
    }

    /** Adjusts every open stream by the difference; the session's window is not meant (2.6.8). */
    private void initialWindow(int bytes) {
        if (bytes < 0) {
            throw SessionError.of(
                    PROTOCOL_ERROR, "2.6.8", "initial window of " + Integer.toUnsignedString(bytes) + " bytes");
        }
        long difference = (long) bytes - session.initialSendRoom();
        session.initialSendRoom(bytes);
        streams.forEach(stream -> {
            if (stream.sendWindow().shift(difference)) {
                outbound.wishChanged(stream);
            } else {
                session.streamError(StreamError.of(
                        stream.id(),
                        StreamStatus.FLOW_CONTROL_ERROR,
                        "2.6.8",
                        "window of " + stream.sendWindow().room() + " shifted by " + difference));
            }
        });
    }

    // ---- the session

    @Override
    public void ping(int id) {
        guard.countPing(session.nanos());
        if (heartbeat.isOwn(id)) {
            heartbeat.echoed(id); // or nothing we asked for: ignored, else two ends would echo for ever
        } else {
            outbound.echo(id);
        }
    }

    @Override
    public void goAway(int lastGoodStreamId, int statusCode) {
        if (session.isPeerGoing()) {
            guard.countError(session.nanos()); // once is usual, twice is kind; each looks through all streams
        }
        session.peerGoesAway(lastGoodStreamId, SessionStatus.of(statusCode));
    }
}
