package io.spdytunnel;

import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.spdytunnel.origin.WebSocketMessages;
import io.spdytunnel.websocket.WebSocketConnection;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultAsyncProducer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends messages to WebSockets that a consumer of the same name has accepted in the same context. The exchange goes on
 * as soon as its message is queued. The exchange's body does not change.
 */
public class SpdyTunnelWebSocketProducer extends DefaultAsyncProducer {

    private static final Logger LOG = LoggerFactory.getLogger(SpdyTunnelWebSocketProducer.class);

    private final SpdyTunnelEndpoint endpoint;

    public SpdyTunnelWebSocketProducer(SpdyTunnelEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            Message message = exchange.getMessage();
            WebSocketMessages.Said said = WebSocketMessages.of(message);
            if (message.getHeader(SpdyTunnelConstants.WEB_SOCKET_SEND_TO_ALL, false, Boolean.class)) {
                toAll(said);
            } else {
                toOne(message.getHeader(SpdyTunnelConstants.WEB_SOCKET_KEY, String.class), said, exchange, callback);
                return false;
            }
        } catch (Exception notSent) {
            exchange.setException(notSent);
        }
        callback.done(true);
        return true;
    }

    private void toAll(WebSocketMessages.Said said) {
        for (WebSocketConnection connection :
                endpoint.getComponent().running().webSockets().all(endpoint.getOrigin())) {
            var unused = said.to(connection).whenComplete((sent, notSent) -> {
                if (notSent != null) {
                    LOG.debug("origin {}: closing a WebSocket: {}", endpoint.getOrigin(), notSent.toString());
                    connection.close(WebSocketCloseStatus.TRY_AGAIN_LATER.code(), "the visitor reads too slowly");
                }
            });
        }
    }

    private void toOne(@Nullable String key, WebSocketMessages.Said said, Exchange exchange, AsyncCallback callback)
            throws IOException {
        if (key == null) {
            throw new IllegalArgumentException(endpoint + ": no WebSocket is named; set the header "
                    + SpdyTunnelConstants.WEB_SOCKET_KEY + ", or " + SpdyTunnelConstants.WEB_SOCKET_SEND_TO_ALL);
        }
        WebSocketConnection connection =
                endpoint.getComponent().running().webSockets().get(endpoint.getOrigin(), key);
        if (connection == null) {
            throw new IOException(
                    endpoint + ": the WebSocket of this " + SpdyTunnelConstants.WEB_SOCKET_KEY + " is not open");
        }
        var unused = said.to(connection)
                .whenCompleteAsync(
                        (sent, notSent) -> {
                            if (notSent != null) {
                                exchange.setException(
                                        notSent instanceof CompletionException && notSent.getCause() != null
                                                ? notSent.getCause()
                                                : notSent);
                            }
                            callback.done(false);
                        },
                        endpoint.getComponent().running().engine().workers()); // the rest of the route may block
    }
}
