package io.spdytunnel.http;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.spdytunnel.fields.Expectation;
import io.spdytunnel.fields.RawMode;
import io.spdytunnel.fields.VisitorId;
import io.spdytunnel.spi.Api;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A received request, whose body streams, and the way to answer it: a visitor's request at the front door, or a
 * stream's request at the origin.
 */
@Api
public interface IncomingRequest {

    /** Method, target exactly as sent, and headers; only read it. */
    HttpRequest head();

    /** Method and path, for log lines; without the query, which may hold secrets. */
    default String line() {
        String target = head().uri();
        int query = target.indexOf('?');
        return head().method() + " " + (query < 0 ? target : target.substring(0, query));
    }

    /** The body; {@link HttpBody#isEmpty} if there is none. */
    HttpBody body();

    /** Who sent the request, as the transport knows it. */
    @Nullable
    SocketAddress remoteAddress();

    /** The observer of this request. */
    default RequestObserver observer() {
        return RequestObserver.NONE;
    }

    /** Where it arrived, as the transport knows it. */
    @Nullable
    SocketAddress localAddress();

    /** Whether it arrived over TLS. */
    boolean isSecure();

    /** The visitor's certificate chain, verified by TLS, its own certificate first; empty if it showed none. */
    default List<X509Certificate> certificates() {
        return List.of();
    }

    /**
     * Whether the request asks for raw bytes, by CONNECT or Upgrade ({@link RawMode}). Then {@link #body} has the
     * visitor's bytes after the grant; without a grant it ends at once, without a byte. The body of a {@link #respond}
     * that grants it ({@link RawMode#isGranted}) has the bytes for the visitor. The end of either body is a half-close.
     */
    default boolean asksForRaw() {
        return false;
    }

    /** The visitor's connection; null if it is not known. */
    default @Nullable VisitorId visitor() {
        return null;
    }

    /** Whether the sender waits for 100 Continue before it sends the body ({@link Expectation}). */
    default boolean expectsContinue() {
        return false;
    }

    /** How urgent it is, from 0 (most) to 7 (SPDY/3.1 2.3.3). */
    default int priority() {
        return RequestPriority.of(head());
    }

    /** The loop on which the request arrived and on which its response is written. */
    EventLoop eventLoop();

    /**
     * Answers the request. Any thread; at most once.
     *
     * <p>The transport does the framing. {@code Content-Length} is taken from the head if it is there (the reply to a
     * HEAD may have one without a body), else from {@link HttpBody#length}.
     *
     * @param head belongs to the transport from here on, which may change it
     * @param body piped to its end; abandoned if method or status forbid a body
     * @throws IllegalStateException on a second call
     */
    void respond(HttpResponse head, HttpBody body);

    /** Whether the visitor accepts a push now. Any thread; a recent value. */
    default boolean takesPushes() {
        return false;
    }

    /**
     * Pushes a resource that the visitor will ask for next (SPDY/3.1 3.3.1). Call it before the answer that refers to
     * the resource. Any thread.
     *
     * @param request a GET for the same host: its target, and headers for its handler
     * @return completes on the event loop with the request that has to be answered, or exceptionally if the visitor
     *     accepts no push
     */
    default CompletionStage<PushedRequest> push(HttpRequest request) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("this visitor takes no pushes"));
    }

    /** Whether the handler still has to answer the request or one of its pushes. On the event loop. */
    default boolean isWorkedOn() {
        return false;
    }

    /**
     * Runs a step on the event loop when the handler has given all answers, even if they could not be sent. Call it on
     * the event loop, at most once, while {@link #isWorkedOn}.
     */
    default void whenWorkIsDone(Runnable step) {
        step.run();
    }

    /**
     * Completes when the last byte of the response was handed to the transport. Completes exceptionally if that can no
     * longer happen: the visitor left, the connection failed, or the body failed. Always completes, on the event loop.
     */
    CompletionStage<Void> ended();
}
