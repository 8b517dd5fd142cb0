package io.spdytunnel.exchange;

import io.netty.handler.codec.http.HttpResponse;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.HttpHandler;
import io.spdytunnel.http.IncomingRequest;
import io.spdytunnel.http.PushedRequest;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns exchanges whose route is done into answers, and ends them after the last byte of the answer. */
final class ExchangeAnswers {

    private static final Logger LOG = LoggerFactory.getLogger(ExchangeAnswers.class);

    private final DefaultConsumer consumer;
    private final HeaderFilterStrategy filter;
    private final MessageBodies bodies;
    private final Executor workers;
    private final RequestExchanges.Side side;

    /** @param workers run what is left to do when the answer has left */
    ExchangeAnswers(
            DefaultConsumer consumer,
            HeaderFilterStrategy filter,
            MessageBodies bodies,
            Executor workers,
            RequestExchanges.Side side) {
        this.consumer = consumer;
        this.filter = filter;
        this.bodies = bodies;
        this.workers = workers;
        this.side = side;
    }

    /**
     * The route is done: answers the request, or hands it on.
     *
     * @param asReceived the request's own headers, to be told from those that the route has set
     * @param pushes takes the requests of what the reply pushes
     */
    void routed(Exchange exchange, IncomingRequest request, ReceivedHeaders asReceived, HttpHandler pushes) {
        try {
            ReplyPushes.begin(exchange, request, pushes); // ahead of the answer that refers to them
            if (!answered(exchange) && side.handOn(exchange, request, asReceived)) {
                LOG.trace("{} handed on", request.line());
            } else {
                answer(exchange, request, asReceived);
            }
        } catch (RuntimeException broken) {
            LOG.error("the answer to {} cannot be made", request.line(), broken);
            PlainAnswers.sendIfNone(request, 500, "internal error");
        }
        request.ended().whenComplete((sent, broken) -> onWorker(() -> finish(exchange, request)));
    }

    private static boolean answered(Exchange exchange) {
        return exchange.isFailed() || exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE) != null;
    }

    private void answer(Exchange exchange, IncomingRequest request, ReceivedHeaders asReceived) {
        Message message = exchange.getMessage();
        Throwable failure = exchange.getException();
        if (failure != null && request instanceof PushedRequest push) {
            push.giveUp("the route failed"); // nobody has asked, so nobody need be told
            return;
        }
        if (failure != null) {
            PlainAnswers.failed(request, failure, message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class));
            return;
        }
        HttpBody body = bodies.toSend(message);
        HttpResponse head;
        try {
            head = MessageHeads.toResponse(message, filter, body, asReceived);
        } catch (RuntimeException unsendable) {
            body.abandon("its head cannot be made");
            throw unsendable;
        }
        RawExchanges.answer(exchange, request, head, body);
    }

    private void finish(Exchange exchange, IncomingRequest request) {
        try {
            request.body().abandon("the exchange is over");
            RawExchanges.drop(exchange);
            consumer.doneUoW(exchange);
        } finally {
            consumer.releaseExchange(exchange, false);
        }
    }

    private void onWorker(Runnable step) {
        try {
            workers.execute(step);
        } catch (RejectedExecutionException stopping) {
            step.run(); // what is left to do does not wait for anybody
        }
    }
}
