package io.spdytunnel.http;

import static io.spdytunnel.http.HttpBody.UNKNOWN_LENGTH;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.spdytunnel.fields.Expectation;
import io.spdytunnel.fields.Framing;
import io.spdytunnel.fields.HeaderMapping;
import io.spdytunnel.fields.HeaderMapping.MalformedHead;
import io.spdytunnel.fields.RawMode;
import io.spdytunnel.session.Session;
import io.spdytunnel.session.SessionSettings.Peer;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamEnd;
import io.spdytunnel.session.StreamListener;
import io.spdytunnel.session.StreamNotOpenedException;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.StreamStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on a stream, and its answer. Confined to the session's event loop, except {@link #cancel}. Changes its
 * state first and acts then, because a reset may report the stream's end before it returns.
 *
 * <p>Before the head of the answer, every end is a {@link TunnelFailure}. After it, it is the body's failure.
 */
final class OutgoingCall implements HttpCalls.Call, StreamListener, BodySender.Observer {

    private static final Logger LOG = LoggerFactory.getLogger(OutgoingCall.class);

    /** Safe methods (RFC 9110 9.2.1). For them even a stranger's last-good-stream-id is believed. */
    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    private enum Phase {
        SENDING,
        AWAITING_HEAD,
        RECEIVING,
        OVER
    }

    private final Session session;
    private final OutgoingRequest request;
    private final HttpCallSettings settings;
    private final String peer;
    private final String line;
    private final CallTimer timer;
    private final HeldBody held;

    private ResponseListener listener;
    private Phase phase = Phase.SENDING;
    private boolean isPush;
    private boolean raw;
    private @Nullable Stream stream;
    private @Nullable BodySender sender;
    private @Nullable BodyReceiver receiver;

    OutgoingCall(
            Session session,
            OutgoingRequest request,
            HttpCallSettings settings,
            String peer,
            String line,
            ResponseListener listener) {
        this.session = session;
        this.request = request;
        this.settings = settings;
        this.peer = peer;
        this.line = line;
        this.listener = listener;
        this.timer = new CallTimer(session.eventLoop(), this::tooSlow);
        this.held = new HeldBody(session.eventLoop());
    }

    // ---- the request

    void start() {
        if (phase != Phase.SENDING) {
            return; // cancelled on the way to the event loop
        }
        HttpBody body = request.body();
        HttpRequest head = request.head();
        long announced = body.isEmpty() ? 0 : Framing.contentLength(head.headers());
        if (announced == Framing.MALFORMED) {
            fail(new RequestNotSent(400, "the request's Content-Length is malformed"));
            return;
        }
        if (settings.maxRequestBodyBytes() > 0 && announced > settings.maxRequestBodyBytes()) {
            fail(new RequestNotSent(
                    413,
                    "the request's body of " + announced + " bytes is longer than the limit of "
                            + settings.maxRequestBodyBytes() + " bytes (maxRequestBodySize)"));
            return;
        }
        if (!body.isEmpty() && !body.isUntouched()) {
            fail(new RequestNotSent(500, cannotBeSent(body.alreadyRead())));
            return;
        }
        if (RawMode.isConnect(head) && !request.isRaw()) {
            fail(new RequestNotSent(501, "a CONNECT can only be passed on together with the visitor's raw bytes"));
            return;
        }
        if (request.isRaw() && session.peer() == Peer.LEGACY) {
            fail(new RequestNotSent(
                    501,
                    peer + " is an end of amahi/spdy-proxy, which has neither CONNECT nor Upgrade",
                    "neither CONNECT nor Upgrade can be passed on"));
            return;
        }
        try {
            stream = session.open(block(head), Fin.of(body.isEmpty()), request.priority(), this);
        } catch (StreamNotOpenedException none) {
            fail(new RequestNotSent(503, Duration.ofSeconds(1), none.getMessage()));
            return;
        } catch (IllegalArgumentException unsendable) {
            fail(new RequestNotSent(431, "the request's head cannot be sent: " + unsendable.getMessage()));
            return;
        }
        if (body.isEmpty() || request.isRaw()) {
            awaitHead(); // a raw body begins behind the grant
        } else {
            boolean waits = takesEarlyHeaders() && session.peer() == Peer.KIN;
            held.hold(waits ? Expectation.ORIGIN_PATIENCE : Duration.ZERO, () -> sendBody(body, announced));
        }
    }

