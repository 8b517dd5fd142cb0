package io.spdytunnel.origin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.spdytunnel.engine.TunnelEngine;
import io.spdytunnel.exchange.HeaderNames;
import io.spdytunnel.exchange.MessageHeads;
import io.spdytunnel.exchange.PlainAnswers;
import io.spdytunnel.exchange.RawExchanges;
import io.spdytunnel.exchange.ReceivedHeaders;
import io.spdytunnel.http.HttpBody;
import io.spdytunnel.http.IncomingRequest;
import io.spdytunnel.options.TunnelEnd;
import io.spdytunnel.websocket.WebSocketConnection;
import io.spdytunnel.websocket.WebSocketHandshake;
import io.spdytunnel.websocket.WebSocketListener;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles visitors' WebSockets at the origin, message by message. Each message is an exchange, one at a time and in
 * order, and its reply goes back as a message.
 *
 * <p>The first exchange is the visitor's request itself. It lasts as long as its WebSocket; the exchange of a message
 * lasts as long as its route.
 */
public final class WebSocketExchanges {

    private static final Logger LOG = LoggerFactory.getLogger(WebSocketExchanges.class);

    /** The events, as in the header. */
    private enum Event {
        OPEN,
        MESSAGE,
        CLOSE
    }

    /**
     * The headers of the visitor's request that each message gets: its target and its sender, never the visitor's own
     * headers.
     */
    private static final List<String> KEPT = List.of(
            Exchange.HTTP_PATH,
            Exchange.HTTP_QUERY,
            Exchange.HTTP_URL,
            HeaderNames.REMOTE_ADDRESS,
            HeaderNames.WEB_SOCKET_KEY,
            HeaderNames.WEB_SOCKET_SUBPROTOCOL);

    private final DefaultConsumer consumer;
    private final TunnelEnd endpoint;
    private final TunnelEngine engine;
    private final OpenWebSockets open;

    public WebSocketExchanges(DefaultConsumer consumer, TunnelEnd endpoint, TunnelEngine engine, OpenWebSockets open) {
        this.consumer = consumer;
        this.endpoint = endpoint;
        this.engine = engine;
        this.open = open;
    }

    /** Closes all WebSockets, and accepts no new ones for now. */
    public void goAway() {
        open.all(endpoint.getOrigin())
                .forEach(connection ->
                        connection.close(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE.code(), "the origin is going away"));
    }

    // ---- the visitor's request, on a worker

    /** Sets the message's event if the request is about to open a WebSocket. */
    void describe(IncomingRequest request, Message message) {
        if (WebSocketHandshake.isAsked(request) && isRight(request)) {
            message.setHeader(HeaderNames.WEB_SOCKET_EVENT, Event.OPEN.name());
            message.setHeader(HeaderNames.WEB_SOCKET_KEY, UUID.randomUUID().toString());
        }
    }

    private static boolean isRight(IncomingRequest request) {
        return !WebSocketHandshake.isOtherVersion(request.head())
                && WebSocketHandshake.objection(request.head()) == null;
    }

    /**
     * Opens a WebSocket, unless the route has refused it or sent it elsewhere. Returns whether the request asks for
     * one.
     *
     * @param asReceived the request's own headers; headers that the route has set in addition are sent with the 101
     */
    boolean takes(Exchange exchange, IncomingRequest request, ReceivedHeaders asReceived) {
        Message message = exchange.getMessage();
        if (!WebSocketHandshake.isAsked(request) || message.getHeader(HeaderNames.FORWARD_TO) != null) {
            return false;
        }
        String key = message.getHeader(HeaderNames.WEB_SOCKET_KEY, String.class);
        if (!isRight(request) || key == null) {
            refuse(request);
            return true;
        }
        String subprotocol = message.getHeader(HeaderNames.WEB_SOCKET_SUBPROTOCOL, String.class);
        if (subprotocol != null
                && !WebSocketHandshake.subprotocols(request.head().headers()).contains(subprotocol)) {
            LOG.warn(
                    "origin {}: a WebSocket is refused: the route chose a subprotocol that its visitor has not offered",
                    endpoint.getOrigin());
            PlainAnswers.send(request, 500, "internal error");
            return true;
        }
        HttpResponse granted =
                MessageHeads.toResponse(message, endpoint.getHeaderFilterStrategy(), HttpBody.empty(), asReceived);
        WebSocketHandshake.grant(request.head(), granted, subprotocol);
        grant(message, request, key, granted);
        return true;
    }

    private static void refuse(IncomingRequest request) {
        if (WebSocketHandshake.isOtherVersion(request.head())) {
            PlainAnswers.send(
                    request,
                    HttpResponseStatus.UPGRADE_REQUIRED.code(),
                    "the only version of WebSocket supported here is " + WebSocketHandshake.VERSION,
                    HttpHeaderNames.SEC_WEBSOCKET_VERSION,
                    WebSocketHandshake.VERSION);
            return;
        }
        String wrong = WebSocketHandshake.objection(request.head());
        PlainAnswers.send(request, 400, wrong == null ? "the header Sec-WebSocket-Key was lost on the way" : wrong);
    }

