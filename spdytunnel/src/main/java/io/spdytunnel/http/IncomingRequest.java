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
 * A request that arrived, with its body still streaming, and the way to answer it: a visitor's at the front door, or
 * a stream's at the origin.
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

    /** Who writes down what becomes of it. */
    default RequestObserver observer() {
        return RequestObserver.NONE;
    }

    /** Where it arrived, as the transport knows it. */
    @Nullable
    SocketAddress localAddress();

    /** Whether it arrived over TLS. */
    boolean isSecure();

    /** The chain that the visitor has shown and that is trusted here, its own certificate first; empty if it showed none. */
    default List<X509Certificate> certificates() {
        return List.of();
    }

    /**
     * Whether the request asks for raw bytes, by CONNECT or Upgrade ({@link RawMode}). Then {@link #body} is what the
     * visitor sends behind the grant, and ends at once, without a byte, if there is none; and the body of a
     * {@link #respond} that grants it ({@link RawMode#isGranted}) is what the visitor gets. The end of either is a
     * half-close.
     */
    default boolean asksForRaw() {
        return false;
    }

    /** Which visitor's connection it came on; null if nobody says. */
    default @Nullable VisitorId visitor() {
        return null;
    }

    /** Whether its body waits until somebody asks for it ({@link Expectation}). */
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
     * <p>Framing is the transport's affair: {@code Content-Length} is taken from the head if it is there (a HEAD's
     * reply may carry one without a body), else from {@link HttpBody#length}.
     *
     * @param head the transport's from here on, which makes of it what is sent
     * @param body piped to the end, unless method or status forbid a body: then it is abandoned
     * @throws IllegalStateException on a second call
     */
    void respond(HttpResponse head, HttpBody body);

    /** Whether the visitor would take a push now. Any thread; a recent value. */
    default boolean takesPushes() {
        return false;
    }

    /**
     * Pushes what the visitor will ask for next (SPDY/3.1 3.3.1). To be called before the answer that makes it do so.
     * Any thread.
     *
     * @param request a GET for the same host; its target, and headers for whoever answers it
     * @return completes on the event loop with the request that is now to be answered, or exceptionally if the visitor
     *     takes no push
     */
    default CompletionStage<PushedRequest> push(HttpRequest request) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("this visitor takes no pushes"));
    }

    /** Whether the handler owes an answer still, to the request or to one of its pushes. On the event loop. */
    default boolean isWorkedOn() {
        return false;
    }

    /**
     * Runs a step on the event loop when the handler owes no answer any more, whatever became of those it gave. To be
     * called on the event loop, at most once, while {@link #isWorkedOn}.
     */
    default void whenWorkIsDone(Runnable step) {
        step.run();
    }

    /**
     * Completes once the last byte of the response was handed to the transport, exceptionally when that can no longer
     * happen: the visitor left, the connection broke, or the body failed. Always completes, on the event loop.
     */
    CompletionStage<Void> ended();
}
