package io.spdytunnel.exchange;

import io.netty.handler.codec.http.HttpRequest;
import io.spdytunnel.exchange.NonBlockingRoute.Blocking;
import io.spdytunnel.fields.RawMode;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.HttpHandler;
import io.spdytunnel.http.IncomingRequest;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns requests into exchanges, for both the origin's consumer and the front door. {@link ExchangeAnswers} turns the
 * exchanges into answers.
 *
 * <p>The route runs on a worker, since it may block, or on the event loop if it is known not to. We create the
 * exchange's unit of work, and end it after the last byte of the answer. Otherwise the route's onCompletion would close
 * streams that are still being sent.
 */
public final class RequestExchanges implements HttpHandler {

    /** Exchange property with the {@link IncomingRequest}, for our producer later in the same route. */
    public static final String REQUEST_PROPERTY = "CamelSpdyTunnelIncomingRequest";

    /** Exchange property that is true if the route may go on on any thread, even on an event loop. */
    public static final String NEVER_BLOCKS_PROPERTY = "CamelSpdyTunnelNeverBlocks";

    private static final Logger LOG = LoggerFactory.getLogger(RequestExchanges.class);

    /** What the two sides do differently. */
    public interface Side {

        /** Adds what only this side knows about the request, such as path and addresses, to the message. */
        void describe(IncomingRequest request, Message message);

        /**
         * Takes over an exchange that is not answered at the end of its route. Returns whether it did.
         *
         * @param asReceived the request's own headers, to be told from those that the route has set
         */
        boolean handOn(Exchange exchange, IncomingRequest request, ReceivedHeaders asReceived);

        /**
         * Whether requests that arrive while the consumer is suspended are served, because they were on their way
         * before.
         */
        default boolean takesLastOnes() {
            return false;
        }
    }

    private final DefaultConsumer consumer;
    private final HeaderFilterStrategy filter;
    private final Executor workers;
    private final boolean neverBlocks;
    private final boolean known;
    private final boolean streaming;
    private final Side side;
    private final ExchangeAnswers answers;

    /**
     * Of one consumer.
     *
     * @param workers threads that run the route
     * @param blocking whether the route must run on a worker, or may run on the event loop
     * @param streaming whether bodies reach the route while they arrive
     */
    public RequestExchanges(
            DefaultConsumer consumer,
            HeaderFilterStrategy filter,
            Executor workers,
            Blocking blocking,
            boolean streaming,
            Side side) {
        this.consumer = consumer;
        this.filter = filter;
        this.neverBlocks = blocking != Blocking.MAY_BLOCK && streaming; // else the body is waited for
        this.known = blocking == Blocking.KNOWN_NOT_TO;
        this.workers = this.neverBlocks ? Runnable::run : workers;
        this.streaming = streaming;
        this.side = side;
        this.answers = new ExchangeAnswers(consumer, filter, new MessageBodies(workers), this.workers, side);
    }

    @Override
    public void handle(IncomingRequest request) {
        // The tunnel has its proxy send no more: what comes all the same was on its way, and cannot be sent again.
        boolean lastOnes = side.takesLastOnes();
        if (!consumer.isRunAllowed() || (consumer.isSuspendingOrSuspended() && !lastOnes)) {
            refuse(request, "suspended");
            return;
        }
        Exchange exchange = consumer.createExchange(false);
        if (known) {
            // None of its steps asks, and Camel copies the reply of an InOut exchange from one message to another.
            exchange.setPattern(ExchangePattern.InOnly);
        }
        try {
            workers.execute(() -> run(exchange, request));
        } catch (RejectedExecutionException full) {
            consumer.releaseExchange(exchange, false);
            refuse(request, "no worker thread is free");
        }
    }

    private static void refuse(IncomingRequest request, String why) {
        PlainAnswers.send(request, 503, why);
        request.ended().whenComplete((sent, broken) -> request.body().abandon(why));
    }

    // ---- on a worker, or on the event loop

    private void run(Exchange exchange, IncomingRequest request) {
        ReceivedHeaders asReceived;
        try {
            asReceived = populate(exchange, request);
            consumer.createUoW(exchange);
        } catch (Exception broken) {
            LOG.error("request {} cannot become an exchange", request.line(), broken);
            consumer.releaseExchange(exchange, false);
            PlainAnswers.send(request, 500, "internal error");
            return;
        }
        consumer.getAsyncProcessor().process(exchange, doneSync -> answers.routed(exchange, request, asReceived, this));
    }

    private ReceivedHeaders populate(Exchange exchange, IncomingRequest request) {
        HttpRequest head = request.head();
        Message message = exchange.getIn();
        MessageHeads.addHeaders(head.headers(), exchange, filter, message.getHeaders());
        ReceivedHeaders asReceived = new ReceivedHeaders(message.getHeaders());
        message.setHeader(Exchange.HTTP_METHOD, head.method().name());
        message.setHeader(HeaderNames.REMOTE_ADDRESS, request.remoteAddress());
        VisitorCertificates.describe(request, message);
        side.describe(request, message);
        exchange.setProperty(REQUEST_PROPERTY, request);
        if (neverBlocks) {
            exchange.setProperty(NEVER_BLOCKS_PROPERTY, true);
        }
        if (RawMode.isConnect(head)) {
            message.setHeader(HeaderNames.CONNECT_TO, head.uri());
        }
        HttpBody body = request.body();
        if (!body.isEmpty() && !request.asksForRaw()) {
            message.setBody(body);
            if (streaming) {
                exchange.getExchangeExtension().setStreamCacheDisabled(true);
            } else {
                message.setBody(message.getBody(StreamCache.class));
            }
        }
        return asReceived;
    }
}