    private void grant(Message message, IncomingRequest request, String key, HttpResponse granted) {
        Map<String, Object> known = new HashMap<>();
        for (String name : KEPT) {
            if (message.getHeader(name) != null) {
                known.put(name, message.getHeader(name));
            }
        }
        Conversation conversation = new Conversation(key, known);
        WebSocketConnection connection = new WebSocketConnection(
                request.eventLoop(),
                request.body(),
                engine.budget(),
                endpoint.getConfiguration().getMaxWebSocketMessage(),
                conversation);
        conversation.connection = connection;
        open.opened(endpoint.getOrigin(), key, connection);
        RawExchanges.answer(request, granted, connection.body(), true);
        conversation.reply(message, connection::begin);
    }

    /** One WebSocket's exchanges. */
    private final class Conversation implements WebSocketListener {

        private final String key;
        private final Map<String, Object> known;
        private @Nullable WebSocketConnection connection;

        Conversation(String key, Map<String, Object> known) {
            this.key = key;
            this.known = known;
        }

        private WebSocketConnection connection() {
            return Objects.requireNonNull(connection, "not granted");
        }

        // ---- on the event loop

        @Override
        public void text(String message) {
            onWorker(() -> happened(Event.MESSAGE, message, Map.of(HeaderNames.WEB_SOCKET_KIND, "text")));
        }

        @Override
        public void binary(byte[] message) {
            onWorker(() -> happened(Event.MESSAGE, message, Map.of(HeaderNames.WEB_SOCKET_KIND, "binary")));
        }

        @Override
        public void closed(int code, String reason) {
            open.closed(endpoint.getOrigin(), key);
            onWorker(() -> happened(
                    Event.CLOSE,
                    null,
                    Map.of(HeaderNames.WEB_SOCKET_CLOSE_CODE, code, HeaderNames.WEB_SOCKET_CLOSE_REASON, reason)));
        }

        private void onWorker(Runnable step) {
            try {
                engine.workers().execute(step);
            } catch (RejectedExecutionException full) {
                LOG.debug("origin {}: no worker thread is free for a WebSocket's message", endpoint.getOrigin());
                connection().close(WebSocketCloseStatus.TRY_AGAIN_LATER.code(), "no worker thread is free");
                connection().goOn();
            }
        }

        // ---- on a worker

        private void happened(Event event, @Nullable Object body, Map<String, Object> more) {
            Exchange exchange = consumer.createExchange(false);
            Message message = exchange.getIn();
            message.setBody(body);
            message.getHeaders().putAll(known);
            message.getHeaders().putAll(more);
            message.setHeader(HeaderNames.WEB_SOCKET_EVENT, event.name());
            try {
                consumer.createUoW(exchange);
            } catch (Exception broken) {
                LOG.error("origin {}: a WebSocket's message cannot become an exchange", endpoint.getOrigin(), broken);
                consumer.releaseExchange(exchange, false);
                connection().close(WebSocketCloseStatus.INTERNAL_SERVER_ERROR.code(), "internal error");
                connection().goOn();
                return;
            }
            consumer.getAsyncProcessor().process(exchange, doneSync -> routed(event, exchange));
        }

        private void routed(Event event, Exchange exchange) {
            try {
                switch (event) {
                    case OPEN, CLOSE -> {}
                    case MESSAGE -> {
                        Exception failure = exchange.getException();
                        if (failure != null) {
                            routeFailed(failure);
                            connection().goOn();
                        } else {
                            reply(exchange, () -> connection().goOn());
                        }
                    }
                }
            } finally {
                consumer.doneUoW(exchange);
                consumer.releaseExchange(exchange, false);
            }
        }

        private void routeFailed(Exception failure) {
            LOG.warn("origin {}: closing a WebSocket, its route failed", endpoint.getOrigin(), failure);
            connection().close(WebSocketCloseStatus.INTERNAL_SERVER_ERROR.code(), "the route failed");
        }

        private void reply(Exchange exchange, Runnable then) {
            if (exchange.getPattern().isOutCapable()) {
                reply(exchange.getMessage(), then);
            } else {
                then.run();
            }
        }

        /** Sends the message, and goes on when the visitor has read it. */
        void reply(Message message, Runnable then) {
            WebSocketMessages.Said said;
            try {
                said = WebSocketMessages.of(message);
            } catch (Exception unsendable) {
                routeFailed(unsendable);
                then.run();
                return;
            }
            var unused = said.to(connection())
                    .thenCompose(queued -> connection().whenSent())
                    .whenComplete((sent, notSent) -> {
                        if (notSent != null) {
                            LOG.debug("origin {}: a message is not sent: {}", endpoint.getOrigin(), notSent.toString());
                        }
                        then.run();
                    });
        }
    }
}
