package io.spdytunnel.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.spdytunnel.fields.Expectation;
import io.spdytunnel.fields.HeaderMapping;
import io.spdytunnel.fields.RawMode;
import io.spdytunnel.fields.VisitorId;
import io.spdytunnel.session.SessionSettings;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamEnd;
import io.spdytunnel.session.StreamListener;
import io.spdytunnel.session.StreamNotOpenedException;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.StreamStatus;
import java.io.IOException;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request that arrived as a stream, and its answer. Confined to the session's event loop, except for the methods of
 * {@link IncomingRequest} that any thread may call.
 */
final class ServedStream implements IncomingRequest, StreamListener {

    private static final Logger LOG = LoggerFactory.getLogger(ServedStream.class);

    /** The head until there is a valid one, or instead of it. */
    private static final HttpRequest NO_HEAD = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");

    private final Stream stream;
    private final HttpCallSettings settings;
    private final @Nullable Arrival arrival;
    private final CallTimer timer;
    private final AtomicBoolean responded = new AtomicBoolean();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private RequestObserver observer = RequestObserver.NONE;
    private HttpRequest head = NO_HEAD;
    private @Nullable VisitorId visitor;
    private boolean expects;
    private boolean secure;
    private boolean raw; // asked for
    private boolean granted;
    private HttpBody body = HttpBody.empty();
    private @Nullable BodyReceiver receiver;
    private @Nullable AnswerSender answer;
    private int works = 1; // answers that the handler owes: the request's own, and its pushes'
    private @Nullable Runnable whenWorkIsDone;
    private boolean refusedHere; // before the handler has answered, because the body was wrong
    private boolean requestComplete;
    private boolean streamEnded;

    /** @param arrival null on a session that carries the requests of many visitors */
    ServedStream(Stream stream, HttpCallSettings settings, @Nullable Arrival arrival) {
        this.stream = stream;
        this.settings = settings;
        this.arrival = arrival;
        this.timer = new CallTimer(stream.session().eventLoop(), this::tooSlow);
    }

    /** Sets the observer. Must be the first call. */
    void observedBy(RequestObserver written) {
        observer = written;
        if (written != RequestObserver.NONE) {
            var unused = ended.whenComplete((done, cut) -> written.ended(cut));
        }
    }

    /** Starts the request; its body arrives after this call. */
    void begin(HttpRequest head, boolean secure, long announced, Fin fin) {
        this.head = head;
        this.secure = arrival == null ? secure : arrival.secure();
        this.visitor = takeVisitor(head);
        this.expects = Expectation.take(head.headers()) && arrival == null && !fin.isLast();
        this.raw = RawMode.isAsked(head) && !fin.isLast();
        if (!raw) {
            head.headers().remove(HttpHeaderNames.UPGRADE);
        }
        stream.keepPlace(); // until the handler has answered, whatever becomes of the stream
        if (fin.isLast() && announced <= 0) {
            requestComplete = true;
            return;
        }
        receiver = new BodyReceiver(
                stream,
                raw ? HttpBody.UNKNOWN_LENGTH : announced,
                raw ? 0 : settings.maxRequestBodyBytes(),
                null,
                timer::touch,
                this::bodyAbandoned);
        body = receiver.body();
        if (raw) {
            return; // silent until it is granted
        }
        if (expects) {
            receiver.whenWanted(this::goOn);
        }
        timer.restart(settings.bodyIdleTimeout(head.headers()));
        if (fin.isLast()) {
            requestComplete = true;
            requestOver(receiver.finish());
        }
    }

    /**
     * On a tunnel the proxy's header is believed, because our proxy removes visitors' own. A foreign proxy does not
     * remove it.
     */
    private @Nullable VisitorId takeVisitor(HttpRequest head) {
        if (arrival != null) {
            return arrival.visitor().takeFromVisitor(head.headers());
        }
        VisitorId told = VisitorId.takeFromProxy(head.headers());
        return stream.session().peer() == SessionSettings.Peer.KIN ? told : null;
    }

    private void goOn() {
        if (answer == null && !streamEnded && !requestComplete) {
            stream.sendHeaders(Expectation.goOn(), Fin.MORE);
        }
    }

    private void bodyAbandoned(String why) {
        LOG.trace("{} not read: {}", this, why);
        if (granted && !streamEnded) {
            over(new IOException(why));
            stream.reset(StreamStatus.CANCEL);
        }
    }

