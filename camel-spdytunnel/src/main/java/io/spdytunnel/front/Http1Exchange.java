package io.spdytunnel.front;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.IncomingRequest;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One request of an HTTP/1.1 visitor and its answer. */
final class Http1Exchange implements IncomingRequest {

    private final Http1Visitor visitor;
    private final Channel channel;
    private final @Nullable SocketAddress remote;
    private final @Nullable SocketAddress local;
    private final HttpRequest head;
    private final Http1Upload upload;
    private final VisitorService service;
    private final AtomicBoolean responded = new AtomicBoolean();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /** Loop only: null until the answer begins. */
    private @Nullable Http1Response response;

    Http1Exchange(
            Http1Visitor visitor,
            Channel channel,
            @Nullable SocketAddress remote,
            @Nullable SocketAddress local,
            HttpRequest head,
            Http1Upload upload,
            VisitorService service) {
        this.visitor = visitor;
        this.channel = channel;
        this.remote = remote;
        this.local = local;
        this.head = head;
        this.upload = upload;
        this.service = service;
    }

    @Override
    public HttpRequest head() {
        return head;
    }

    @Override
    public HttpBody body() {
        return upload.body();
    }

    @Override
    public @Nullable SocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public @Nullable SocketAddress localAddress() {
        return local;
    }

    @Override
    public boolean isSecure() {
        return service.secure();
    }

    @Override
    public EventLoop eventLoop() {
        return channel.eventLoop();
    }

    @Override
    public void respond(HttpResponse head, HttpBody body) {
        if (!responded.compareAndSet(false, true)) {
            throw new IllegalStateException("this request was already answered");
        }
        if (!Loops.run(eventLoop(), () -> visitor.answer(this, head, body))) {
            body.abandon("the front door's event loop has ended");
        }
    }

    @Override
    public CompletionStage<Void> ended() {
        return ended;
    }

    /** Longest body of the response in bytes, 0 for no limit. */
    long maxResponseBodyBytes() {
        return service.settings().maxResponseBodyBytes();
    }

    Http1Upload upload() {
        return upload;
    }

    /** Whether nobody has answered yet; if so, {@link #respond} is spent now. */
    boolean takeAnswer() {
        return responded.compareAndSet(false, true);
    }

    @Nullable
    Http1Response response() {
        return response;
    }

    void respondsWith(Http1Response begun) {
        response = begun;
    }

    boolean isOver() {
        return ended.isDone();
    }

    void end() {
        ended.complete(null);
    }

    /** Tells everybody who holds a part of this exchange that the rest will not come. */
    void breakOff(IOException cause) {
        upload.fail(cause);
        if (response != null) {
            response.breakOff(cause);
        }
        ended.completeExceptionally(cause);
        if (responded.get()) {
            upload.nobodyWillRead(); // else whoever answers later is the one to decide
        }
    }
}
