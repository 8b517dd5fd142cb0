package io.spdytunnel.h2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.spdytunnel.h2.Http2Heads.Malformed;
import io.spdytunnel.http.SmallPieces;
import io.spdytunnel.session.ReceiveWindow;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamAcceptor;
import io.spdytunnel.session.StreamEnd;
import io.spdytunnel.session.StreamListener;
import io.spdytunnel.session.StreamNotOpenedException;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.StreamStatus;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/2 stream. Netty knows its state (RFC 9113 5.1) and queues what the peer's window does not take yet; here
 * are our window, the listener, and what is promised to it: the end is the last call, and none comes within another.
 *
 * <p>Confined to the session's event loop.
 */
final class LiveHttp2Stream implements Stream {

    private static final Logger LOG = LoggerFactory.getLogger(LiveHttp2Stream.class);

    private final LiveHttp2Session session;
    private final int id;
    private final boolean openedByPeer;
    private final ReceiveWindow window;
    private final SmallPieces pieces = new SmallPieces(piece -> write(piece, Fin.MORE, true));
    private StreamListener listener;

    /** Given to Netty, and not written yet. */
    private int queued;

    private boolean awaitsContinue;

    /** Whether the peer asked for raw bytes (RFC 9113 8.5), and whether it was granted. */
    private boolean connects;

    private boolean connected;

    private boolean replied;
    private boolean heardHead;
    private boolean finGiven;
    private boolean finSent;
    private boolean finReceived;

    /** Of the request's Content-Length, what has not come; -1 where none was said. */
    private long owed = -1;

    /** Whether the rest of the request is of no use, and the peer is told so behind the answer. */
    private boolean restUnwanted;

    private boolean placeKept;
    private boolean placeFree;
    private int callsUnderWay;
    private boolean listenerBroken;
    private @Nullable StreamEnd end;
    private boolean endTold;

    LiveHttp2Stream(
            LiveHttp2Session session, int id, boolean openedByPeer, ReceiveWindow window, StreamListener listener) {
        this.session = session;
        this.id = id;
        this.openedByPeer = openedByPeer;
        this.window = window;
        this.listener = listener;
    }

    @Override
    public int id() {
        return id;
    }

    /** RFC 9113 5.3 has given HTTP/2's own priorities up; the {@code priority} field is a header like others. */
    @Override
    public int priority() {
        return NO_PRIORITY;
    }

    @Override
    public Session session() {
        return session;
    }

    ReceiveWindow window() {
        return window;
    }

    boolean isOver() {
        return end != null;
    }

    /** Whether the peer opened it, and has been sent the head of the answer. */
    boolean isAnswered() {
        return openedByPeer && replied;
    }

    boolean mayReceive() {
        return end == null && !finReceived;
    }

    // ---- from above

    @Override
    public void reply(HeaderBlock head, Fin fin) {
        if (end != null) {
            return;
        }
        if (!openedByPeer || replied) {
            throw new IllegalStateException("stream " + id + " was replied to already, or was opened here");
        }
        Http2Headers checked = session.fitting(Http2Heads.toResponse(head));
        replied = true;
        connected = connects && checked.status().charAt(0) == '2';
        awaitsContinue = false;
        write(checked, fin);
    }

    /** The first frame of a stream that we open. */
    void opensWith(Http2Headers head, Fin fin) {
        replied = true;
        finGiven = fin.isLast();
        write(head, Fin.of(finGiven), false);
    }

    @Override
    public void send(ByteBuf bytes, Fin fin) {
        if (end != null) {
            bytes.release();
            return;
        }
        if (finGiven || !replied) {
            bytes.release();
            throw new IllegalStateException("stream " + id + ": sent " + (finGiven ? "after FIN" : "before the reply"));
        }
        if (fin.isLast()) {
            pieces.send();
            finGiven = true;
            write(bytes, fin, false);
        } else if (bytes.isReadable()) {
            pieces.add(bytes);
        } else {
            bytes.release();
        }
    }

    @Override
    public void sendHeaders(HeaderBlock headers, Fin fin) {
        if (headers.size() == 0 && fin.isLast()) {
            send(Unpooled.EMPTY_BUFFER, fin);
            return;
        }
        if (end != null) {
            return;
        }
        if (finGiven || !replied || !fin.isLast()) {
            throw new IllegalStateException(
                    "stream " + id + ": trailers are sent once, after the reply [RFC 9113 8.1]");
        }
        Http2Headers checked = session.fitting(Http2Heads.toTrailers(headers));
        pieces.send();
        write(checked, fin);
    }

    @Override
    public Stream push(HeaderBlock head, int priority, StreamListener listener) throws StreamNotOpenedException {
        throw new StreamNotOpenedException("pushes are not sent over HTTP/2: its visitors no longer support them");
    }

    @Override
    public void bodyWanted() {
        if (awaitsContinue && mayReceive()) {
            awaitsContinue = false;
            session.out().goOn(id);
        }
    }

    @Override
    public void consumed(int bytes) {
        if (!listenerBroken) { // what it held was written off
            session.credit().consumed(this, bytes);
        }
    }

    @Override
    public void expectsAtMost(long bytes) {
        window.expects(bytes);
    }

    @Override
    public void reset(StreamStatus status) {
        if (end != null) {
            return;
        }
        boolean answered = openedByPeer && finSent && status == StreamStatus.CANCEL;
        // RFC 9113 8.1: the answer is complete, only the rest of the request is not wanted.
        session.out()
                .reset(
                        id,
                        answered
                                ? Http2Error.NO_ERROR.code()
                                : Http2Codes.of(status, connected).code());
        end(new StreamEnd(StreamEnd.Cause.RESET_BY_US, status, "stream " + id + ": reset here"));
        if (openedByPeer && status == StreamStatus.PROTOCOL_ERROR) {
            session.countError();
        }
    }