    @Override
    public boolean takesEarlyHeaders() {
        return Expectation.isTold(request.head().headers());
    }

    private HeaderBlock block(HttpRequest head) {
        if (request.isRaw()) {
            return HeaderMapping.toRawBlock(head, request.scheme());
        }
        return session.peer() == Peer.LEGACY
                ? HeaderMapping.toLegacyBlock(head, request.scheme())
                : HeaderMapping.toBlock(head, request.scheme());
    }

    private void sendBody(HttpBody body, long announced) {
        timer.restart(settings.bodyIdleTimeout(request.head().headers()));
        sender = new BodySender(liveStream(), body, announced, settings.maxRequestBodyBytes(), request.pace(), this);
        try {
            sender.start();
        } catch (BodyAlreadyReadException gone) {
            fail(new OutcomeUnknown(500, cannotBeSent(gone)));
            reset(StreamStatus.CANCEL);
        }
    }

    private static String cannotBeSent(BodyAlreadyReadException gone) {
        return "the request cannot be sent: " + gone.getMessage();
    }

    @Override
    public void bodyGiven() {
        // the wait for the answer begins when the last byte has left, see finSent
    }

    @Override
    public void bodyBroke(IOException cause) {
        if (cause instanceof BodySender.BodyTooLong) {
            cutOff(new OutcomeUnknown(413, "the request was aborted: " + cause.getMessage()));
        } else {
            String broken = "the request's body is incomplete";
            int status = TunnelFailure.statusOfBroken(cause);
            cutOff(new OutcomeUnknown(status, broken + ": " + cause.getMessage(), broken));
        }
        reset(StreamStatus.CANCEL);
    }

    @Override
    public void sent(int bytes) {
        timer.touch();
        if (sender != null) {
            sender.sent(bytes);
        }
    }

    @Override
    public void finSent() {
        if (phase == Phase.SENDING) {
            awaitHead();
        } else if (phase == Phase.RECEIVING && raw) {
            timer.restart(settings.bodyIdleTimeout());
        }
    }

    private void awaitHead() {
        phase = Phase.AWAITING_HEAD;
        timer.restart(settings.responseTimeout());
    }

    // ---- the answer

    @Override
    public void replied(HeaderBlock block, Fin fin) {
        if (phase == Phase.OVER) {
            return;
        }
        HttpResponse head;
        try {
            head = HeaderMapping.toResponse(block);
        } catch (MalformedHead malformed) {
            refuseAnswer(peer + "'s answer is malformed: " + malformed.getMessage());
            return;
        }
        int status = head.status().code();
        long announced = Framing.contentLength(head.headers());
        if (request.isRaw() && RawMode.isGranted(request.head(), head)) {
            acceptRaw(head, fin);
        } else if (status < 200) {
            refuseAnswer(peer + " answered " + status + ", but no upgrade was requested");
        } else if (announced == Framing.MALFORMED) {
            refuseAnswer("the Content-Length of " + peer + "'s answer is malformed");
        } else {
            if (request.isRaw()) {
                liveStream().send(Unpooled.EMPTY_BUFFER, Fin.FIN); // no grant, so nothing follows
            }
            accept(head, Framing.forbidsBody(request.head().method(), status) ? 0 : announced, fin);
        }
    }

    /** From here on both bodies are raw bytes, without lengths or size limits, and they may be silent. */
    private void acceptRaw(HttpResponse head, Fin fin) {
        phase = Phase.RECEIVING;
        raw = true;
        timer.restart(fin.isLast() ? settings.bodyIdleTimeout() : settings.rawIdleTimeout());
        receiver =
                new BodyReceiver(liveStream(), UNKNOWN_LENGTH, 0, request.pace(), timer::touch, this::answerAbandoned);
        if (fin.isLast()) {
            checkAnswer(receiver.finish());
        }
        BodySender up = new BodySender(liveStream(), request.body(), UNKNOWN_LENGTH, 0, request.pace(), this);
        sender = up;
        listener.responded(head, receiver.body());
        if (phase == Phase.RECEIVING) {
            try {
                up.start();
            } catch (BodyAlreadyReadException gone) {
                bodyBroke(new IOException(gone.getMessage(), gone));
            }
        }
    }

