package io.spdytunnel.spdy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.spdytunnel.session.ReceiveWindow;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamAcceptor;
import io.spdytunnel.session.StreamEnd;
import io.spdytunnel.session.StreamListener;
import io.spdytunnel.session.StreamNotOpenedException;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.FrameWriter;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.StreamError;
import io.spdytunnel.wire.StreamStatus;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream: both halves, both windows, what is queued, and the listener above.
 *
 * <p>State changes come first, calls to the listener after them. While a call is under way the end is only noted, and
 * told right behind it, so that a listener which resets, sends or opens from within a callback finds everything in
 * order and never hears two things at once. Confined to the session's event loop.
 */
final class SpdyStream extends Ring.Member implements Stream {

    private static final Logger LOG = LoggerFactory.getLogger(SpdyStream.class);

    /** Who opened the stream. */
    enum Opener {
        THIS_END,
        PEER
    }

    private final LiveSession session;
    private final int id;
    private final int priority;
    private final Opener opener;
    private final @Nullable SpdyStream associated;
    private final SendWindow sendWindow;
    private final ReceiveWindow receiveWindow;
    private final SendQueue queue = new SendQueue();
    private final PushedStreams pushes = new PushedStreams();

    private StreamListener listener;
    private StreamState state;
    private boolean replied;
    private boolean placeKept;
    private boolean placeFree;

    private int callsUnderWay;
    private boolean listenerBroken;
    private @Nullable StreamEnd end;
    private boolean endTold;
    private int dropped;

