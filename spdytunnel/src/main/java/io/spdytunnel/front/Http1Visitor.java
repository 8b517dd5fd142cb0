package io.spdytunnel.front;

import static io.netty.handler.codec.http.HttpResponseStatus.BAD_GATEWAY;
import static io.netty.handler.codec.http.HttpResponseStatus.INTERNAL_SERVER_ERROR;
import static io.netty.handler.codec.http.HttpResponseStatus.REQUEST_TIMEOUT;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.spdytunnel.front.ResponseHead.Unsendable;
import io.spdytunnel.http.Arrival;
import io.spdytunnel.http.BodyAlreadyReadException;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.RequestCut;
import io.spdytunnel.http.RequestObserver;
import io.spdytunnel.http.UnsendableLog;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of one HTTP/1.1 or HTTP/1.0 visitor: one request at a time, answered in full before the next is
 * looked at ({@link Http1Turn}).
 *
 * <p>The socket is read only when asked, and always asked while there is room for what may come, also while an answer
 * is awaited: there is no other way to see that the visitor has left. Confined to the event loop.
 */
final class Http1Visitor extends ChannelInboundHandlerAdapter implements VisitorConnection {

    private static final Logger LOG = LoggerFactory.getLogger(Http1Visitor.class);

    private final Channel channel;
    private final VisitorService service;
    private final VisitorTimeouts timeouts;
    private final Http1Decoder decoder;
    private final Http1Encoder encoder;
    private final Deadline deadline;
    private final Arrival arrival;
    private final EndOfInput input;

    private Http1Turn turn = Http1Turn.IDLE;
    private @Nullable Http1Exchange exchange;

    /** Whether a read was asked for and has not been answered. */
    private boolean reading;

    /** Whether the visitor still waits for our 100 before it sends its body. */
    private boolean awaitsContinue;

    /** Whether the exchange's answer was written in full. */
    private boolean answered;

    private boolean keepAlive;
    private boolean draining;
    private boolean closedHere;

    Http1Visitor(Channel channel, VisitorService service, Http1Decoder decoder, Http1Encoder encoder) {
        this.channel = channel;
        this.service = service;
        this.timeouts = service.settings().timeouts();
        this.decoder = decoder;
        this.encoder = encoder;
        this.deadline = new Deadline(channel.eventLoop(), this::tookTooLong);
        this.arrival = VisitorAddress.arrivalOn(channel, service.secure());
        this.input = new EndOfInput(channel, this::inputEnded, this::cutOff);
    }

