package io.spdytunnel.http;

import static io.spdytunnel.http.HttpBody.UNKNOWN_LENGTH;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamEnd;
import io.spdytunnel.session.StreamListener;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.StreamStatus;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request that came as a stream, and the way of its answer. Confined to the session's event loop, but for what
 * {@link IncomingRequest} opens to any thread.
 */
final class ServedStream implements IncomingRequest, StreamListener, BodySender.Observer {

    private static final Logger LOG = LoggerFactory.getLogger(ServedStream.class);

    /** Stands in for the head until, or instead of, a legal one. */
    private static final HttpRequest NO_HEAD = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");

    private final Stream stream;
    private final HttpCallSettings settings;
    private final @Nullable Arrival arrival;
    private final CallTimer timer;
    private final AtomicBoolean responded = new AtomicBoolean();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private HttpRequest head = NO_HEAD;
    private boolean secure;
    private HttpBody body = HttpBody.empty();
    private @Nullable BodyReceiver receiver;
    private @Nullable BodySender sender;
    private boolean requestComplete;
    private boolean replied;
    private boolean streamEnded;

    /** @param arrival null on a session that carries the requests of many visitors */
    ServedStream(Stream stream, HttpCallSettings settings, @Nullable Arrival arrival) {
        this.stream = stream;
        this.settings = settings;
        this.arrival = arrival;
        this.timer = new CallTimer(stream.session().eventLoop(), this::tooSlow);
    }

    /** Takes the request; its body begins to arrive after this. */
    void begin(HttpRequest head, boolean secure, long announced, Fin fin) {
        this.head = head;
        this.secure = arrival == null ? secure : arrival.secure();
        stream.keepPlace(); // until the handler has answered, whatever becomes of the stream
        if (fin.isLast() && announced <= 0) {
            requestComplete = true;
            return;
        }
        receiver = new BodyReceiver(
                stream,
                announced,
                settings.maxRequestBodyBytes(),
                timer::touch,
                why -> LOG.trace("{} not read: {}", this, why));
        body = receiver.body();
        timer.restart(settings.bodyIdleTimeout(head.headers()));
        if (fin.isLast()) {
            requestOver(receiver.finish());
        }
    }

    /** Answers with one line of text; for requests that never become an exchange, or whose handler failed. */
    void refuse(int status, String line) {
        if (responded.compareAndSet(false, true)) {
            LOG.debug("{} refused with {}: {}", this, status, line);
            answerInText(status, line);
        } else {
            stream.reset(StreamStatus.INTERNAL_ERROR);
        }
    }

    private void answerInText(int status, String line) {
        ByteBuf text = ByteBufUtil.writeUtf8(UnpooledByteBufAllocator.DEFAULT, line + "\n");
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
        write(response, HttpBody.of(text));
    }

    // ---- for the handler

    @Override
    public HttpRequest head() {
        return head;
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
    public int priority() {
        return stream.priority();
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
            body.abandon("this end is shutting down");
        }
    }

    // ---- the answer

    private void write(HttpResponse response, HttpBody body) {
        stream.givePlaceBack();
        if (streamEnded) {
            body.abandon("the request was given up before its answer");
            return;
        }
        boolean bodiless = Framing.forbidsBody(head.method(), response.status().code());
        long announced = announce(response, body, bodiless);
        if (announced == Framing.MALFORMED) {
            body.abandon("malformed head");
            answerInText(502, "the answer's Content-Length makes no sense");
            return;
        }
        if (arrival != null && !response.headers().contains(HttpHeaderNames.DATE)) {
            response.headers().set(HttpHeaderNames.DATE, HttpDate.now()); // RFC 9110 6.6.1; else the front door does
        }
        boolean noBody = bodiless || body.isEmpty();
        try {
            stream.reply(HeaderMapping.toBlock(response), Fin.of(noBody));
            replied = true;
        } catch (IllegalArgumentException unsendable) {
            LOG.warn("answer to {} cannot be sent: {}", this, unsendable.getMessage());
            body.abandon("its head cannot be sent");
            answerInText(502, "the answer's head cannot be sent: " + unsendable.getMessage());
            return;
        }
        if (noBody) {
            body.abandon("no body in this answer");
        } else {
            send(response.headers(), body, announced);
        }
    }