    /** @param associated the stream that this one belongs to, null unless it is a push */
    SpdyStream(
            LiveSession session,
            int id,
            int priority,
            Opener opener,
            @Nullable SpdyStream associated,
            ReceiveWindow receiveWindow,
            StreamListener listener) {
        this.session = session;
        this.id = id;
        this.priority = priority;
        this.opener = opener;
        this.associated = associated;
        LegacyPeer legacy = session.legacy();
        this.sendWindow = legacy == null ? new SendWindow(session.initialSendRoom()) : legacy.sendWindow();
        this.receiveWindow = receiveWindow;
        this.listener = listener;
        if (associated == null) {
            state = StreamState.OPEN;
        } else { // one direction only (2.3.2.1)
            associated.pushes.add(this);
            state = opener == Opener.THIS_END ? StreamState.REMOTE_FINISHED : StreamState.LOCAL_FINISHED;
        }
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public Session session() {
        return session;
    }

    @Override
    public int priority() {
        return priority;
    }

    Opener opener() {
        return opener;
    }

    /** Whether this stream belongs to another one, and only its opener may send on it (3.3). */
    boolean isPush() {
        return associated != null;
    }

    /** Whether only we may send on this stream. */
    boolean isOwnPush() {
        return isPush() && opener == Opener.THIS_END;
    }

    /** Whether the peer may send nothing before its SYN_REPLY (2.2.2). */
    boolean awaitsReply() {
        return opener == Opener.THIS_END && !replied && !isPush();
    }

    boolean awaitsReplyFirst() {
        return awaitsReply() && !listener.takesEarlyHeaders();
    }

    StreamState state() {
        return state;
    }

    boolean isReplied() {
        return replied;
    }

    SendWindow sendWindow() {
        return sendWindow;
    }

    // ---- from above

    @Override
    public void reply(HeaderBlock head, Fin fin) {
        session.assertInLoop();
        if (end != null) {
            return;
        }
        if (opener == Opener.THIS_END || replied || isPush()) {
            String why = isPush() ? "is a push" : replied ? "was replied to already" : "was opened here";
            throw new IllegalStateException("stream " + id + " " + why + ", it takes no reply");
        }
        session.outbound().check(head);
        replied = true;
        queue.addReply(head, fin);
        session.outbound().wishChanged(this);
    }

    @Override
    public void send(ByteBuf bytes, Fin fin) {
        session.assertInLoop();
        if (end != null) {
            bytes.release();
            return;
        }
        try {
            requireSending();
        } catch (IllegalStateException outOfTurn) {
            bytes.release();
            throw outOfTurn;
        }
        queue.addBytes(bytes, fin);
        session.outbound().wishChanged(this);
    }

    @Override
    public void sendHeaders(HeaderBlock headers, Fin fin) {
        session.assertInLoop();
        if (end != null) {
            return;
        }
        boolean ahead = opener == Opener.PEER && !isPush() && !replied && !fin.isLast();
        if (!ahead) { // of the reply: a word that only a peer gets that has asked for it
            requireSending();
        }
        session.outbound().check(headers);
        queue.addHeaders(headers, fin);
        session.outbound().wishChanged(this);
    }

    @Override
    public Stream push(HeaderBlock head, int priority, StreamListener listener) throws StreamNotOpenedException {
        session.assertInLoop();
        if (opener == Opener.THIS_END || isPush()) {
            throw new IllegalStateException(
                    "stream " + id + " was not opened by the peer: nothing can be pushed on it");
        }
        if (!state.maySend()) {
            throw new StreamNotOpenedException("stream " + id + " has ended, nothing can be pushed on it any more");
        }
        return session.pushes().open(this, head, priority, listener);
    }

    private void requireSending() {
        if (isPush() && opener == Opener.PEER) {
            throw new IllegalStateException("stream " + id + " is a push: only the peer may send on it");
        }
        if (queue.isEnded()) {
            throw new IllegalStateException("stream " + id + ": sent after FIN");
        }
        if (opener == Opener.PEER && !replied) {
            throw new IllegalStateException("stream " + id + ": sent before the reply");
        }
    }

    @Override
    public void consumed(int bytes) {
        session.assertInLoop();
        if (listenerBroken) {
            return; // what it held was written off
        }
        LegacyPeer legacy = session.legacy();
        int update =
                legacy == null ? receiveWindow.consumed(bytes, session.nanos()) : legacy.consumed(receiveWindow, bytes);
        if (update > 0 && state.mayReceive()) {
            session.outbound().windowUpdate(id, update);
        }
    }

    @Override
    public void expectsAtMost(long bytes) {
        session.assertInLoop();
        receiveWindow.expects(bytes);
    }

    @Override
    public void reset(StreamStatus status) {
        session.assertInLoop();
        if (end != null) {
            return;
        }
        session.cut(this, status, "reset here");
        if (status == StreamStatus.PROTOCOL_ERROR) { // its request was malformed, or its answer
            session.countFault();
        }
    }

    @Override
    public void keepPlace() {
        session.assertInLoop();
        placeKept = opener == Opener.PEER && end == null;
    }

    @Override
    public void givePlaceBack() {
        session.assertInLoop();
        placeKept = false;
        freePlaceIfDue();
    }

    private void freePlaceIfDue() {
        if (end != null && !placeKept && !placeFree) {
            placeFree = true;
            session.streams().placeFreed(this);
        }
    }

    // ---- from the peer

    /** The peer's SYN_STREAM: asks the acceptor, whose listener hears the rest. */
    void acceptedBy(StreamAcceptor acceptor, HeaderBlock head, Fin fin) {
        remoteFin(fin);
        call(() -> listener = acceptor.accept(this, head, fin));
    }

    /** The peer's push: asks the listener of the stream it belongs to, who names the one that hears the rest. */
    void offeredTo(SpdyStream owner, HeaderBlock head, Fin fin) {
        remoteFin(fin);
        call(() -> {
            StreamListener taker = owner.askAbout(this, head, fin);
            if (taker != null) {
                listener = taker;
            } else {
                session.pushes().refuse(this);
            }
        });
    }

    private @Nullable StreamListener askAbout(SpdyStream push, HeaderBlock head, Fin fin) {
        AtomicReference<@Nullable StreamListener> taker = new AtomicReference<>();
        call(() -> taker.set(listener.pushed(push, head, fin)));
        return taker.get();
    }

    /** Our SYN_STREAM carried FIN. */
    void openedWith(Fin fin) {
        queue.end(fin);
        localFin(queue.takeFin());
    }

    void receiveReply(HeaderBlock head, Fin fin) {
        replied = true;
        remoteFin(fin);
        call(() -> listener.replied(head, fin));
    }

    void receiveHeaders(HeaderBlock headers, Fin fin) {
        remoteFin(fin);
        call(() -> listener.headers(headers, fin));
    }

    /** Takes a piece of the body into the stream's window. */
    void receive(ByteBuf bytes, Fin fin) {
        int length = bytes.readableBytes();
        LegacyPeer legacy = session.legacy();
        if (legacy != null && !legacy.use(receiveWindow, length)) {
            throw StreamError.of(id, StreamStatus.CANCEL, "2.6.8", legacy.tooMuch());
        }
        if (legacy == null && !receiveWindow.use(length)) {
            throw StreamError.of(
                    id,
                    StreamStatus.FLOW_CONTROL_ERROR,
                    "2.6.8",
                    length + " bytes into a window of " + receiveWindow.credit());
        }
        remoteFin(fin);
        call(() -> listener.data(bytes, fin));
    }

    private void remoteFin(Fin fin) {
        if (fin.isLast()) {
            state = state.afterReceivingFin();
            receiveWindow.close();
        }
    }

    // ---- to the peer

    Scheduler.Wish wish() {
        return switch (queue.next()) {
            case NOTHING -> Scheduler.Wish.NOTHING;
            case REPLY, HEADERS -> Scheduler.Wish.FREE_FRAME;
            case BARE_FIN -> sendWindow.isFull() ? Scheduler.Wish.NOTHING : Scheduler.Wish.FREE_FRAME;
            case BYTES -> sendWindow.isShut() ? Scheduler.Wish.NOTHING : Scheduler.Wish.BYTES;
        };
    }

    /** Sends the next frame, with at most {@code limit} bytes of DATA. Returns how many bytes of DATA it carried. */
    int sendNext(FrameWriter writer, SendWindow sessionWindow, int limit) {
        return switch (queue.next()) {
            case NOTHING -> throw new IllegalStateException("stream " + id + " has nothing to send");
            case REPLY -> {
                HeaderBlock head = queue.takeReply();
                Fin fin = queue.takeFin();
                writer.synReply(id, fin, head);
                sendWindow.countFrame(); // where frames count, an empty one stands behind it
                sent(0, fin);
                yield 0;
            }
            case BYTES -> {
                int room = Math.min(limit, Math.min(sendWindow.room(), sessionWindow.room()));
                ByteBuf bytes = queue.takeBytes(room);
                int length = bytes.readableBytes();
                Fin fin = queue.takeFin();
                sendWindow.use(length);
                sendWindow.countFrame();
                sessionWindow.use(length);
                writer.data(id, bytes, fin);
                sent(length, fin);
                yield length;
            }
            case HEADERS -> {
                HeaderBlock headers = queue.takeHeaders();
                Fin fin = queue.takeFin();
                writer.headers(id, fin, headers);
                sent(0, fin);
                yield 0;
            }
            case BARE_FIN -> {
                Fin fin = queue.takeFin();
                sendWindow.countFrame();
                writer.data(id, Unpooled.EMPTY_BUFFER, fin);
                sent(0, fin);
                yield 0;
            }
        };
    }

    private void sent(int length, Fin fin) {
        localFin(fin);
        session.outbound().place(this);
        if (length == 0 && !fin.isLast()) {
            return;
        }
        call(() -> {
            if (length > 0) {
                listener.sent(length);
            }
            if (fin.isLast()) {
                listener.finSent();
            }
        });
    }

    private void localFin(Fin fin) {
        if (fin.isLast()) {
            state = state.afterSendingFin();
        }
    }

    // ---- the end

    /** Ends the stream, whatever its state; the peer has been told, or need not be. Ignored if it has ended. */
    void end(StreamEnd how) {
        if (end != null) {
            return;
        }
        end = how;
        state = StreamState.CLOSED;
        leaveRing();
        receiveWindow.close();
        dropped = queue.clear();
        session.streams().remove(this);
        freePlaceIfDue();
        leavePushes();
        tellEnd();
        session.streamEnded();
    }

    /** Cancelling a stream cancels what was pushed with it (3.3.2), at both ends: the peer may not know this rule. */
    private void leavePushes() {
        if (associated != null) {
            associated.pushes.remove(this);
        }
        if (end == null) {
            return;
        }
        switch (end.cause()) {
            case FINISHED, SESSION_ENDED -> {}
            case REFUSED, BEYOND_LAST_GOOD, RESET_BY_PEER, RESET_BY_US ->
                pushes.all().forEach(push -> push.cancelledWith(this));
        }
    }

    private void cancelledWith(SpdyStream owner) {
        if (end == null) {
            session.cut(this, StreamStatus.CANCEL, "its associated stream " + owner.id + " was reset");
        }
    }

    private void finishIfClosed() {
        if (state == StreamState.CLOSED && end == null) {
            end(new StreamEnd(StreamEnd.Cause.FINISHED, null, "finished"));
        }
    }

    private void tellEnd() {
        StreamEnd how = end;
        if (how == null || endTold || callsUnderWay > 0) {
            return;
        }
        endTold = true;
        try {
            if (dropped > 0) {
                listener.dropped(dropped);
            }
            listener.ended(how);
        } catch (RuntimeException broken) {
            LOG.warn("stream {}: its listener failed at the end", id, broken);
        }
    }

    private void writeOff() {
        LegacyPeer legacy = session.legacy();
        if (legacy == null) {
            receiveWindow.writeOff();
        } else {
            legacy.writeOff(receiveWindow);
        }
    }

    /** Every call to the listener but the last. One that throws costs its stream, not the session. */
    private void call(Runnable listenerCall) {
        if (endTold) {
            return;
        }
        callsUnderWay++;
        try {
            listenerCall.run();
        } catch (RuntimeException broken) {
            LOG.warn("stream {}: its listener failed", id, broken);
            listenerBroken = true;
            writeOff(); // nobody can say what the listener still holds
            if (end == null) {
                session.cut(this, StreamStatus.INTERNAL_ERROR, "its listener failed: " + broken);
            }
        } finally {
            callsUnderWay--;
        }
        finishIfClosed();
        tellEnd();
    }
}