    // ---- what the channel tells

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        begin();
    }

    /** On a channel that was active before. */
    void begin() {
        input.listen();
        deadline.in(timeouts.head());
        service.connections().opened(this);
        readIfThereIsRoom();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        try {
            if (msg instanceof Refusal refusal) {
                refuse(refusal);
            } else if (msg instanceof HttpRequest request) {
                requestArrived(request);
            } else if (msg instanceof HttpContent content) {
                contentArrived(content);
            }
        } finally {
            ReferenceCountUtil.release(msg);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (turn != Http1Turn.RAW && turn != Http1Turn.CLOSED) { // of raw bytes their socket hears itself
            input.heard(event);
        }
        ctx.fireUserEventTriggered(event);
    }

    /** The visitor has said its last. What it has asked for it gets (RFC 9112 9.6), unless it is gone in truth. */
    private void inputEnded() {
        if (turn != Http1Turn.EXCHANGE) {
            close();
        } else if (exchange != null && exchange.mayBeAnsweredToHalf()) {
            bodyMoved();
        } else {
            cutOff();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        settle();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        turn = Http1Turn.CLOSED;
        deadline.cancel();
        service.connections().closed(this);
        Http1Exchange current = exchange;
        exchange = null;
        if (current == null) {
            return;
        }
        if (closedHere) {
            current.breakOff(RequestCut.byThisEnd());
        } else {
            current.givenUp(RequestCut.byVisitor());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException || cause.getCause() instanceof IOException) {
            LOG.debug("visitor {}: {}", arrival.address(), cause.toString()); // a reset, or no TLS: its own affair
        } else {
            LOG.warn("closing the connection of visitor {} after a failure here", arrival.address(), cause);
            closedHere = true;
        }
        cutOff();
    }

    // ---- requests

    private void requestArrived(HttpRequest request) {
        if (turn != Http1Turn.IDLE && turn != Http1Turn.HEAD) {
            return;
        }
        encoder.answers(request.method());
        RequestObserver observer =
                service.accessLog().began(arrival, request.protocolVersion().text(), request);
        try {
            Http1Rules.check(request, service.settings());
            awaitsContinue = Http1Rules.expectsContinue(request);
            service.checkAborts(arrival, request);
        } catch (Refusal refusal) {
            refuse(refusal, observer);
            return;
        }
        turn = Http1Turn.EXCHANGE;
        deadline.none();
        answered = false;
        Http1Exchange begun = new Http1Exchange(this, channel, arrival, request, observer, service);
        exchange = begun;
        try {
            service.handler().handle(begun);
        } catch (RuntimeException failure) {
            handlerFailed(begun, failure);
        }
    }

    private void handlerFailed(Http1Exchange failed, RuntimeException failure) {
        LOG.error("the handler failed on a request of visitor {}", arrival.address(), failure);
        if (failed.takeAnswer()) {
            failed.answerText(INTERNAL_SERVER_ERROR, "the request failed here");
        }
    }

    private void contentArrived(HttpContent content) {
        Http1Exchange current = exchange;
        if (turn != Http1Turn.EXCHANGE || current == null || current.upload().isComplete()) {
            return;
        }
        Http1Upload upload = current.upload();
        LastHttpContent last = content instanceof LastHttpContent end ? end : null;
        Refusal broken = Http1Rules.broken(content, upload, service.settings());
        if (broken != null) {
            refuse(broken);
            return;
        }
        if (content.content().isReadable()) {
            awaitsContinue = false;
            current.observer().received(content.content().readableBytes());
            upload.offer(content.content().retain());
        }
        if (last != null) {
            upload.finish(last.trailingHeaders());
        }
        if (answered && exchange == current) {
            uploadAfterAnswer(upload);
        }
        bodyMoved();
    }

    void uploadWanted(Http1Upload upload) {
        Http1Exchange current = exchange;
        if (current == null || current.upload() != upload) {
            return;
        }
        if (awaitsContinue && (current.response() == null || !current.response().hasBegun())) {
            awaitsContinue = false;
            send(PlainText.goOn(), () -> {});
        }
        bodyMoved();
    }

    void uploadHasRoom(Http1Upload upload) {
        if (exchange != null && exchange.upload() == upload) {
            readIfThereIsRoom();
        }
    }

    // ---- answers

    void answer(Http1Exchange to, HttpResponse head, HttpBody body) {
        to.workDone();
        if (to.isOver() || to != exchange) {
            body.abandon("the visitor left");
            to.upload().nobodyWillRead();
            return;
        }
        ResponseHead framed;
        try {
            if (to.isMadeRawBy(head)) {
                to.becomeRaw(head, body);
                turn = Http1Turn.RAW;
                answered = true;
                return;
            }
            framed = ResponseHead.of(to.head(), head, body);
        } catch (Unsendable unsendable) {
            body.abandon(String.valueOf(unsendable.getMessage()));
            answerUnsendable(to, String.valueOf(unsendable.getMessage()));
            return;
        }
        Http1Response response = new Http1Response(this, to, channel, framed, body);
        to.respondsWith(response);
        try {
            response.start();
        } catch (BodyAlreadyReadException gone) {
            answerUnsendable(to, String.valueOf(gone.getMessage()));
        }
    }

    /** The response cannot be sent as it is, and nothing of it has been. */
    void answerUnsendable(Http1Exchange to, String why) {
        UnsendableLog.SHARED.tell("the answer to visitor " + arrival.address(), why);
        to.answerText(BAD_GATEWAY, "the response could not be passed on");
    }

    /** The head is about to be written. Returns whether the connection will be kept. */
    boolean responseBegins(Http1Exchange of, Http1Response response) {
        keepAlive = !draining
                && (!input.hasCome() || decoder.waitingBytes() > 0)
                && HttpUtil.isKeepAlive(of.head())
                && !response.isUntilClose()
                && (of.upload().isComplete() || (!awaitsContinue && of.upload().isWorthFinishing()));
        bodyMoved();
        return keepAlive;
    }

    void responseDone(Http1Exchange of) {
        if (of != exchange) {
            return;
        }
        answered = true;
        of.end();
        of.upload().nobodyWillRead();
        if (!keepAlive || draining) {
            closeGently();
        } else {
            uploadAfterAnswer(of.upload());
            bodyMoved();
        }
    }

    /** The answer is out, and the request may still be coming. */
    private void uploadAfterAnswer(Http1Upload upload) {
        if (upload.isComplete()) {
            nextTurn();
        } else if (upload.isAbandoned() && !upload.hasRoom()) {
            closeGently();
        }
    }

    /** The body failed behind the head: the visitor must not take what it has for all of it. */
    void responseBroke(Http1Exchange of, IOException cause) {
        if (of != exchange) {
            return;
        }
        LOG.debug("closing the connection of visitor {}: {}", arrival.address(), cause.getMessage());
        channel.flush();
        of.breakOff(cause);
        closedHere = true;
        cutOff();
    }

    void writeFailed(Throwable cause) {
        if (turn != Http1Turn.CLOSED) {
            LOG.debug("writing to visitor {} failed: {}", arrival.address(), cause.toString());
            cutOff();
        }
    }

    /** Bytes of a body came or went, or a body began: from here on it must keep moving. */
    void bodyMoved() {
        Http1Exchange current = exchange;
        if (turn != Http1Turn.EXCHANGE || current == null) {
            return;
        }
        if (current.mustMove(answered, input.hasCome()) && !timeouts.bodyIdle().isZero()) {
            deadline.in(timeouts.bodyIdle());
        } else {
            deadline.none();
        }
    }

    // ---- turns

    private void nextTurn() {
        exchange = null;
        turn = Http1Turn.IDLE;
        deadline.in(timeouts.keepAlive());
        decoder.next();
        settle();
        if (input.hasCome() && turn != Http1Turn.EXCHANGE) {
            inputEnded(); // nothing more was asked for before it
        }
    }

    /** After bytes were looked at: what to wait for, and whether for more of them. */
    private void settle() {
        if (turn == Http1Turn.IDLE && decoder.isInsideHead()) {
            turn = Http1Turn.HEAD;
            deadline.in(timeouts.head());
        }
        readIfThereIsRoom();
    }

    private void readIfThereIsRoom() {
        if (!reading && hasRoom() && !input.hasCome()) {
            reading = true;
            channel.read();
        }
    }

    private boolean hasRoom() {
        return switch (turn) {
            case IDLE, HEAD, LINGERING -> true;
            case EXCHANGE -> exchange == null || exchange.hasRoom(decoder.waitingBytes());
            case RAW, CLOSED -> false;
        };
    }

    private void tookTooLong() {
        switch (turn) {
            case IDLE, LINGERING -> close();
            case HEAD ->
                refuse(new Refusal(
                        REQUEST_TIMEOUT,
                        "the request's head took longer than " + timeouts.head().toSeconds() + " s"));
            case EXCHANGE -> bodyStoodStill();
            case RAW, CLOSED -> {}
        }
    }

    private void bodyStoodStill() {
        Http1Exchange current = exchange;
        String sentence = "no byte of the body moved for " + timeouts.bodyIdle().toSeconds() + " s";
        if (current != null && current.response() != null) {
            responseBroke(current, new RequestCut(RequestCut.By.CLOCK, sentence));
        } else {
            refuse(new Refusal(REQUEST_TIMEOUT, sentence));
        }
    }

    // ---- ends

    /** Answers here and ends the connection; cuts it off if an answer has already begun. */
    private void refuse(Refusal refusal) {
        Http1Exchange current = exchange;
        refuse(refusal, current == null ? service.accessLog().began(arrival, "HTTP/1.1", null) : current.observer());
    }

    private void refuse(Refusal refusal, RequestObserver observer) {
        if (turn == Http1Turn.LINGERING || turn == Http1Turn.CLOSED) {
            return;
        }
        LOG.debug("refused a request of visitor {}: {} {}", arrival.address(), refusal.status(), refusal.sentence());
        Http1Exchange current = exchange;
        if (current != null) {
            if (current.response() != null) {
                responseBroke(current, new IOException(refusal.sentence()));
                return;
            }
            refusal.tell(observer);
            exchange = null; // first: whoever hears of the broken body may answer at once, and there is one answer
            current.givenUp(refusal.cut());
        } else {
            refusal.tell(observer);
        }
        linger();
        send(PlainText.refusal(refusal, channel.alloc()), () -> HangUp.gently(channel));
    }

    /** After an answer: at once if the visitor has said everything, else when it has had time to read the answer. */
    private void closeGently() {
        Http1Exchange current = exchange;
        exchange = null;
        boolean saidEverything = current == null || current.upload().isComplete();
        if (current != null) {
            current.upload().fail(new IOException("the request was answered and its connection closed"));
        }
        if (saidEverything && decoder.waitingBytes() == 0) {
            close();
            return;
        }
        linger();
        HangUp.gently(channel);
    }

    /**
     * Closing a socket with unread bytes resets it, and the reset may overtake the answer (RFC 9112 9.6). So what comes
     * is read and thrown away, until the visitor hangs up or has had time enough.
     */
    private void linger() {
        turn = Http1Turn.LINGERING;
        closedHere = true;
        deadline.in(timeouts.linger());
        decoder.discard();
        readIfThereIsRoom();
    }

    private void close() {
        closedHere = true;
        turn = Http1Turn.CLOSED;
        HangUp.close(channel);
    }

    private void cutOff() {
        Http1Exchange current = exchange;
        turn = Http1Turn.CLOSED;
        HangUp.abruptly(channel, current != null && current.endWouldLookClean());
    }

    @Override
    public void drain() {
        Loops.run(channel.eventLoop(), () -> {
            draining = true;
            if (turn == Http1Turn.IDLE) {
                close();
            }
        });
    }

    @Override
    public void cut() {
        Loops.run(channel.eventLoop(), () -> {
            closedHere = true;
            cutOff();
        });
    }

    /** Writes what is no part of an exchange's response. */
    private void send(Object message, Runnable sent) {
        channel.writeAndFlush(message).addListener((ChannelFuture written) -> {
            if (written.isSuccess()) {
                sent.run();
            } else {
                writeFailed(written.cause());
            }
        });
    }
}