    private void accept(HttpResponse head, long announced, Fin fin) {
        long limit = settings.maxResponseBodyBytes();
        if (limit > 0 && announced > limit) {
            fail(new OutcomeUnknown(
                    502,
                    peer + "'s answer of " + announced + " bytes is longer than the limit of " + limit
                            + " bytes (maxResponseBodySize)"));
            reset(StreamStatus.CANCEL); // which is our rule, and no fault of the peer
            return;
        }
        phase = Phase.RECEIVING;
        held.dropFor(request.body());
        timer.restart(settings.bodyIdleTimeout(head.headers()));
        long length = fin.isLast() && announced == UNKNOWN_LENGTH ? 0 : announced;
        receiver = new BodyReceiver(liveStream(), length, limit, request.pace(), timer::touch, this::answerAbandoned);
        if (fin.isLast()) {
            checkAnswer(receiver.finish());
        }
        listener.responded(head, receiver.body());
    }

    @Override
    public void data(ByteBuf bytes, Fin fin) {
        timer.touch();
        if (phase == Phase.RECEIVING && receiver != null) {
            checkAnswer(receiver.data(bytes, fin));
            if (raw && fin.isLast() && phase == Phase.RECEIVING) {
                timer.restart(settings.bodyIdleTimeout());
            }
        } else {
            liveStream().consumed(bytes.readableBytes());
            if (phase == Phase.AWAITING_HEAD && isPush) {
                refuseAnswer("a push of " + peer + " has no head");
            }
        }
    }

    @Override
    public void headers(HeaderBlock headers, Fin fin) {
        timer.touch();
        if (phase == Phase.SENDING && Expectation.isGoOn(headers)) {
            held.letGo();
        } else if (phase == Phase.AWAITING_HEAD && isPush) {
            replied(headers, fin); // 3.3.1: a push has no SYN_REPLY
        } else if (phase == Phase.RECEIVING && receiver != null) {
            checkAnswer(receiver.headers(headers, fin));
        }
    }

    private void checkAnswer(@Nullable String wrong) {
        if (wrong != null) {
            LOG.debug("answer to {} broken: {}", describe(), wrong);
            cutOff(new OutcomeUnknown(502, wrong));
            reset(receiver != null && receiver.isOverLimit() ? StreamStatus.CANCEL : StreamStatus.PROTOCOL_ERROR);
        }
    }

    private void answerAbandoned(String why) {
        over(why);
        reset(StreamStatus.CANCEL);
    }

    private void refuseAnswer(String why) {
        fail(new OutcomeUnknown(502, why));
        reset(StreamStatus.PROTOCOL_ERROR);
    }

    // ---- pushes

    /** The request of a push is never sent, so its call starts in the state in which others wait for the answer. */
    @Override
    public @Nullable StreamListener pushed(Stream pushed, HeaderBlock block, Fin fin) {
        HttpRequest imagined;
        try {
            imagined = HeaderMapping.toPushedRequest(block);
        } catch (MalformedHead malformed) {
            LOG.debug("push {} refused: {}", pushed.id(), malformed.getMessage());
            return null;
        }
        if (!isOfThisSite(imagined, block)) {
            // An origin speaks for itself; what it said in another's name would be believed (3.3.2).
            LOG.debug("push {} refused: it is for another host or scheme than its page", pushed.id());
            return null;
        }
        OutgoingCall call = new OutgoingCall(
                session,
                new OutgoingRequest(imagined, HttpBody.empty(), request.scheme(), pushed.priority(), request.pace()),
                settings,
                peer,
                line,
                listener);
        ResponseListener wanted = listener.pushed(imagined, call);
        if (wanted == null) {
            return null;
        }
        call.hearsPush(pushed, wanted);
        if (block.first(HeaderMapping.STATUS) != null) {
            call.replied(block, fin);
        }
        return call;
    }

    private boolean isOfThisSite(HttpRequest imagined, HeaderBlock block) {
        String host = request.head().headers().get(HttpHeaderNames.HOST);
        return imagined.headers().get(HttpHeaderNames.HOST).equalsIgnoreCase(host)
                && request.scheme().equals(block.first(HeaderMapping.SCHEME));
    }