    /** Puts the body's length into the head if nobody else has; returns it. */
    private static long announce(HttpResponse response, HttpBody body, boolean bodiless) {
        long announced = Framing.contentLength(response.headers());
        if (announced == UNKNOWN_LENGTH && !bodiless && body.length() != UNKNOWN_LENGTH) {
            announced = body.length();
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, announced);
        }
        return announced;
    }

    private void send(HttpHeaders head, HttpBody body, long announced) {
        timer.restart(settings.bodyIdleTimeout(head));
        sender = new BodySender(stream, body, announced, settings.maxResponseBodyBytes(), this);
        try {
            sender.start();
        } catch (BodyAlreadyReadException gone) {
            bodyBroke(new IOException(gone.getMessage(), gone));
        }
    }

    @Override
    public void bodyGiven() {
        // what is queued still moves under the idle clock, until finSent
    }

    @Override
    public void bodyBroke(IOException cause) {
        LOG.debug("answer to {} broke off: {}", this, cause.getMessage());
        over(cause);
        stream.reset(StreamStatus.INTERNAL_ERROR);
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
        timer.stop();
        ended.complete(null);
        if (!requestComplete && !streamEnded) {
            // The answer is complete and nobody will read the rest of the request.
            body.abandon("answered before the request's end");
            stream.reset(StreamStatus.CANCEL);
        }
    }

    // ---- the request's body

    @Override
    public void replied(HeaderBlock head, Fin fin) {
        throw new IllegalStateException("a reply to a stream that the peer opened");
    }

    @Override
    public void data(ByteBuf bytes, Fin fin) {
        timer.touch();
        if (receiver == null) {
            stream.consumed(bytes.readableBytes());
            requestComplete |= fin.isLast();
            return;
        }
        requestComplete |= fin.isLast();
        requestOver(receiver.data(bytes, fin));
    }

    @Override
    public void headers(HeaderBlock headers, Fin fin) {
        timer.touch();
        requestComplete |= fin.isLast();
        if (receiver != null) {
            requestOver(receiver.headers(headers, fin));
        }
    }

    /** 3.2.1: a body that is not what Content-Length said is a bad request, or a reset once we have answered. */
    private void requestOver(@Nullable String wrong) {
        if (wrong == null) {
            if (requestComplete && sender == null) {
                timer.stop();
            }
            return;
        }
        if (responded.compareAndSet(false, true)) {
            answerInText(400, wrong);
        } else {
            over(new IOException(wrong));
            stream.reset(StreamStatus.PROTOCOL_ERROR);
        }
    }

    // ---- the end

    private void tooSlow(Duration limit) {
        String why = "not a byte for " + limit.toMillis() + " ms (bodyIdleTimeout)";
        LOG.debug("{} given up: {}", this, why);
        over(new IOException(why));
        stream.reset(replied ? StreamStatus.INTERNAL_ERROR : StreamStatus.CANCEL);
    }

    @Override
    public void ended(StreamEnd end) {
        streamEnded = true;
        if (end.cause() == StreamEnd.Cause.FINISHED) {
            timer.stop();
            ended.complete(null);
        } else {
            over(new StreamCut(end));
        }
    }

    private void over(IOException cause) {
        timer.stop();
        if (receiver != null) {
            receiver.fail(String.valueOf(cause.getMessage()));
        }
        if (sender != null) {
            sender.stop(String.valueOf(cause.getMessage()));
        }
        ended.completeExceptionally(cause);
    }

    @Override
    public String toString() {
        return head.method() + " on stream " + stream.id();
    }
}