    @Override
    public void keepPlace() {
        placeKept = openedByPeer && end == null;
    }

    @Override
    public void givePlaceBack() {
        placeKept = false;
        freePlaceIfDue();
    }

    private void freePlaceIfDue() {
        if (end != null && !placeKept && !placeFree) {
            placeFree = true;
            session.placeFreed(openedByPeer);
        }
    }

    // ---- to the peer

    private void write(Http2Headers head, Fin fin) {
        finGiven = fin.isLast();
        write(head, fin, true);
    }

    private void write(Http2Headers head, Fin fin, boolean tells) {
        ChannelPromise written = session.out().promise();
        written.addListener((ChannelFuture done) -> {
            if (!done.isSuccess()) {
                LOG.debug("stream {}: headers not sent: {}", id, String.valueOf(done.cause()));
                reset(StreamStatus.INTERNAL_ERROR);
            } else if (fin.isLast()) {
                finWritten(tells);
            }
        });
        session.out().headers(id, head, fin, written);
    }

    private void write(ByteBuf bytes, Fin fin, boolean isPiece) {
        int size = bytes.readableBytes();
        queued += size;
        ChannelPromise written = session.out().promise();
        written.addListener((ChannelFuture done) -> {
            if (endTold) {
                return; // and what was queued was told with it
            }
            queued -= size;
            if (isPiece) {
                pieces.left();
            }
            if (size > 0) {
                call(() -> listener.sent(size));
            }
            if (fin.isLast() && done.isSuccess()) {
                finWritten(true);
            }
        });
        session.out().data(id, bytes, fin, written);
    }

    private void finWritten(boolean tells) {
        finSent = true;
        if (tells) {
            call(() -> listener.finSent());
        }
        if (restUnwanted) {
            refuseRest();
        }
    }

    // ---- from the peer

    void acceptedBy(StreamAcceptor acceptor, HeaderBlock head, Fin fin, boolean expectsContinue) {
        heardHead = true;
        connects = Http2Heads.isConnect(head);
        awaitsContinue = expectsContinue && !fin.isLast();
        owed = Http2Heads.contentLength(head);
        finReceived(fin);
        call(() -> listener = acceptor.accept(this, head, fin));
    }

    /**
     * The peer has ended its body short of what it announced. Returns false if that is its stream's end; behind the
     * answer's head it is none, since who is answered early may give the rest up (RFC 9113 8.1).
     */
    boolean endsShort() {
        if (!isAnswered() || owed <= 0 || finReceived) {
            return false;
        }
        finReceived(Fin.FIN);
        restUnwanted = true;
        call(() -> listener.data(Unpooled.EMPTY_BUFFER, Fin.FIN));
        if (finSent) {
            refuseRest();
        }
        return true;
    }

    private void refuseRest() {
        if (end == null) {
            session.out().reset(id, Http2Error.NO_ERROR.code());
            end(new StreamEnd(StreamEnd.Cause.FINISHED, null, "stream " + id + ": answered before the request's end"));
        }
    }

    /** A response's head, or trailers. */
    void receive(Http2Headers headers, Fin fin) throws Malformed {
        boolean isTrailers = heardHead;
        if (connects) {
            throw new Malformed("HEADERS after those of a CONNECT [RFC 9113 8.5]");
        }
        HeaderBlock block = isTrailers ? Http2Heads.trailers(headers) : Http2Heads.response(headers);
        if (!isTrailers && isInterim(block.first(":status"))) {
            return;
        }
        heardHead = true;
        finReceived(fin);
        if (isTrailers) {
            call(() -> listener.headers(block, fin));
        } else {
            call(() -> listener.replied(block, fin));
        }
    }

    /** 100 and its like end here; 101 is none of HTTP/2's (RFC 9113 8.6). */
    private boolean isInterim(@Nullable String status) throws Malformed {
        if ("101".equals(status)) {
            throw new Malformed("status 101 [RFC 9113 8.6]");
        }
        return status != null && status.startsWith("1");
    }

    /** A piece of the body, which the window has taken already. */
    void receive(ByteBuf bytes, Fin fin) {
        awaitsContinue = false;
        owed -= bytes.readableBytes();
        finReceived(fin);
        call(() -> listener.data(bytes, fin));
    }

    private void finReceived(Fin fin) {
        if (fin.isLast()) {
            finReceived = true;
            window.close();
        }
    }

    // ---- the end

    /** Netty has closed the stream: both halves are through, or we have been told why not. */
    void closed(StreamEnd otherwise) {
        if (finSent && finReceived) {
            end(new StreamEnd(StreamEnd.Cause.FINISHED, null, "stream " + id + ": finished"));
        } else {
            end(otherwise);
        }
    }

    /** Ends the stream; ignored if it has ended. */
    void end(StreamEnd how) {
        if (end != null) {
            return;
        }
        end = how;
        if (restUnwanted || how.cause() == StreamEnd.Cause.RESET_BY_US) {
            session.faults().resetHere(id);
        }
        window.close();
        session.streamOver(this);
        freePlaceIfDue();
        tellEnd();
    }

    private void tellEnd() {
        StreamEnd how = end;
        if (how == null || endTold || callsUnderWay > 0) {
            return;
        }
        endTold = true;
        int dropped = queued + pieces.drop();
        try {
            if (dropped > 0) {
                listener.dropped(dropped);
            }
            listener.ended(how);
        } catch (RuntimeException broken) {
            LOG.warn("stream {}: its listener failed at the end", id, broken);
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
            window.writeOff(); // nobody can say what the listener still holds
            reset(StreamStatus.INTERNAL_ERROR);
        } finally {
            callsUnderWay--;
        }
        tellEnd();
    }
}
