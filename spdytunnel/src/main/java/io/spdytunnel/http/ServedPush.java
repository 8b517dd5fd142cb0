package io.spdytunnel.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.spdytunnel.fields.VisitorId;
import io.spdytunnel.session.Stream;
import io.spdytunnel.session.StreamEnd;
import io.spdytunnel.session.StreamListener;
import io.spdytunnel.wire.Fin;
import io.spdytunnel.wire.HeaderBlock;
import io.spdytunnel.wire.StreamStatus;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One push and its answer, which is sent as HEADERS and DATA on a stream that we opened. Confined to the session's
 * event loop, except for the methods of {@link IncomingRequest} that any thread may call.
 */
final class ServedPush implements PushedRequest, StreamListener {

    private final ServedStream page;
    private final HttpRequest head;
    private final HttpCallSettings settings;
    private final CallTimer timer;
    private final AtomicBoolean responded = new AtomicBoolean();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private @Nullable Stream stream; // from openOn on
    private @Nullable AnswerSender answer;
    private boolean streamEnded;

    ServedPush(ServedStream page, HttpRequest head, HttpCallSettings settings) {
        this.page = page;
        this.head = head;
        this.settings = settings;
        this.timer = new CallTimer(page.eventLoop(), this::tooSlow);
    }

    void openOn(Stream opened) {
        stream = opened;
    }

    private Stream stream() {
        return Objects.requireNonNull(stream, "the push has no stream yet");
    }

    // ---- for the handler

    @Override
    public HttpRequest head() {
        return head;
    }

    @Override
    public HttpBody body() {
        return HttpBody.empty();
    }

    @Override
    public @Nullable SocketAddress remoteAddress() {
        return page.remoteAddress();
    }

    @Override
    public @Nullable SocketAddress localAddress() {
        return page.localAddress();
    }

    @Override
    public boolean isSecure() {
        return page.isSecure();
    }

    @Override
    public @Nullable VisitorId visitor() {
        return page.visitor();
    }

    @Override
    public int priority() {
        return stream().priority();
    }

    @Override
    public EventLoop eventLoop() {
        return page.eventLoop();
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
        if (!onLoop(() -> write(response, body))) {
            body.abandon("this end is stopping");
        }
    }

    @Override
    public void giveUp(String why) {
        onLoop(() -> {
            if (responded.compareAndSet(false, true)) {
                page.workDone();
            }
            over(new IOException(why));
            stream().reset(StreamStatus.CANCEL);
        });
    }

    private boolean onLoop(Runnable step) {
        if (eventLoop().inEventLoop()) {
            step.run();
            return true;
        }
        try {
            eventLoop().execute(step);
            return true;
        } catch (RejectedExecutionException shutDown) {
            return false;
        }
    }

    private void write(HttpResponse response, HttpBody body) {
        page.workDone();
        if (streamEnded) {
            body.abandon("the push was cancelled before its answer");
            return;
        }
        Stream open = stream();
        AnswerSender begun = new AnswerSender(
                open, head.method(), settings, timer, page.isLastHop(), open::sendHeaders, this::answerBroke);
        answer = begun;
        begun.send(response, body);
    }

    private void answerBroke(IOException cause) {
        over(cause);
        stream().reset(StreamStatus.INTERNAL_ERROR);
    }

    private void tooSlow(Duration limit) {
        answerBroke(new IOException("no byte for " + limit.toMillis() + " ms (bodyIdleTimeout)"));
    }

    // ---- from the stream

    @Override
    public void replied(HeaderBlock block, Fin fin) {
        throw new IllegalStateException("a reply to a push");
    }

    @Override
    public void data(ByteBuf bytes, Fin fin) {
        throw new IllegalStateException("data on a push of this end");
    }

    @Override
    public void headers(HeaderBlock headers, Fin fin) {
        throw new IllegalStateException("headers on a push of this end");
    }

    @Override
    public void sent(int bytes) {
        if (answer != null) {
            answer.sent(bytes);
        }
    }

    @Override
    public void finSent() {
        timer.stop();
        ended.complete(null);
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
        if (answer != null) {
            answer.stop(String.valueOf(cause.getMessage()));
        }
        ended.completeExceptionally(cause);
    }

    @Override
    public String toString() {
        return "push of " + head.method() + " on stream " + (stream == null ? "none" : stream.id());
    }
}