    private void hearsPush(Stream pushed, ResponseListener wanted) {
        isPush = true;
        stream = pushed;
        listener = wanted;
        phase = Phase.AWAITING_HEAD;
        timer.restart(settings.responseTimeout());
    }

    // ---- the end

    @Override
    public void ended(StreamEnd end) {
        end(end);
        if (sender != null) {
            sender.ended();
        }
        if (receiver != null) {
            receiver.ended();
        }
        listener.over();
    }

    private void end(StreamEnd end) {
        switch (end.cause()) {
            case FINISHED -> finished();
            case REFUSED -> cutOff(new RequestNotSent(503, Duration.ofSeconds(1), peer + " refused the request"));
            case BEYOND_LAST_GOOD -> cutOff(beyondLastGood(end));
            case RESET_BY_PEER -> peerReset(end);
            case RESET_BY_US, SESSION_ENDED ->
                cutOff(new OutcomeUnknown(502, line + " failed: " + end.reason(), line + " failed"));
        }
    }

    private void finished() {
        if (phase == Phase.AWAITING_HEAD) {
            fail(new OutcomeUnknown(502, "the push ended without an answer"));
        } else {
            over("it was answered in full");
        }
    }

    /** An origin that has answered in full may decline the rest of a request's body; that is no failure. */
    private void peerReset(StreamEnd end) {
        cutOff(new OutcomeUnknown(502, peer + " reset the request: " + end.reason(), peer + " reset the request"));
    }

    private TunnelFailure beyondLastGood(StreamEnd end) {
        boolean believed = session.peer() == Peer.KIN
                || SAFE_METHODS.contains(request.head().method().name());
        return believed
                ? new RequestNotSent(503, Duration.ofSeconds(1), peer + " is going away: " + end.reason())
                : new OutcomeUnknown(502, peer + " is going away: " + end.reason(), peer + " is going away");
    }

    private void tooSlow(Duration limit) {
        String time = limit.toMillis() + " ms";
        cutOff(
                phase == Phase.AWAITING_HEAD
                        ? new OutcomeUnknown(504, "no answer within " + time + " (responseTimeout)")
                        : new OutcomeUnknown(
                                504, "no byte for " + time + (raw ? " on a raw stream" : " (bodyIdleTimeout)")));
        reset(StreamStatus.CANCEL);
    }

    @Override
    public void cancel(String why) {
        try {
            if (session.eventLoop().inEventLoop()) {
                cancelled(why);
            } else {
                session.eventLoop().execute(() -> cancelled(why));
            }
        } catch (RejectedExecutionException shutDown) {
            LOG.debug("cancel of {} came after the event loop's end", describe());
        }
    }

    private void cancelled(String why) {
        cutOff(new OutcomeUnknown(499, why));
        reset(StreamStatus.CANCEL);
    }

    /** Ends whatever phase the call is in. */
    private void cutOff(TunnelFailure failure) {
        switch (phase) {
            case SENDING, AWAITING_HEAD -> fail(failure);
            case RECEIVING -> {
                if (receiver != null) {
                    receiver.fail(new IOException(failure.getMessage()));
                }
                over(failure.getMessage());
            }
            case OVER -> LOG.trace("{} was over: {}", describe(), failure.getMessage());
        }
    }

    private void fail(TunnelFailure failure) {
        if (phase == Phase.OVER) {
            return;
        }
        boolean begun = sender != null;
        over(failure.getMessage());
        if (begun || failure instanceof OutcomeUnknown) {
            request.body().abandon(failure.getMessage());
        }
        listener.failed(failure);
        if (stream == null) {
            listener.over(); // else the stream's end tells when its place is free
        }
    }

    private void over(@Nullable String why) {
        phase = Phase.OVER;
        held.drop();
        timer.stop();
        if (sender != null) {
            sender.stop(String.valueOf(why));
        }
    }

    private void reset(StreamStatus status) {
        if (stream != null) {
            stream.reset(status);
        }
    }

    private Stream liveStream() {
        return Objects.requireNonNull(stream, "the stream is not open yet");
    }

    private String describe() {
        return request.head().method() + " on stream " + (stream == null ? "none" : stream.id());
    }
}