    /** Answers with one line of text; for requests that never become an exchange, or whose handler failed. */
    void refuse(int status, String line) {
        if (responded.compareAndSet(false, true)) {
            LOG.debug("{} refused with {}: {}", this, status, line);
            workDone();
            observer.refused();
            if (!refusedHere) {
                answer().sendText(status, line);
            }
        } else {
            stream.reset(StreamStatus.INTERNAL_ERROR);
        }
    }

    // ---- for the handler

    @Override
    public HttpRequest head() {
        return head;
    }

    @Override
    public RequestObserver observer() {
        return observer;
    }

    @Override
    public HttpBody body() {
        return body;
    }

    @Override
    public @Nullable SocketAddress remoteAddress() {
        return arrival == null ? stream.session().remoteAddress() : arrival.remote();
    }

    @Override
    public @Nullable SocketAddress localAddress() {
        return arrival == null ? null : arrival.local();
    }

    @Override
    public boolean isSecure() {
        return secure;
    }

    @Override
    public List<X509Certificate> certificates() {
        return arrival == null ? List.of() : arrival.certificates().get();
    }

    @Override
    public @Nullable VisitorId visitor() {
        return visitor;
    }

    @Override
    public boolean expectsContinue() {
        return expects;
    }

    @Override
    public boolean asksForRaw() {
        return raw;
    }

    @Override
    public int priority() {
        int said = stream.priority();
        return said == Stream.NO_PRIORITY ? IncomingRequest.super.priority() : said;
    }

    @Override
    public EventLoop eventLoop() {
        return stream.session().eventLoop();
    }

    @Override
    public CompletionStage<Void> ended() {
        return ended;
    }

    @Override
    public void respond(HttpResponse response, HttpBody body) {
        if (!responded.compareAndSet(false, true)) {
            throw new IllegalStateException(this + " has been answered already");
        }
        if (eventLoop().inEventLoop()) {
            write(response, body);
            return;
        }
        try {
            eventLoop().execute(() -> write(response, body));
        } catch (RejectedExecutionException shutDown) {
            body.abandon("this end is stopping");
        }
    }

    // ---- the answer

    private void write(HttpResponse response, HttpBody body) {
        workDone();
        if (streamEnded || refusedHere) {
            body.abandon("the request was given up before its answer");
        } else if (raw && RawMode.isGranted(head, response)) {
            granted = true;
            granted = answer().sendRaw(response, body);
        } else {
            answer().send(response, body);
        }
    }

    private AnswerSender answer() {
        AnswerSender begun =
                new AnswerSender(stream, head.method(), settings, timer, isLastHop(), this::reply, this::answerBroke);
        answer = begun;
        return begun;
    }

    private void reply(HeaderBlock block, Fin fin) {
        stream.reply(block, fin);
        observer.answered(HeaderMapping.statusOf(block));
    }

    /** Whether the other end is the visitor itself. */
    boolean isLastHop() {
        return arrival != null;
    }

    private void answerBroke(IOException cause) {
        over(cause);
        stream.reset(StreamStatus.INTERNAL_ERROR);
    }

    @Override
    public void sent(int bytes) {
        observer.sent(bytes);
        dropped(bytes);
    }

    @Override
    public void dropped(int bytes) {
        if (answer != null) {
            answer.sent(bytes);
        }
    }

    @Override
    public void finSent() {
        if (granted) {
            oneHalfEnded();
            return;
        }
        timer.stop();
        ended.complete(null);
        if (raw && !isLastHop() && !requestComplete) {
            oneHalfEnded(); // the proxy ends its half once it has seen that nothing was granted
            return;
        }
        if (!requestComplete && !streamEnded) {
            // The answer is complete and nobody will read the rest of the request.
            body.abandon("answered before the request's end");
            stream.reset(StreamStatus.CANCEL);
        }
    }

    /** The rest of a raw stream must move within a timeout: a lost peer and a silent one look the same. */
    private void oneHalfEnded() {
        if (!streamEnded) {
            timer.restart(settings.bodyIdleTimeout());
        }
    }

    // ---- pushes

    @Override
    public boolean takesPushes() {
        return stream.session().freeStreams() > 0;
    }

    @Override
    public CompletionStage<PushedRequest> push(HttpRequest request) {
        CompletableFuture<PushedRequest> pushed = new CompletableFuture<>();
        if (eventLoop().inEventLoop()) {
            push(request, pushed);
            return pushed;
        }
        try {
            eventLoop().execute(() -> push(request, pushed));
        } catch (RejectedExecutionException shutDown) {
            pushed.completeExceptionally(shutDown);
        }
        return pushed;
    }

    private void push(HttpRequest request, CompletableFuture<PushedRequest> pushed) {
        ServedPush push = new ServedPush(this, request, settings);
        try {
            // Whatever is pushed is needed by this page, and never before it.
            int priority = Math.min(7, Math.max(priority() + 1, RequestPriority.of(request)));
            push.openOn(stream.push(HeaderMapping.toPushBlock(request, isSecure()), priority, push));
        } catch (StreamNotOpenedException | IllegalArgumentException notTaken) {
            pushed.completeExceptionally(notTaken);
            return;
        }
        works++;
        pushed.complete(push);
    }

    /**
     * The handler has answered the request, or one of its pushes. Only when all are answered, the stream's place is
     * free. Otherwise a peer could cause more work than announced by cancelling requests.
     */
    void workDone() {
        works--;
        if (works == 0) {
            stream.givePlaceBack();
            if (whenWorkIsDone != null) {
                whenWorkIsDone.run();
            }
        }
    }

    @Override
    public boolean isWorkedOn() {
        return works > 0;
    }

    @Override
    public void whenWorkIsDone(Runnable step) {
        whenWorkIsDone = step;
    }

    // ---- the request's body

    @Override
    public void replied(HeaderBlock head, Fin fin) {
        throw new IllegalStateException("a reply to a stream that the peer opened");
    }

    @Override
    public void data(ByteBuf bytes, Fin fin) {
        timer.touch();
        observer.received(bytes.readableBytes());
        if (receiver == null) {
            stream.consumed(bytes.readableBytes());
            requestComplete |= fin.isLast();
            return;
        }
        requestComplete |= fin.isLast();
        requestOver(receiver.data(bytes, fin));
        if (granted && fin.isLast()) {
            oneHalfEnded();
        }
    }

    @Override
    public void headers(HeaderBlock headers, Fin fin) {
        timer.touch();
        requestComplete |= fin.isLast();
        if (receiver != null) {
            requestOver(receiver.headers(headers, fin));
        }
    }

    /**
     * 3.2.1: if a body's length is not its Content-Length, it is a bad request. After our answer this does not matter
     * to a visitor, and is a reset for other peers. A body over our limit gets 413, whether its length was announced or
     * not.
     */
    private void requestOver(@Nullable String wrong) {
        if (wrong == null) {
            if (requestComplete && answer == null) {
                timer.stop();
            }
            return;
        }
        if (refusedHere) {
            return;
        }
        if (!responded.get()) {
            refusedHere = true; // the handler does not know, and its answer will go nowhere
            observer.refused();
            answer().sendText(receiver != null && receiver.isOverLimit() ? 413 : 400, wrong);
            if (receiver != null) {
                receiver.fail(new RequestCut(RequestCut.By.VISITOR, wrong));
            }
        } else if (isLastHop() && !granted) {
            // Who is answered early may give its upload up: the answer goes on (RFC 9113 8.1), without the rest.
            if (receiver != null) {
                receiver.fail(new RequestCut(RequestCut.By.VISITOR, wrong));
                body.abandonIfUntouched("the request was answered without it");
            }
        } else {
            over(new IOException(wrong));
            stream.reset(StreamStatus.PROTOCOL_ERROR);
        }
    }

    // ---- the end

    private void tooSlow(Duration limit) {
        String why = "no byte for " + limit.toMillis() + (granted ? " ms on a raw stream" : " ms (bodyIdleTimeout)");
        LOG.debug("{} given up: {}", this, why);
        over(new RequestCut(RequestCut.By.CLOCK, why));
        boolean replied = answer != null && answer.isHeadSent();
        stream.reset(replied ? StreamStatus.INTERNAL_ERROR : StreamStatus.CANCEL);
    }

    @Override
    public void ended(StreamEnd end) {
        streamEnded = true;
        if (end.cause() == StreamEnd.Cause.FINISHED) {
            timer.stop();
            ended.complete(null);
        } else {
            // However raw bytes end, no answer was given up: a browser that closes a page resets its CONNECTs.
            over(granted ? new IOException(end.reason()) : new StreamCut(end));
        }
    }

    private void over(IOException cause) {
        timer.stop();
        if (receiver != null) {
            receiver.fail(cause);
        }
        if (answer != null) {
            answer.stop(String.valueOf(cause.getMessage()));
        }
        ended.completeExceptionally(cause);
    }

    @Override
    public String toString() {
        return head.method() + " on stream " + stream.id();
    }
}
